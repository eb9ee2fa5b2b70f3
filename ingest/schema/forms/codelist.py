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
from io import StringIO
from pathlib import Path
from typing import Any, Self, TypeVar

from ingest.authored import AuthorError, read_text
from ingest.schema.texts.closed import Labels
from ingest.schema.texts.language import LANGUAGES

CODELISTS = Path(__file__).parents[2] / "codelists"
# The words a column of type boolean is read by.
YES_NO = "yes_no"
_REQUIRED = ("code", "label_kk", "label_ru", "label_en", "valid_from", "valid_to")
_OWN = (*_REQUIRED, "aliases")
# The dictionaries a replay reads by instead of today's files.
_recorded: ContextVar[Mapping[str, Codelist]] = ContextVar("recorded_codelists", default={})  # noqa: B039


Value = TypeVar("Value")


class _Known(dict[str, Value]):
    """What a dictionary holds; the program asking for what its author took out is told to them."""

    def __init__(self, file: Path, kind: str, known: Mapping[str, Value]) -> None:
        super().__init__(known)
        self._file, self._kind = file, kind

    def __missing__(self, key: str) -> Value:
        facts = {"codelist": self._file.stem, "found": key, "known": list(self)}
        raise AuthorError(self._file, key, self._kind, **facts)


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
    file: Path | None = None

    @cached_property
    def by_code(self) -> dict[str, Code]:
        """Code → entry. Raises AuthorError for a code that the list lacks."""
        return _Known(
            self.file or CODELISTS / f"{self.name}.csv",
            "no_code",
            {entry.code: entry for entry in self.codes},
        )

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
        file = CODELISTS / f"{name}.csv"
        return cls(name, tuple(_entry(file, dict(row)) for row in rows), file)


def codelists(directory: Path | None = None) -> list[str]:
    """The names of all dictionaries."""
    return sorted(file.stem for file in (directory or CODELISTS).glob("*.csv"))


def codelist(name: str, directory: Path | None = None) -> Codelist:
    """The dictionary of that name. Raises AuthorError."""
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
        raise AuthorError(file, "(file)", "no_codelist", found=name, known=codelists(directory))
    entries: dict[str, Code] = {}
    for row in _rows(file):
        entry = _entry(file, row)
        if entry.code in entries:
            raise AuthorError(file, entry.code, "code_twice")
        entries[entry.code] = entry
    if not entries:
        raise AuthorError(file, "(file)", "no_codes")
    _require_own_words(file, entries)
    return Codelist(name, tuple(entries.values()), file)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    """The lines of the file by the names in its first. Raises AuthorError."""
    lines = csv.reader(StringIO(read_text(file), newline=""), strict=True)
    try:
        header = next(lines, [])
        if missing := [name for name in _REQUIRED if name not in header]:
            strange = [name for name in header if name not in _OWN] or header
            raise AuthorError(file, missing[0], "missing_column", found=missing[0], known=strange)
        for cells in lines:
            if cells and len(cells) != len(header):
                key = cells[0] or f"#{lines.line_num}"
                raise AuthorError(file, key, "cells_of_line", found=len(cells), expected=len(header))
            if cells:
                yield dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise AuthorError(file, "(syntax)", "broken", line=lines.line_num, why=str(error)) from None


def _require_own_words(file: Path, entries: Mapping[str, Code]) -> None:
    """A word that could mean two codes would be read as one of them by chance."""
    owners: dict[str, str] = {}
    for entry in entries.values():
        for word in entry.words:
            owner = owners.setdefault(word, entry.code)
            if owner != entry.code:
                raise AuthorError(file, entry.code, "word_of_two", word=word, first=owner, second=entry.code)


def _entry(file: Path, row: dict[str, str]) -> Code:
    code = row["code"]
    if not code.strip():
        raise AuthorError(file, "code", "code_empty")
    for column in ("label_kk", "label_ru", "label_en"):
        if not row[column].strip():
            raise AuthorError(file, f"{code}.{column}", "string_too_short")
    valid_from, valid_to = (_day(file, row, column) for column in ("valid_from", "valid_to"))
    if valid_from and valid_to and valid_from > valid_to:
        raise AuthorError(file, f"{code}.valid_from", "validity_crossed")
    extra = {key: value for key, value in row.items() if key not in _OWN}
    return Code(
        code=code,
        labels=Labels(kk=row["label_kk"], ru=row["label_ru"], en=row["label_en"]),
        valid_from=valid_from,
        valid_to=valid_to,
        aliases=tuple(word for word in (row.get("aliases") or "").split("|") if word),
        extra=_Known(file, "no_codelist_column", extra),
    )


def _day(file: Path, row: dict[str, str], column: str) -> date | None:
    try:
        return date.fromisoformat(row[column]) if row[column] else None
    except ValueError:
        key = f"{row['code']}.{column}"
        raise AuthorError(file, key, "wrong_type", expected="date", value=row[column]) from None
