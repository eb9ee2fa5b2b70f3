"""The reference pack: what a school without a network needs to check its files as the system would.

In: a `Reference` and whose it is; or the pack, a zip or a folder. Out: the other of the two. A pack holds
`pack.json` and one Parquet file per reference. It may hold the list of learners of the one organisation it is made
for, so it is that organisation's restricted data.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import AwareDatetime

from expectations.reference import COLUMNS, NOT_FOR_PACKS, Reference
from ingest.databases import ARROW_ROWS, in_memory
from ingest.schema.forms.contract import Closed

SHAPE = 1
"""Of the pack itself: a newer shape is refused by older programs."""
_FACTS = "pack.json"
_MOST_BYTES = 1 << 30
Fault = Literal["no_pack", "newer_pack"]


class PackError(Exception):
    """The path holds no pack this program can follow. `fault` names the phrase that says so."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


class Facts(Closed):
    """What `pack.json` says. `node`: whose pack it is, and on which level. `made_at`: when, with its offset."""

    shape: int
    node: str
    node_kind: str
    made_at: AwareDatetime
    demo: bool
    versions: dict[str, list[int]]


@dataclass(frozen=True)
class Pack:
    """A pack, read."""

    facts: Facts
    reference: Reference


def write_pack(path: Path, facts: Facts, reference: Reference) -> None:
    """Write the zip. Raises OSError when it cannot be written."""
    tables = _tables(reference)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_FACTS, facts.model_dump_json(indent=1))
        for name, table in tables.items():
            sink = io.BytesIO()
            pq.write_table(table, sink, compression="zstd")
            archive.writestr(f"{name}.parquet", sink.getvalue())


def _tables(reference: Reference) -> dict[str, pa.Table]:
    """The references that are there, each with exactly its columns."""
    there = [name for name in COLUMNS if name not in NOT_FOR_PACKS and getattr(reference, name) is not None]
    with in_memory() as con:
        reference.load(con)
        return {
            name: con.execute(f"SELECT * FROM reference_{name}").to_arrow_table(ARROW_ROWS) for name in there
        }


def read_pack(path: Path) -> Pack:
    """The pack at a path. Raises PackError."""
    try:
        contents = _contents(path)
        said = json.loads(contents.pop(_FACTS))
        if isinstance(said, dict) and isinstance(said.get("shape"), int) and said["shape"] > SHAPE:
            raise PackError("newer_pack")
        facts = Facts.model_validate(said)
        tables: dict[str, Any] = {name: pq.read_table(io.BytesIO(data)) for name, data in contents.items()}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        # pydantic's, JSON's and Arrow's complaints are ValueErrors.
        raise PackError("no_pack") from None
    return Pack(facts, Reference(versions=facts.versions, **tables))


def _contents(path: Path) -> dict[str, bytes]:
    """The facts and the references by name; whatever else lies in the pack is not looked at."""
    wanted = {_FACTS: _FACTS} | {f"{name}.parquet": name for name in COLUMNS}
    if path.is_dir():
        return {name: (path / file).read_bytes() for file, name in wanted.items() if (path / file).is_file()}
    with zipfile.ZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if entry.filename in wanted]
        if sum(entry.file_size for entry in entries) > _MOST_BYTES:
            raise ValueError("larger than any pack")
        return {wanted[entry.filename]: archive.read(entry) for entry in entries}
