"""A table as csv that opens by a double click and that a program reads without guessing.

Out: UTF-8 with a byte-order mark, `;` between cells and `,` in numbers, as spreadsheets of the country read them; one
header line and nothing above it; days in ISO form; a share as its percent, under a title that ends in "%". What the
figures rest on stands in the last columns, the same in each row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dashboards.exports.table import DAY, NUMBER, SHARE, Column, Table, is_formula, rounded, whole_minute

SEPARATOR = ";"


def written(table: Table) -> bytes:
    """The bytes of the file."""
    constants = [value for _, value in table.constants]
    lines: list[list[str]] = [[*map(_title, table.columns), *(_text(label) for label, _ in table.constants)]]
    for row in [*table.rows, *([table.total] if table.total is not None else [])]:
        cells = [_cell(value, column) for value, column in zip(row, table.columns, strict=True)]
        lines.append([*cells, *map(_text, constants)])
    return encoded(lines)


def encoded(lines: list[list[str]]) -> bytes:
    """Lines of cells as bytes."""
    target = io.StringIO()
    csv.writer(target, delimiter=SEPARATOR, lineterminator="\r\n").writerows(lines)
    return target.getvalue().encode("utf-8-sig")


def raw(names: Sequence[Any], rows: Iterable[Sequence[Any]]) -> str:
    """What a question of the own found, as text: names and values as they are, numbers as spreadsheets read them."""
    numbers = Column("", NUMBER)
    lines = [[_text(str(name)) for name in names]]
    for row in rows:
        lines.append(
            [v.isoformat(" ", "seconds") if isinstance(v, datetime) else _cell(v, numbers) for v in row]
        )
    return encoded(lines).decode("utf-8-sig")


def _title(column: Column) -> str:
    return _text(f"{column.label}, %" if column.kind == SHARE and "%" not in column.label else column.label)


def _cell(value: Any, column: Column) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (
            value.date().isoformat() if column.kind == DAY else whole_minute(value).isoformat(" ", "minutes")
        )
    if isinstance(value, date):
        return value.isoformat()
    if column.kind in (NUMBER, SHARE) and isinstance(value, int | float | Decimal):
        found = rounded(value, column)
        if found is None:
            return ""
        if column.kind == SHARE:
            found = Decimal(found) * 100 if not isinstance(found, float) else Decimal(repr(found)) * 100
            found = (
                found.quantize(Decimal(1).scaleb(-(column.places or 0)))
                if column.places is not None
                else found
            )
        return _number(found)
    return _text(str(value))


def _number(value: Decimal | int | float) -> str:
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return f"{exact:f}".replace(".", ",") if exact.is_finite() else ""


def _text(text: str) -> str:
    """What begins like a formula is told apart by an apostrophe, which spreadsheets take for the mark of a text."""
    return f"'{text}" if is_formula(text) else text
