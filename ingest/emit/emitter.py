"""What every emitter is: contracts in, files of the repository out.

In: the contracts by form. Out: `GeneratedFile`s with paths relative to the project's root. An emitter writes
nothing itself, and the same contracts give the same bytes anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.schema.forms.contract import Contract

MARK = "by `bbaj generate`"


def notice(source: str) -> str:
    """What the first line of a generated file says. `source`: the path to change instead."""
    return f"Generated from {source} {MARK}: change the source, not this file."


def contract_path(contract: Contract) -> str:
    """The file a contract is read from, relative to the project's root."""
    return f"ingest/contracts/{contract.form}.yml"


@dataclass(frozen=True)
class GeneratedFile:
    """One file to stand in the repository: `path` relative to the project's root."""

    path: PurePosixPath
    content: bytes


@dataclass(frozen=True)
class Emitter:
    """One target.

    `owned`: globs of its files; among them, what no contract gives any more is stale. Where files written by
    hand lie beside them (`beside_handmade`), the notice in a file says which is which.
    """

    target: str
    owned: tuple[str, ...]
    files: Callable[[Mapping[str, Contract]], Iterable[GeneratedFile]]
    beside_handmade: bool = False
