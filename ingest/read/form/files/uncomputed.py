"""Formulas without a value in the columns of a form: each is one cause, said once by whoever types its cell.

In: the tables of a workbook and what was found beside its cells. Out: the tables with the rows in which a field has
such a formula; and of what was found beside the cells that which no cell of a record says by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ingest.read.reading import UNCOMPUTED, LocatedTable
from ingest.read.workbook.hidden_content import Traces
from ingest.schema.texts.finding import Finding, cell_address


def with_uncomputed(tables: Sequence[LocatedTable], beside: Traces) -> list[LocatedTable]:
    """The tables, each with the rows of its records that have a formula without a value."""
    return [
        replace(table, uncomputed=_rows_of(table, beside.uncomputed.get(table.sheet or "", {})))
        for table in tables
    ]


def _rows_of(table: LocatedTable, uncomputed: Mapping[int, Sequence[int]]) -> dict[str, tuple[int, ...]]:
    if not uncomputed:
        return {}
    records = table.text.column("_row").to_numpy()
    found = {
        name: np.intersect1d(records, np.array(uncomputed[column], dtype=records.dtype))
        for name, column in table.columns.items()
        if column in uncomputed and name in table.text.column_names
    }
    return {name: tuple(rows.tolist()) for name, rows in found.items() if len(rows)}


def not_said_of_cells(beside: Traces, tables: Sequence[LocatedTable]) -> list[Finding]:
    """What was found beside the cells of the sheets that were read, without the formulas that fields lack values of."""
    read = {table.sheet for table in tables}
    said = {
        (table.sheet, cell_address(table.columns[name], 1)[:-1])
        for table in tables
        for name in table.uncomputed
    }
    return [
        finding
        for finding in beside.findings
        if finding.sheet in read
        and not (
            finding.code == UNCOMPUTED
            and (finding.sheet, (finding.cell or "").removesuffix(str(finding.row))) in said
        )
    ]
