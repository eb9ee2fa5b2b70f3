"""The cells of a file as the submitter wrote them, at rows that a rule has selected.

In: a table of a reading, a column, rows of its sheet. Out: the texts there, what the rows are about, findings on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from expectations.rules.group import place_of
from ingest.read.arrow import pa, taken
from ingest.read.reading import LocatedTable, Reading
from ingest.schema.texts.finding import Finding, cell_address


class InvariantError(AssertionError):
    """Two parts of the program disagree about the same rows: our fault, never the submitter's."""


def column_at(table: LocatedTable, column: str, rows: Any) -> Any:
    """The cells of a column at these rows, as Arrow has them."""
    if column not in table.text.column_names:
        return pa.nulls(len(rows), pa.string())
    places = np.searchsorted(table.text.column("_row").to_numpy(), rows.to_numpy())
    return taken(table.text.column(column), places).cast(pa.string()).combine_chunks()


def findings_at(
    code: str,
    table: LocatedTable,
    key: Sequence[str],
    numbers: list[int],
    facts: Sequence[Mapping[str, Any]],
) -> list[Finding]:
    """One finding at each of these rows, in ascending order, on the first column of the key that the table has."""
    column = next(name for name in key if name in table.columns)
    subjects = subjects_of(table, key, numbers)
    return [
        Finding(
            code,
            sheet=table.sheet,
            cell=cell_address(table.columns[column], number),
            row=number,
            column=column,
            value=value or None,
            params=known,
            subject=subject,
        )
        for number, value, known, subject in zip(
            numbers, cells_at(table, column, numbers), facts, subjects, strict=True
        )
    ]


def cell_at(reading: Reading, number: int, column: str) -> str | None:
    """The text of a column at a place that a rule has selected."""
    table_no, row = place_of(number)
    (text,) = cells_at(reading.tables[table_no], column, [row])
    return text.strip() if text else text


def subjects_of(table: LocatedTable, key: Sequence[str], numbers: list[int]) -> list[tuple[str, ...]]:
    """What the rows are about: their key as written."""
    columns = [cells_at(table, column, numbers) for column in key]
    return [tuple((cell or "").strip() for cell in cells) for cells in zip(*columns, strict=True)]


def cells_at(table: LocatedTable, column: str, numbers: list[int]) -> list[str | None]:
    """The texts of one column at these rows of the sheet, in ascending order, as the submitter wrote them."""
    if column not in table.text.column_names:
        return [None] * len(numbers)
    rows = table.text.column("_row").to_numpy()
    places = np.searchsorted(rows, numbers)
    if not np.array_equal(rows[places], numbers):
        raise InvariantError(f"{column}: a row of the batch is not in its file")
    values: list[str | None] = taken(table.text.column(column), places).to_pylist()
    return values
