"""Where every mark of a chart lies, from 0 to 1, and what is written at it; the templates draw nothing else.

In: a section. Out: what one file of `templates/charts` takes, None where there is nothing to draw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from dashboards.authored import read_mapping
from dashboards.reports.content import Column, Drawn, Place, Row, Section
from dashboards.reports.pdf.axis import axis
from dashboards.reports.pdf.cells import Words, cell_text, listed, with_unit
from dashboards.reports.pdf.letters import settable
from dashboards.reports.pdf.numbers import between, decimal, exact
from dashboards.reports.pdf.weeks import without_gaps_hidden

MAP = Path(__file__).parents[2] / "assets" / "map.yaml"
LINES = 40
"""So many lines of names fit beside a chart of one page."""
_LETTERS = 34


@dataclass(frozen=True)
class Sight:
    """A section with what its chart needs to know."""

    section: Section
    place: Place
    language: str
    words: Words

    @property
    def rows(self) -> list[Row]:
        """Rows that are drawn: listed ones, as many as fit a page, the whole apart from its parts."""
        return _as_fit([row for row in listed(self.section) if not row.is_total], self.language)

    @property
    def total(self) -> Row | None:
        return next((row for row in self.section.table.rows if row.is_total), None)

    @property
    def compared(self) -> Row | None:
        """The whole, where its parts can be held against it: a sum of them is larger than each."""
        return None if self.measure.unit == "count" else self.total

    def column(self, code: str) -> int:
        """Where the column of that code stands."""
        return [each.code for each in self.section.table.columns].index(code)

    @property
    def measure(self) -> Column:
        return self.section.table.columns[self.column(self.section.measure)]

    def value(self, row: Row, code: str = "") -> Decimal | None:
        """What a row says in a column, the drawn one where none is named, in the unit that is written."""
        at = self.column(code or self.section.measure)
        value = row.cells[at].value
        return None if value is None else exact(value, self.section.table.columns[at].unit)

    def label(self, row: Row, code: str = "") -> str:
        at = self.column(code or self.section.measure)
        column = self.section.table.columns[at]
        return with_unit(cell_text(row.cells[at], column, self.language), column.unit, self.words)

    def name(self, row: Row) -> str:
        return settable(row.name.of(self.language))

    def is_own(self, row: Row) -> bool:
        """Whether the row is the place the summary is about."""
        return row.code in (self.place.district_code, self.place.oblast_code) and row.code != "all"


def drawing(section: Section, place: Place, language: str, words: Words) -> dict[str, Any] | None:
    """What is drawn of a section, None where it is a table alone or nothing has a value."""
    if section.drawn == "table":
        return None
    sight = Sight(section, place, language, words)
    drawn: Drawn = section.drawn
    rows = listed(section) if drawn == "trend" else sight.rows
    if all(sight.value(row) is None for row in rows):
        return None
    if drawn == "tiles" and not any(row.code in _tile_map() for row in rows):
        drawn = "ranking"  # districts have no tiles
    return {"kind": drawn, **_DRAWN[drawn](sight)}


def _ranking(sight: Sight) -> dict[str, Any]:
    rows, total = sight.rows, sight.compared
    values = [value for row in (*rows, *_one(total)) if (value := sight.value(row)) is not None]
    scale = axis(values, sight.measure.unit, from_zero=True)
    return {
        "zero": scale.at(Decimal(0)),
        "ticks": scale.told(),
        "line": _line(sight, scale.at),
        "rows": [
            {
                "name": sight.name(row),
                "label": sight.label(row),
                "at": None if (value := sight.value(row)) is None else scale.at(value),
                "own": sight.is_own(row),
            }
            for row in rows
        ],
    }


def _bounds(sight: Sight) -> dict[str, Any]:
    rows, total = sight.rows, sight.compared
    codes = ("", sight.section.low, sight.section.high)
    values = [
        value
        for row in (*rows, *_one(total))
        for code in codes
        if (value := sight.value(row, code)) is not None
    ]
    scale = axis(values, sight.measure.unit, from_zero=False)

    def at(row: Row, code: str) -> float | None:
        return None if (value := sight.value(row, code)) is None else scale.at(value)

    return {
        "ticks": scale.told(),
        "line": _line(sight, scale.at),
        "rows": [
            {
                "name": sight.name(row),
                "label": sight.label(row),
                "range": _range(sight, row),
                "at": at(row, ""),
                "low": at(row, sight.section.low),
                "high": at(row, sight.section.high),
                "own": sight.is_own(row),
            }
            for row in rows
        ],
        "note": "" if scale.ticks[0] == 0 else sight.words["not_from_zero"],
    }


def _range(sight: Sight, row: Row) -> str:
    low, high = (sight.value(row, code) for code in (sight.section.low, sight.section.high))
    if low is None or high is None:
        return ""
    digits = sight.measure.digits
    return between(decimal(low, digits), decimal(high, digits))


def _tiles(sight: Sight) -> dict[str, Any]:
    rows = {row.code: row for row in sight.section.table.rows}
    drawn = {code: tile for code, tile in _tile_map().items() if code in rows}
    values = [value for code in drawn if (value := sight.value(rows[code])) is not None]
    limits = axis(values, sight.measure.unit, from_zero=False, most=4)
    pairs = list(zip(limits.ticks, limits.ticks[1:], strict=False))

    def grade(value: Decimal | None) -> int | None:
        """The class of a value: a limit belongs to the class above it, the last one to the last."""
        return None if value is None else min(sum(value >= tick for tick in limits.ticks) - 1, len(pairs) - 1)

    return {
        "tiles": [
            {
                "column": tile["column"],
                "row": tile["row"],
                "label": tile["label"][sight.language],
                "value": sight.label(rows[code]) if code in rows else "x",
                "class": grade(sight.value(rows[code])) if code in rows else None,
                "withheld": code in rows
                and rows[code].cells[sight.column(sight.section.measure)].symbol == "c",
                "own": code in rows and sight.is_own(rows[code]),
            }
            for code, tile in _tile_map().items()
        ],
        "classes": [
            with_unit(
                between(decimal(low, limits.digits), decimal(high, limits.digits)),
                sight.measure.unit,
                sight.words,
            )
            for low, high in pairs
        ],
        "line": {"label": f"{sight.name(sight.total)}: {sight.label(sight.total)}"} if sight.total else None,
    }


def _trend(sight: Sight) -> dict[str, Any]:
    rows = without_gaps_hidden(listed(sight.section))
    measure = sight.measure
    shown = [each for each in sight.section.table.columns if each.unit == measure.unit]
    values = [
        value for row in rows if row for each in shown if (value := sight.value(row, each.code)) is not None
    ]
    scale = axis(values, measure.unit, from_zero=False)
    span = max(len(rows) - 1, 1)

    def series(column: Column) -> dict[str, Any]:
        points = [
            None if row is None or (value := sight.value(row, column.code)) is None else scale.at(value)
            for row in rows
        ]
        last = next(
            (row for row in reversed(rows) if row and sight.value(row, column.code) is not None), None
        )
        return {
            "name": settable(column.label.of(sight.language)),
            "accent": column.code == measure.code,
            "points": points,
            "label": sight.label(last, column.code) if last else "",
        }

    return {
        "ticks": scale.told(),
        "places": [
            {"at": each / span if len(rows) > 1 else 0.5, "label": sight.name(row) if row else ""}
            for each, row in enumerate(rows)
        ],
        "series": [each for each in map(series, shown) if any(at is not None for at in each["points"])],
        "note": "" if scale.ticks[0] == 0 else sight.words["not_from_zero"],
    }


def _distribution(sight: Sight) -> dict[str, Any]:
    rows = [row for row in listed(sight.section) if not row.is_total]
    values = [value for row in rows if (value := sight.value(row)) is not None]
    scale = axis(values, sight.measure.unit, from_zero=True)
    return {
        "ticks": scale.told(),
        "bars": [
            {
                "name": sight.name(row),
                "label": sight.label(row),
                "at": None if (value := sight.value(row)) is None else scale.at(value),
            }
            for row in rows
        ],
    }


def _line(sight: Sight, at: Callable[[Decimal], float]) -> dict[str, Any] | None:
    """The line of the whole that the rows are parts of."""
    total = sight.compared
    value = sight.value(total) if total else None
    if value is None or total is None:
        return None
    return {"at": at(value), "label": f"{sight.name(total)}: {sight.label(total)}"}


def _one(row: Row | None) -> Sequence[Row]:
    return () if row is None else (row,)


def _as_fit(rows: list[Row], language: str) -> list[Row]:
    """As many rows as their names leave room for."""
    lines = 0
    for taken, row in enumerate(rows):
        lines += 1 + len(row.name.of(language)) // _LETTERS
        if lines > LINES:
            return rows[:taken]
    return rows


@cache
def _tile_map() -> dict[str, Any]:
    return read_mapping(MAP)


_DRAWN = {
    "ranking": _ranking,
    "bounds": _bounds,
    "tiles": _tiles,
    "trend": _trend,
    "distribution": _distribution,
}
