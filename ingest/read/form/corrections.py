"""Known errors of a source put right in what was read, each with a note at its cell.

In: a reading, the corrections of its form, whose report it is. Out: the reading with the right texts, the corrections
that changed something, and a finding for every cell changed, which keeps what was written. Works on the texts, before
any of them gets a type.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ingest.read.arrow import Column, Mask, pa, pc
from ingest.read.cells.columns.column_text import SPACE_CHARACTERS
from ingest.read.cells.columns.repeated_texts import written_out
from ingest.read.reading import LocatedTable, Reading
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.correction import Correction
from ingest.schema.texts.finding import Finding, cell_address
from ingest.schema.values.period import Period


def corrected(
    reading: Reading,
    contract: Contract,
    corrections: Iterable[Correction],
    node: str | None,
    period: Period | None,
) -> Reading:
    """The same reading where no correction applies."""
    tables = list(reading.tables)
    said: list[Finding] = []
    applied: list[Correction] = []
    for correction in corrections:
        if not correction.concerns(node, period):
            continue
        before = len(said)
        for place, table in enumerate(tables):
            tables[place], notes = _correct(table, contract, correction)
            said += notes
        if len(said) > before:
            applied.append(correction)
    if not said:
        return reading
    return replace(reading, tables=tuple(tables), corrections=tuple(applied)).with_findings(*said)


def _correct(
    table: LocatedTable, contract: Contract, correction: Correction
) -> tuple[LocatedTable, list[Finding]]:
    guarded = {correction.field: correction.wrong, **correction.guard.cells}
    if not guarded.keys() <= set(table.text.column_names):
        return table, []
    wrong: Mask = np.ones(table.text.num_rows, dtype=bool)
    for name, text in guarded.items():
        wrong &= _holds(table.text.column(name), text)
    rows = np.flatnonzero(wrong)
    if not len(rows):
        return table, []
    at = table.text.column_names.index(correction.field)
    written = written_out(table.text.column(correction.field))
    right = pc.if_else(pa.array(wrong), pa.scalar(correction.right, pa.string()), written)
    mended = table.text.set_column(at, correction.field, right)
    column = table.columns[correction.field]
    numbers = table.text.column("_row").to_numpy()[rows].tolist()
    return replace(table, text=mended), [
        Finding(
            "correction_applied",
            sheet=table.sheet,
            cell=cell_address(column, number),
            row=number,
            column=correction.field,
            value=value,
            params={
                "column": contract.field(correction.field).labels,
                "id": correction.id,
                "right": correction.right,
                "reason": correction.reason,
                "asked_by": correction.asked_by,
            },
        )
        for number, value in zip(
            numbers,
            written.take(pa.array(rows)).to_pylist(),
            strict=True,
        )
    ]


def _holds(cells: Column, text: str) -> Mask:
    """Where cells hold the text, white space around it and letter case aside."""
    plain = pc.utf8_lower(pc.utf8_trim(written_out(cells), characters=SPACE_CHARACTERS))
    mask: Mask = pc.fill_null(pc.equal(plain, text.strip().lower()), False).to_numpy(zero_copy_only=False)
    return mask
