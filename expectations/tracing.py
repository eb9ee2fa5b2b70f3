"""From an unexpected row of the batch back to the cell of the file it came from.

In: a rule that found something, the connection that holds the batch, the readings of its files. Out: one
`Finding` per row, with sheet, cell and the value as the submitter wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb
import numpy as np

from expectations.rules.rule import Rule
from expectations.wording import wording
from ingest.read.reading import LocatedTable, Reading
from ingest.schema.contract import Contract
from ingest.schema.finding import Finding, cell_address

_PLACE = 3  # _file, _table, _row stand first in every rule's rows


class InvariantError(AssertionError):
    """Two parts of the program disagree about the same rows: our fault, never the submitter's."""


def trace(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    rule: Rule,
    unexpected: int,
    readings: Mapping[int, Reading],
) -> list[tuple[int, Finding]]:
    """Every unexpected row of `rule` as (file, finding).

    Raises InvariantError when there are not exactly `unexpected` rows, the number the suite's run counted.
    """
    query = rule.unexpected_rows_query.format(batch="batch")
    cursor = con.execute(f"SELECT * FROM ({query}) AS unexpected ORDER BY _file, _table, _row")
    names = [column[0] for column in cursor.description or ()][_PLACE:]
    rows = cursor.fetchall()
    if len(rows) != unexpected:
        raise InvariantError(f"{rule.code}: the suite counted {unexpected} rows, {len(rows)} were traced")
    label = wording(contract, rule)
    found: list[tuple[int, Finding]] = []
    for (file, table), group in groupby(rows, key=itemgetter(0, 1)):
        located = readings[file].tables[table]
        placed = list(group)
        subjects = _subjects(located, contract.primary_key, [row[2] for row in placed])
        found += [
            (file, replace(finding, subject=subject))
            for finding, subject in zip(_findings(rule, located, placed, names, label), subjects, strict=True)
        ]
    return found


def _findings(
    rule: Rule,
    table: LocatedTable,
    rows: list[tuple[Any, ...]],
    names: list[str],
    label: Mapping[str, Any],
) -> list[Finding]:
    numbers = [row[2] for row in rows]
    values = _written(table, rule.column, numbers)
    place = table.columns.get(rule.column)
    return [
        Finding(
            code=rule.code,
            sheet=table.sheet,
            cell=cell_address(place, row[2]) if place else None,
            row=row[2],
            column=rule.column,
            value=value or None,
            suggestion=rule.suggestion(value) if value else None,
            params={**label, **dict(zip(names, row[3:], strict=True))},
            severity_override=rule.severity,
        )
        for row, value in zip(rows, values, strict=True)
    ]


def _subjects(table: LocatedTable, key: Sequence[str], numbers: list[int]) -> list[tuple[str, ...]]:
    """What the rows are about: their key as written."""
    columns = [_written(table, column, numbers) for column in key]
    return [tuple((cell or "").strip() for cell in cells) for cells in zip(*columns, strict=True)]


def _written(table: LocatedTable, column: str, numbers: list[int]) -> list[str | None]:
    """The texts of one column at these rows of the sheet, in ascending order, as the submitter wrote them."""
    if column not in table.text.column_names:
        return [None] * len(numbers)
    rows = table.text.column("_row").to_numpy()
    places = np.searchsorted(rows, numbers)
    if not np.array_equal(rows[places], numbers):
        raise InvariantError(f"{column}: a row of the batch is not in its file")
    values: list[str | None] = table.text.column(column).take(places).to_pylist()
    return values
