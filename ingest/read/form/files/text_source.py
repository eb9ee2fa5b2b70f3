"""A text from its file or from bytes made of it, and the layouts it may follow that are no plain table.

In: where the text is, the contract. Out: its lines; the `Reading` of a register or a cross-table kept as text, None
where it is neither.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from ingest.read.files.far_cells import MOST_COLUMNS
from ingest.read.form.files.text_start import DELIMITERS
from ingest.read.form.layouts.crosstab import read_crossed
from ingest.read.form.layouts.register import note_on_full_days, read_register
from ingest.read.reading import Reading
from ingest.read.text.batches import cut_of
from ingest.read.workbook.beside.hidden_content import Range
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.layout import cross_tables

MOST_CUT = 1 << 26
"""Bytes: a larger text is not cut in an unusual dialect."""


@dataclass(frozen=True)
class TextSource:
    """Where the text is: in its file, or, `recoded`, in bytes made from it. `merged`: by numbers of its records,
    which of their cells are merged."""

    path: Path
    content: Any
    recoded: bool = False
    merged: Sequence[Range] = ()

    def lines(self) -> Iterator[str]:
        """The lines with their ends. Raises UnicodeDecodeError where they are not UTF-8."""
        if self.recoded:
            yield from io.TextIOWrapper(io.BytesIO(self.content), encoding="utf-8-sig", newline="")
            return
        with self.path.open(encoding="utf-8-sig", newline="") as lines:
            yield from lines


def register_in(source: TextSource, contract: Contract) -> Reading | None:
    """A register kept as text; None where it is none."""
    if len(source.content) > MOST_CUT:
        return None
    lines = list(source.lines())
    if any(_is_too_wide(line) for line in lines):
        return None
    text = "".join(lines)
    cut = cut_of(text)
    rows = [row.cells for row in chain.from_iterable(cut.batches(text, len(text) + 1))]
    read = read_register(None, rows, 1, contract)
    if read is None:
        return None
    data = sum(table.text.num_rows for table in read.tables)
    not_data = read.rows_not_data
    findings = (*read.findings, *note_on_full_days([read]))
    return Reading(read.tables, findings, data + not_data, not_data, written=cut.form())


def _is_too_wide(line: str) -> bool:
    """Whether a line has more cells than any table may have: to look for days among a million takes seconds."""
    return len(line) > MOST_COLUMNS and any(line.count(sign) >= MOST_COLUMNS for sign in DELIMITERS)


def cross_table_in(source: TextSource, contract: Contract) -> Reading | None:
    """The values of a cross-table kept as text; None where it follows no layout of the form."""
    if len(source.content) > MOST_CUT or not cross_tables(contract.form):
        return None
    text = "".join(source.lines())
    cut = cut_of(text)
    rows = [row.cells for row in chain.from_iterable(cut.batches(text, len(text) + 1))]
    width = max(map(len, rows), default=0)
    read = read_crossed(None, [[*cells, *[""] * (width - len(cells))] for cells in rows], 1, contract)
    if read is None:
        return None
    data = sum(table.text.num_rows for table in read.tables)
    not_data = read.rows_not_data
    return Reading(read.tables, (read.note,), data + not_data, not_data, written=cut.form())
