"""A text of any size → a plain csv, written while it is read.

In: the bytes of a text and a file to write to. Out: how many rows there were and what is to be said. The same
decisions as for a text read whole (`general`), but for what only the end of a large text could tell: the width of
a table is that of its first piece. Held at a time: the text, and one piece of it as cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from ingest.read.cells.live_formulas import may_be_live
from ingest.read.cells.no_values import may_hold_any
from ingest.read.plain.decoded_text import decoded_text
from ingest.read.plain.remarks import Remarks, fitted, written_width
from ingest.read.tables.detection import find_tables
from ingest.read.tables.table import GridRow, Table
from ingest.read.text.rows.csv_bytes import csv_bytes
from ingest.schema.texts.finding import Finding

PIECE, _ROWS = 2 << 20, 50_000
"""Characters and rows: a text of up to so many is one piece, and read as a whole. A row costs as much as its cells: of
short ones a piece holds too many otherwise."""
_ABOVE, _BELOW = 60, 60
"""Rows of one block on either side of a cut: so far apart from it stands what a table ends or begins with."""
_MOST_PIECES = 4


@dataclass
class Streamed:
    """`findings` without those on the whole file."""

    rows_in: int = 0
    rows_written: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass
class _Written:
    """A table as it was begun: its first row, its width in the csv, and how many records it has."""

    first: int
    width: int
    records: int = 0


def write_text(content: bytes, target: IO[bytes], piece: int = PIECE) -> Streamed:
    """Write the tables of a text."""
    text, cut, encoding, remarks = decoded_text(content)
    del content
    writer = _Writer(target, remarks, holds_no_values=may_hold_any(text), is_live=may_be_live(text))
    found = Streamed()

    def numbered() -> Iterator[list[GridRow]]:
        for batch in cut.batches(text, piece, _ROWS):
            first = found.rows_in + 1
            found.rows_in += len(batch)
            remarks.say_rows(batch, first)
            yield [GridRow(number, row.cells) for number, row in enumerate(batch, first)]

    for rows, is_last in _pieces(numbered()):
        writer.take(rows, is_last=is_last)
    writer.finish()
    remarks.say("text_read_as", encoding=encoding, delimiter=cut.dialect.shown_delimiter)
    found.rows_written = sum(table.records for table in writer.tables)
    if not writer.tables:
        remarks.say("empty_file")
    assert found.rows_in == found.rows_written + writer.not_data, "rows do not add up"
    found.findings = remarks.findings
    return found


def _pieces(batches: Iterator[list[GridRow]]) -> Iterator[tuple[list[GridRow], bool]]:
    """The rows in pieces, each cut inside a table where there is such a place; and whether it is the last."""
    waiting: list[GridRow] = []
    pieces = 0
    for batch in batches:
        if waiting:
            pieces += 1
            cut = _place_to_cut(waiting)
            if cut or pieces >= _MOST_PIECES:
                cut, pieces = cut or len(waiting), 0
                yield waiting[:cut], False
                waiting = waiting[cut:]
        waiting = waiting + batch
    yield waiting, True


def _place_to_cut(rows: Sequence[GridRow]) -> int:
    """The last place with enough rows of one width, none blank, above and below; 0 for none."""
    run = 0
    for place in range(len(rows) - 1, -1, -1):
        row = rows[place]
        is_same = not row.is_blank and (not run or len(row.cells) == len(rows[place + 1].cells))
        run = run + 1 if is_same else int(not row.is_blank)
        if run == _ABOVE + _BELOW:
            return place + _ABOVE
    return 0


class _Writer:
    """Writes pieces of a text as they come."""

    def __init__(self, target: IO[bytes], remarks: Remarks, *, holds_no_values: bool, is_live: bool) -> None:
        self._holds_no_values, self._is_live = holds_no_values, is_live
        self.tables: list[_Written] = []
        self.not_data = 0
        self._target, self._remarks = target, remarks
        self._above: Table | None = None
        self._after_blank = False

    def take(self, rows: list[GridRow], *, is_last: bool) -> None:
        """Write what a piece holds."""
        goes_on = self._above is not None and not self._after_blank
        contents = find_tables(rows, self._above, goes_on=goes_on, ends=is_last)
        self._remarks.say_aside(contents)
        self.not_data += sum(map(len, contents.aside.values()))
        for number, table in enumerate(contents.tables):
            if number or self._above is None:
                self._begin(table)
            self._write(table)
        if contents.tables:
            last = contents.tables[-1]
            self._above = Table(last.header, [], last.width)
        self._after_blank = not rows or rows[-1].is_blank

    def _begin(self, table: Table) -> None:
        first = (table.header or table.body)[0].number
        self.tables.append(_Written(first, written_width(table)))
        self._remarks.say_header(table)
        self.not_data += len(table.header)
        if table.header:
            self._target.write(csv_bytes([fitted(table.names, self.tables[-1].width)]))

    def _write(self, table: Table) -> None:
        written = self.tables[-1]
        self._remarks.say_widths(table, written.width)
        if self._holds_no_values:
            self._remarks.say_no_values(table)
        if self._is_live:
            self._remarks.say_live_formulas(table)
        self._target.write(csv_bytes(fitted(row.cells, written.width) for row in table.body))
        written.records += len(table.body)

    def finish(self) -> None:
        """Say where further tables begin: only now their records are counted."""
        for number, table in enumerate(self.tables[1:], 2):
            self._remarks.say_further(table.first, number, table.records)
