"""Dictionaries: the codes a column may hold, with their words in three languages and their validity.

In: `ingest/codelists/<name>.csv` with the columns `code,label_kk,label_ru,label_en,valid_from,valid_to`,
optionally `aliases` (separated by `|`) and columns of the list's own. Out: a `Codelist`.
The same files are the seeds of the dbt project.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

from ingest.schema.contract import LANGUAGES, Labels

CODELISTS = Path(__file__).parent.parent / "codelists"
# The words a column of type boolean is read by.
YES_NO = "yes_no"
_OWN = ("code", "label_kk", "label_ru", "label_en", "valid_from", "valid_to", "aliases")
# The dictionaries a replay reads by instead of today's files.
_recorded: ContextVar[Mapping[str, Codelist]] = ContextVar("recorded_codelists", default={})  # noqa: B039


class CodelistError(Exception):
    """A dictionary that is missing or cannot be read. Carries `name`."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"codelist {name}: {problem}")
        self.name = name


@dataclass(frozen=True)
class Code:
    """One entry; validity is inclusive, None is unlimited. `extra`: the columns of the list alone."""

    code: str
    labels: Labels
    valid_from: date | None
    valid_to: date | None
    aliases: tuple[str, ...]
    extra: Mapping[str, str]

    @property
    def words(self) -> tuple[str, ...]:
        """Every way to write the code, case-folded: itself, its labels, its aliases."""
        labels = self.labels
        written = (self.code, labels.kk, labels.ru, labels.en, *self.aliases)
        return tuple(word.strip().casefold() for word in written)


@dataclass(frozen=True, eq=False)
class Codelist:
    """A named dictionary in the order of its file. Two of one name may differ: each is itself alone."""

    name: str
    codes: tuple[Code, ...]

    @cached_property
    def by_code(self) -> dict[str, Code]:
        return {entry.code: entry for entry in self.codes}

    @cached_property
    def by_word(self) -> dict[str, str]:
        """Every way to write a code (itself, its labels, its aliases), case-folded → the code."""
        return {word: entry.code for entry in self.codes for word in entry.words}

    def to_json(self) -> list[dict[str, str]]:
        """Its rows, as its file has them."""
        return [
            {
                "code": entry.code,
                **{f"label_{language}": entry.labels.in_language(language) for language in LANGUAGES},
                "valid_from": entry.valid_from.isoformat() if entry.valid_from else "",
                "valid_to": entry.valid_to.isoformat() if entry.valid_to else "",
                "aliases": "|".join(entry.aliases),
                **entry.extra,
            }
            for entry in self.codes
        ]

    @classmethod
    def from_json(cls, name: str, rows: Sequence[Mapping[str, Any]]) -> Self:
        """The dictionary of these rows."""
        return cls(name, tuple(_entry(dict(row)) for row in rows))


def codelist(name: str, directory: Path | None = None) -> Codelist:
    """The dictionary of that name. Raises CodelistError."""
    return (None if directory else _recorded.get().get(name)) or _read(name, directory)


@contextmanager
def codelists_as(recorded: Mapping[str, Codelist]) -> Iterator[None]:
    """Within, these dictionaries stand for those of their names."""
    token = _recorded.set(recorded)
    try:
        yield
    finally:
        _recorded.reset(token)


@lru_cache(maxsize=128)
def _read(name: str, directory: Path | None) -> Codelist:
    file = (directory or CODELISTS) / f"{name}.csv"
    if not file.exists():
        raise CodelistError(name, f"there is no file {file.name}")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    try:
        entries = tuple(_entry(row) for row in rows)
    except (KeyError, ValueError) as error:
        raise CodelistError(name, f"{type(error).__name__}: {error}") from error
    if not entries or len({entry.code for entry in entries}) != len(entries):
        raise CodelistError(name, "it is empty or holds a code twice")
    _require_own_words(name, entries)
    return Codelist(name, entries)


def _require_own_words(name: str, entries: tuple[Code, ...]) -> None:
    """A word that could mean two codes would be read as one of them by chance."""
    owners: dict[str, str] = {}
    for entry in entries:
        for word in entry.words:
            owner = owners.setdefault(word, entry.code)
            if owner != entry.code:
                raise CodelistError(name, f"{word!r} could mean {owner} or {entry.code}")


def _entry(row: dict[str, str]) -> Code:
    return Code(
        code=row["code"],
        labels=Labels(kk=row["label_kk"], ru=row["label_ru"], en=row["label_en"]),
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        aliases=tuple(word for word in (row.get("aliases") or "").split("|") if word),
        extra={key: value for key, value in row.items() if key not in _OWN},
    )
