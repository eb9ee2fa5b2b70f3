"""Cells longer than any cell of a spreadsheet can be: no value of a report, and much to carry along.

In: a reading. Out: the same with such cells cut to their beginnings, and a finding on each. Everything that comes after
may hold the text of a cell several times over, in a finding and its messages.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ingest.read.arrow import Column, pa, pc
from ingest.read.reading import LocatedTable, Reading
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding

LONGEST = 32_767
"""Characters a cell of Excel can hold."""
_KEPT = 60
_MOST = 1000


def with_long_cells_cut(reading: Reading, contract: Contract) -> Reading:
    """The reading without the rest of cells that are too long."""
    found: list[Finding] = []
    tables = tuple(_cut(table, contract, found) for table in reading.tables)
    return replace(reading, tables=tables).with_findings(*found) if found else reading


def _cut(table: LocatedTable, contract: Contract, found: list[Finding]) -> LocatedTable:
    text = table.text
    for name in text.column_names:
        column = text.column(name)
        # Bytes are counted at no cost, and no text has more characters than bytes.
        if name == "_row" or not len(column) or (pc.max(pc.binary_length(column)).as_py() or 0) <= LONGEST:
            continue
        long = pc.fill_null(pc.greater(pc.utf8_length(column), LONGEST), False)
        rows = text.column("_row").to_numpy()[np.flatnonzero(long.to_numpy())]
        if not len(rows):
            continue
        shortened: Column = pc.if_else(long, pc.utf8_slice_codeunits(column, 0, _KEPT), column)
        text = text.set_column(text.column_names.index(name), name, shortened.cast(pa.string()))
        found += _findings(replace(table, text=text), name, contract, rows.tolist(), shortened.filter(long))
    return replace(table, text=text) if text is not table.text else table


def _findings(
    table: LocatedTable, name: str, contract: Contract, rows: list[int], values: Column
) -> list[Finding]:
    label = contract.field(name).labels
    said = [
        Finding(
            "cell_too_long",
            sheet=table.sheet,
            cell=table.cell(name, row),
            row=row,
            column=name,
            value=f"{value} …",
            params={"column": label, "most": LONGEST},
        )
        for row, value in zip(rows[:_MOST], values.slice(0, _MOST).to_pylist(), strict=True)
    ]
    said[-1] = replace(said[-1], also=len(rows) - len(said))
    return said
