"""Files that lie in a drop folder and are no submissions: what systems, browsers and office programs leave there.

In: a file's name. Out: whether a program has not finished it yet, or left it beside the files that are meant. The
names stand in `bystanders.yml`; an installation adds its own in `bbaj.toml`.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from ingest.authored import read_yaml, validated
from ingest.schema.forms.contract import Closed

NAMES = Path(__file__).with_suffix(".yml")


class Bystanders(Closed):
    """Patterns of names, `*` for any signs. Letter case does not count."""

    still_written: tuple[str, ...]
    left_by_programs: tuple[str, ...]
    folders: tuple[str, ...]


@lru_cache(maxsize=1)
def bystanders() -> Bystanders:
    """The names that hold everywhere. Raises AuthorError."""
    return validated(Bystanders, read_yaml(NAMES), NAMES)


def is_still_written(name: str) -> bool:
    """Whether a program gives a file this name until it is whole."""
    return _is_one_of(name, bystanders().still_written)


def is_left_by_program(name: str, own: Iterable[str] = ()) -> bool:
    """Whether a file of this name is no submission. `own`: the installation's patterns."""
    return _is_one_of(name, (*bystanders().left_by_programs, *own))


def is_folder_of_program(name: str) -> bool:
    """Whether a program keeps things of its own in a folder of this name."""
    return _is_one_of(name, bystanders().folders)


def _is_one_of(name: str, patterns: Iterable[str]) -> bool:
    folded = name.casefold()
    return any(fnmatchcase(folded, pattern.casefold()) for pattern in patterns)
