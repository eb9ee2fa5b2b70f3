"""Formulas without a value in the columns of a form: each is one cause, said once by whoever types its cell.

In: the tables of a workbook and what was found beside its cells. Out: the tables with the rows in which a field has
such a formula; and of what was found beside the cells that which no cell of a record says by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ingest.read.column_numbers import column_number
from ingest.read.finding_codes import UNCOMPUTED
from ingest.read.reading import LocatedTable
from ingest.read.workbook.beside.hidden_content import Traces
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding, cell_address


def with_uncomputed(
    tables: Sequence[LocatedTable], beside: Traces, *, cells_are_records: bool = False
) -> list[LocatedTable]:
    """The tables, each with the rows of its records that have a formula without a value. `cells_are_records`: a column
    of which several fields follow holds records, which `said_of_register` tells of."""
    found = []
    for table in tables:
        uncomputed = beside.uncomputed.get(table.sheet or "", {})
        if cells_are_records:
            held = list(table.columns.values())
            uncomputed = {column: rows for column, rows in uncomputed.items() if held.count(column) == 1}
        found.append(replace(table, uncomputed=_rows_of(table, uncomputed)))
    return found


def _rows_of(table: LocatedTable, uncomputed: Mapping[int, Sequence[int]]) -> dict[str, tuple[int, ...]]:
    if not uncomputed:
        return {}
    records = table.text.column("_row").to_numpy()
    found = {
        name: np.intersect1d(records, np.array(uncomputed[column], dtype=records.dtype))
        for name, column in table.columns.items()
        if column in uncomputed and name in table.text.column_names
    }
    texts = {
        name: dict(zip(records.tolist(), _texts(table, name), strict=True))
        for name in found
        if len(found[name])
    }
    blank_in = {
        name: tuple(row for row in found[name].tolist() if not (own[row] or "").strip())
        for name, own in texts.items()
    }
    return {name: rows for name, rows in blank_in.items() if rows}


def _texts(table: LocatedTable, name: str) -> list[str | None]:
    texts: list[str | None] = table.text.column(name).to_pylist()
    return texts


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


def said_of_register(beside: Traces, tables: Sequence[LocatedTable], contract: Contract) -> list[Finding]:
    """The same of registers, in which each cell of a day is a record: there a blank cell says that somebody was
    present, so that nobody who types it would miss its value."""
    return [_of_records(finding, beside, tables, contract) for finding in not_said_of_cells(beside, tables)]


def _of_records(
    finding: Finding, beside: Traces, tables: Sequence[LocatedTable], contract: Contract
) -> Finding:
    if finding.code != UNCOMPUTED:
        return finding
    own = [table for table in tables if table.sheet == finding.sheet]
    rows: list[int] = [row for table in own for row in table.text.column("_row").to_numpy().tolist()]
    column = column_number((finding.cell or "").rstrip("0123456789").encode())
    names = {name for table in own for name, place in table.columns.items() if place == column}
    without = beside.uncomputed.get(finding.sheet or "", {}).get(column, ())
    inside = [row for row in without if rows and min(rows) <= row <= max(rows)]
    if not names or not inside:
        return finding
    needed = [field.name for field in contract.fields if field.name in names and contract.needs(field)]
    return replace(
        finding,
        cell=cell_address(column, inside[0]),
        row=inside[0],
        column=needed[0] if needed else min(names),
        params={"count": len(inside)},
        severity_override="error" if needed else None,
    )
