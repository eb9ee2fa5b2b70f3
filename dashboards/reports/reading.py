"""A published file as summaries read it: one connection a file, rows by the names of their columns.

The file is the whole warehouse or what the readers of one territory may see; both hold the same tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dashboards.reports.content import Both, Cell, Level, Place, Symbol

CHILDREN: dict[Level, str] = {"republic": "oblast", "oblast": "district", "district": "organisation"}
"""The level of a place's parts."""
STRUCTURE = "structure in ('both', 'as_was')"
"""Places as they were when it was reported, as the dashboards show them first."""
COUNTRY = "all"
Row = dict[str, Any]


@dataclass(frozen=True)
class File:
    """An open published file."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        """What a query finds."""
        found = self.connection.execute(query, list(values))
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@contextmanager
def opened(file: Path) -> Iterator[File]:
    """A published file, for reading. One thread: a place has few rows, and many places are told of one after
    another."""
    with duckdb.connect(str(file), read_only=True) as connection:
        # This room knows no installation and its settings: it takes little.
        connection.execute(
            "SET threads = 1; SET memory_limit = '1GiB'; SET autoinstall_known_extensions = false"
        )
        yield File(connection)


def text(row: Row, column: str) -> Both | None:
    """A column of two languages."""
    if row[f"{column}_kk"] is None:
        return None
    return Both(kk=row[f"{column}_kk"], ru=row[f"{column}_ru"])


def code_of(level: str) -> str:
    """The column that tells places of a level apart."""
    return f"{level}_code"


@dataclass(frozen=True)
class Inside:
    """A condition that holds for the rows of a place's parts, or of the place itself, with its values."""

    condition: str
    values: tuple[str, ...]


def itself(place: Place) -> Inside:
    """The rows about a place as a whole, where a table has a level."""
    values = (place.level, place.oblast_code, place.district_code)
    return Inside("level = ? and oblast_code = ? and district_code = ?", values)


def within(place: Place) -> Inside:
    """All rows of a place's territory, whatever their level."""
    if place.level == "republic":
        return Inside("true", ())
    if place.level == "oblast":
        return Inside("oblast_code = ?", (place.oblast_code,))
    return Inside("oblast_code = ? and district_code = ?", (place.oblast_code, place.district_code))


def parts(place: Place) -> Inside:
    """The rows of its parts, where a table has a level."""
    inside = within(place)
    return Inside(f"level = ? and {inside.condition}", (CHILDREN[place.level], *inside.values))


@dataclass(frozen=True)
class Point:
    """A figure of a place in a period: `part` of `whole`, or `part` alone where it is a count. None is never nought."""

    part: int | None = None
    whole: int | None = None
    is_share: bool = True
    persons: int | None = None
    reported: int = 0
    due: int | None = None
    is_withheld: bool = False
    is_ranked: bool = False
    is_asked: bool = True
    """Whether anybody is to report the figure itself."""
    is_known: bool = True
    """Whether the table has a row at all."""

    @property
    def value(self) -> float | int | None:
        """The rate, of 1, or the count."""
        if self.part is None or (self.is_share and not self.whole):
            return None
        return self.part / self.whole if self.is_share and self.whole else self.part

    @property
    def symbol(self) -> Symbol:
        """Why there is none: of too few, not reported, or nothing to be measured."""
        if self.value is not None:
            return ""
        if self.is_withheld:
            return "c"
        is_owed = self.due or not self.is_asked
        return "z" if self.is_known and (self.reported or not is_owed) else "x"

    @property
    def cell(self) -> Cell:
        """The value, or why there is none."""
        return Cell(value=self.value, symbol=self.symbol)


NOTHING = Point(is_known=False)


def difference(now: Point, then: Point) -> Cell:
    """How much a figure changed: points of a share, or a number. Unknown where one of both is, and why."""
    if now.value is not None and then.value is not None:
        return Cell(value=now.value - then.value)
    symbols = {now.symbol, then.symbol}
    return Cell(symbol=next(each for each in ("c", "x", "z") if each in symbols))
