"""Where the rows of a batch come from: the files, tables and cells behind them.

In: the readings of the files of one form. Out: their tables one after another as columns of text, and for rows of
the batch findings that name sheet, row and cell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.read.arrow import Chunk, Column, Numbers, pa, taken
from ingest.read.cells.batch.further_places import MOST_PLACES, FurtherPlaces
from ingest.read.cells.batch.looked_at import Said
from ingest.read.cells.columns.column_text import blank
from ingest.read.cells.columns.repeated_texts import is_kept_once, joined, written_out
from ingest.read.cells.written.odd_cell import Odd
from ingest.read.column_numbers import column_number
from ingest.read.finding_codes import RAGGED, UNCOMPUTED
from ingest.read.reading import LocatedTable, Reading
from ingest.schema.forms.contract import FormField
from ingest.schema.texts.finding import Finding
from ingest.schema.texts.severity import Severity

Files = Sequence[tuple[int, Reading]]
_WORTH_COMBINING = 20_000
_NOTHING_ELSE = Odd()


@dataclass(frozen=True)
class TableSpan:
    """One table of the batch and where its rows begin in the concatenated columns."""

    file_no: int
    table_no: int
    table: LocatedTable
    begin: int

    def finding(
        self, code: str, field: FormField, row: int, value: str | None, odd: Odd, **params: object
    ) -> Finding:
        """A finding on the cell of a column in a row of the batch."""
        number = self.table.text.column("_row")[row - self.begin].as_py()
        return Finding(
            code,
            sheet=self.table.sheet,
            cell=self.table.cell(field.name, number),
            row=number,
            column=field.name,
            value=value,
            suggestion=odd.suggestion,
            params={"column": field.labels, **odd.params, **params},
        )


def spans_of(readings: Files) -> list[TableSpan]:
    """The tables of all files in order."""
    places = []
    begin = 0
    for file_no, reading in readings:
        for table_no, table in enumerate(reading.tables):
            places.append(TableSpan(file_no, table_no, table, begin))
            begin += table.text.num_rows
    return places


def coordinates(places: list[TableSpan]) -> dict[str, Column | Chunk]:
    """File, table and row of each row of the batch."""
    heights = [place.table.text.num_rows for place in places]
    rows = [chunk for place in places for chunk in place.table.text.column("_row").chunks]
    return {
        "_file": pa.array(np.repeat(np.array([place.file_no for place in places], dtype=np.int32), heights)),
        "_table": pa.array(
            np.repeat(np.array([place.table_no for place in places], dtype=np.int32), heights)
        ),
        "_row": pa.chunked_array(rows, pa.int32()),
    }


def texts_of(places: list[TableSpan], name: str) -> Column | None:
    """One column of all tables, null where a table lacks it; None where all do."""
    if not any(name in place.table.text.column_names for place in places):
        return None
    chunks: list[Chunk] = []
    for place in places:
        text = place.table.text
        missing_here = name not in text.column_names
        chunks += [pa.nulls(text.num_rows, pa.string())] if missing_here else text.column(name).chunks
    column = joined(chunks)
    if is_kept_once(column):
        return column
    # Many small files make many small chunks, which cost more than copying them together.
    if column.num_chunks > 1 and len(column) < column.num_chunks * _WORTH_COMBINING:
        return pa.chunked_array([column.combine_chunks()], pa.string())
    return column


def findings_on(
    places: list[TableSpan],
    field: FormField,
    code: str,
    rows: Numbers,
    texts: Column,
    said: Said,
    further: FurtherPlaces,
) -> list[tuple[int, Finding]]:
    """A finding for each of these rows of the batch, up to the first thousand of each table."""
    owners = owners_of(places, rows)
    found: list[tuple[int, Finding]] = []
    for owner in np.unique(owners).tolist():
        own, place = rows[owners == owner], places[owner]
        shown, more = own[:MOST_PLACES], own[MOST_PLACES:]
        written = taken(texts, shown).to_pylist()
        known = said(code, written)
        found += [
            (row, place.finding(code, field, row, value, known.get(value, _NOTHING_ELSE)))
            for row, value in zip(shown.tolist(), written, strict=True)
        ]
        if len(more):
            row, last = found[-1]
            found[-1] = (row, replace(last, also=len(more)))
            numbers = place.table.text.column("_row").take(pa.array(more - place.begin)).combine_chunks()
            values = written_out(taken(texts, more)).combine_chunks()
            further.add(place.file_no, last, place.table, numbers, values)
    return found


def notes_on(
    places: list[TableSpan], code: str, field: FormField, rows: Numbers, texts: Column
) -> list[tuple[int, Finding]]:
    """One finding for each table with such rows: on the first of them, with their number as `count`."""
    owners = owners_of(places, rows)
    found = []
    for owner in np.unique(owners).tolist():
        own = rows[owners == owner]
        first = int(own[0])
        finding = places[owner].finding(
            code, field, first, texts[first].as_py(), _NOTHING_ELSE, count=len(own)
        )
        found.append((first, finding))
    return found


def uncomputed_cells(
    places: list[TableSpan], field: FormField, texts: Column, *, is_needed: bool
) -> tuple[Numbers, list[tuple[int, Finding]]]:
    """The rows of the batch whose cell of a field is blank because its formula was never computed, and what is said of
    them: an error where the form needs the cell."""
    found = [np.zeros(0, dtype=np.int64)]
    for place in places:
        if rows := place.table.uncomputed.get(field.name):
            records = place.table.text.column("_row").to_numpy()
            own = np.flatnonzero(np.isin(records, rows)) + place.begin
            found.append(own[blank(written_out(taken(texts, own))).to_numpy(zero_copy_only=False)])
    cells = np.concatenate(found)
    severity: Severity | None = "error" if is_needed else None
    said: dict[tuple[int, str | None, str | None], tuple[int, Finding]] = {}
    for row, finding in notes_on(places, UNCOMPUTED, field, cells, texts):
        # A cell that stands beside several tables, as a name does in a register, is one cause.
        file_no = places[int(owners_of(places, np.array([row]))[0])].file_no
        said.setdefault(
            (file_no, finding.sheet, finding.cell), (row, replace(finding, severity_override=severity))
        )
    return cells, list(said.values())


def ragged_rows(places: list[TableSpan], readings: Files) -> Numbers:
    """The rows of the batch of which the reader has said that their values may be in other columns than their own:
    whatever else is wrong with them follows from that. Of tables side by side the one that the cell belongs to."""
    found = [np.zeros(0, dtype=np.int64)]
    of_files = dict(readings)
    for place in places:
        table, reading = place.table, of_files[place.file_no]
        said = [
            one for one in reading.findings if one.code == RAGGED and one.row and one.sheet == table.sheet
        ]
        if said:
            begins = sorted({_begin_of(other) for other in reading.tables if other.sheet == table.sheet})
            own = begins.index(_begin_of(table))
            rows = [one.row or 0 for one in said if max(bisect_right(begins, _column_of(one)) - 1, 0) == own]
            records = table.text.column("_row").to_numpy()
            found.append(np.flatnonzero(np.isin(records, rows)) + place.begin)
    return np.unique(np.concatenate(found))


def _begin_of(table: LocatedTable) -> int:
    return min(table.columns.values(), default=1)


def _column_of(finding: Finding) -> int:
    """The column of the sheet, from 1, in which the cell of a finding stands."""
    return column_number((finding.cell or "").rstrip("0123456789").encode())


def by_file(places: list[TableSpan], found: list[tuple[int, int, Finding]]) -> dict[int, list[Finding]]:
    """Findings by file, from (row of the batch, column, finding), in the order of the file's cells."""
    files: dict[int, list[Finding]] = {place.file_no: [] for place in places}
    ordered = sorted(found, key=lambda entry: entry[:2])
    owners = owners_of(places, np.array([row for row, _, _ in ordered], dtype=np.int64))
    for owner, (_, _, finding) in zip(owners.tolist(), ordered, strict=True):
        files[places[owner].file_no].append(finding)
    return files


def owners_of(places: list[TableSpan], rows: Numbers) -> Numbers:
    """The number of the table each row of the batch belongs to."""
    begins = np.array([place.begin for place in places], dtype=np.int64)
    return np.searchsorted(begins, rows, side="right") - 1
