"""The search for what must not be in the lake or in a publication: persons.

In: planted persons (identifiers, names, birth dates, their keys in the vault) and files, Parquet or DuckDB. Out:
the places where one of them shows. Every column of every type is decoded: text (also inside other text), numbers,
dates, moments, bytes, lists, structs and maps; names of files, tables and columns; the raw bytes of the files.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.databases import ARROW_ROWS, read_file
from ingest.home import Home

_EPOCH = date(1970, 1, 1)
# Separates values joined into one text for the search: no needle holds it.
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Planted:
    """What to look for. `names` must be words that stand in no other text; `days` birth dates that are no
    other day in the data. `keys`: those of the vault, which the lake may hold and nothing that is published."""

    identifiers: frozenset[str]
    names: frozenset[str]
    days: frozenset[date]
    keys: frozenset[int] = frozenset()

    @cached_property
    def words(self) -> frozenset[str]:
        """Every way to write one of them as text, case-folded."""
        days = {
            f"{day:{style}}" for day in self.days for style in ("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%d/%m/%Y")
        }
        return frozenset(
            word.casefold() for word in {*self.identifiers, *self.names, *days, *map(str, self.keys)}
        )

    @cached_property
    def numbers(self) -> frozenset[int]:
        """Every way to write one of them as a number: the identifier, the day as 20140131."""
        return frozenset(
            {int(each) for each in self.identifiers} | {int(f"{day:%Y%m%d}") for day in self.days} | self.keys
        )

    @cached_property
    def bytes(self) -> frozenset[bytes]:
        """What no file may hold, whatever it is: identifiers and names in two encodings of text."""
        texts = {*self.identifiers, *self.names}
        return frozenset(text.encode(code) for text in texts for code in ("utf-8", "utf-16-le"))


@dataclass(frozen=True)
class Leak:
    """One place: a file, a column or a part of the file, and how what was found there is written."""

    file: Path
    place: str
    kind: str


def leaks_of(home: Home, planted: Planted) -> list[Leak]:
    """Everything that lake, builds and publications of a home let out, those for the entitled included."""
    roots = (home.lake, home.builds, home.published, home.persons)
    # Builds link to files of the lake: they are looked at where they lie.
    found = (file for root in roots for file in root.rglob("*") if file.is_file() and not file.is_symlink())
    files = sorted({file.resolve() for file in found})
    in_the_lake, lake = replace(planted, keys=frozenset()), home.lake.resolve()
    return [
        leak
        for file in files
        for leak in leaks_in(file, in_the_lake if file.is_relative_to(lake) else planted)
    ]


def leaks_in(file: Path, planted: Planted) -> Iterator[Leak]:
    """What one file lets out: by its name, its bytes and, for Parquet and DuckDB, its columns."""
    if any(word in str(file).casefold() for word in planted.words):
        yield Leak(file, "name of the file", "text")
    if _bytes_of(file, planted):
        yield Leak(file, "bytes of the file", "bytes")
    for place, column in _columns(file):
        if any(word in place.casefold() for word in planted.words):
            yield Leak(file, place, "name of a column")
        if kind := _shows(column, planted):
            yield Leak(file, place, kind)


def _bytes_of(file: Path, planted: Planted) -> bool:
    if not file.stat().st_size:
        return False
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(needle) >= 0 for needle in planted.bytes)


def _columns(file: Path) -> Iterator[tuple[str, pa.ChunkedArray[Any]]]:
    if file.suffix == ".parquet":
        table = pq.read_table(file, partitioning=None)
        yield from ((name, table[name]) for name in table.column_names)
    elif file.suffix == ".duckdb":
        with read_file(file) as con:
            listed = con.execute(
                "SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL"
            ).fetchall()
            for schema, name in listed:
                found = con.execute(f'SELECT * FROM "{schema}"."{name}"').to_arrow_table(ARROW_ROWS)
                yield from ((f"{schema}.{name}.{column}", found[column]) for column in found.column_names)


def _shows(column: pa.ChunkedArray[Any], planted: Planted) -> str | None:
    """How a column shows one of them; None when it does not."""
    texts: set[str] = set()
    for value in _leaves(_distinct(column)):
        if isinstance(value, str):
            texts.add(value.casefold())
        elif isinstance(value, bytes):
            if any(needle in value for needle in planted.bytes):
                return "bytes"
            texts.add(value.decode("utf-8", errors="replace").casefold())
        elif isinstance(value, datetime):
            if value.date() in planted.days:
                return "moment"
        elif isinstance(value, date):
            if value in planted.days:
                return "date"
        elif isinstance(value, int | float | Decimal) and value in planted.numbers:
            return "number"
    everything = _BETWEEN.join(texts)
    return "text" if any(word in everything for word in planted.words) else None


def _distinct(column: pa.ChunkedArray[Any]) -> list[Any]:
    try:
        found: list[Any] = column.unique().to_pylist()
    except pa.ArrowNotImplementedError:  # nested types cannot be compared
        found = column.to_pylist()
    return found


def _leaves(values: Iterable[Any]) -> Iterator[Any]:
    """The values inside lists, structs and maps, keys included; values of other types as their text."""
    for value in values:
        if isinstance(value, dict):
            yield from _leaves(value.items())
        elif isinstance(value, list | tuple):
            yield from _leaves(value)
        elif value is None or isinstance(value, bool):
            continue
        elif isinstance(value, str | bytes | date | int | float | Decimal):
            yield value
        else:
            yield str(value)
