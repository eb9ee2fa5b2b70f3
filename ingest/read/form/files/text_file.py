"""A csv in any encoding, with any delimiter and quotes → the form's table.

In: the path of a file known to be text, the contract. Out: a `Reading`. The fast way is taken where the bytes
below the header are proved regular (`regular`), the careful one elsewhere. A text in another encoding is
first written anew in UTF-8, one in another dialect as a plain csv, record by record. A row's number is that of its
record, the first of the file being 1.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from ingest.read.arrow import Column, pa
from ingest.read.cells.columns.column_text import may_hold_odd
from ingest.read.files.far_cells import MOST_COLUMNS
from ingest.read.finding_codes import RAGGED
from ingest.read.form.files.text_source import MOST_CUT, TextSource, cross_table_in, register_in
from ingest.read.form.files.text_start import DELIMITERS, HEAD, Start, find_start, head_of
from ingest.read.form.files.uneven_records import SHORT_HEADER, padded_columns, told_by_values
from ingest.read.form.header.beside_table import held_beside
from ingest.read.form.header.body import Body
from ingest.read.form.header.column_findings import no_header, structure_findings
from ingest.read.form.header.header_match import SEARCHED_ROWS
from ingest.read.form.layouts.alternate_layout import parted
from ingest.read.form.layouts.side_by_side import Part, tables_beside
from ingest.read.form.rows.data_rows import cut
from ingest.read.reading import LocatedTable, Reading, rows_above, unreadable
from ingest.read.row_numbers import listed
from ingest.read.text.batches import cut_of
from ingest.read.text.encodings.encoding import decode
from ingest.read.text.encodings.unicode_marks import UTF8, UTF8_MARK
from ingest.read.text.rows.csv_bytes import csv_bytes
from ingest.read.text.rows.records import Record, records
from ingest.read.text.rows.strict_reader import regular_columns
from ingest.read.text.unseen.characters import without_unseen
from ingest.read.text.unseen.in_bytes import holds_unseen
from ingest.read.text_form import TextForm
from ingest.read.workbook.beside.hidden_content import Range
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.layout import registers
from ingest.schema.texts.finding import Finding

_NO_CONTENT = str.maketrans("", "", "".join(DELIMITERS))
_FIRST_SPACE = ord("\t")


def read_delimited(path: Path, contract: Contract) -> Reading:
    """The form's table in a csv."""
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if _is_odd(content):
        return _recoded(path, bytes(content), contract)
    try:
        return _of_utf8(TextSource(path, content), contract)
    except UnicodeDecodeError:
        return _recoded(path, bytes(content), contract)


def _is_odd(content: Any) -> bool:
    """Whether the bytes hold a control character, as wide texts and damaged ones do, or one that nobody sees."""
    data = np.frombuffer(content, dtype=np.uint8)
    begin = len(UTF8_MARK) if content[:3] == UTF8_MARK else 0
    if data.min() < _FIRST_SPACE:
        return True
    # A look at the bytes spares nearly every text the search for each character.
    return len(data) > begin and may_hold_odd(data[begin:]) and holds_unseen(data, begin)


def read_rows_of_text(
    path: Path, rows: Iterable[Sequence[str]], contract: Contract, merged: Sequence[Range] = ()
) -> Reading:
    """The form's table among rows that were cut already."""
    source = TextSource(path, csv_bytes(rows) or b"\n", recoded=True, merged=merged)
    return replace(_of_utf8(source, contract), written=None)


def _recoded(path: Path, content: bytes, contract: Contract) -> Reading:
    """A text in another encoding, or with characters nobody sees, read without them."""
    decoded = decode(content)
    cleaned = without_unseen(decoded.text)
    reading = _of_utf8(
        TextSource(path, cleaned.text.encode("utf-8", "replace") or b"\n", recoded=True), contract
    )
    form = reading.written or TextForm(DELIMITERS[0])
    form = replace(form, encoding=decoded.encoding, other_lines=decoded.other_lines, is_plain=False)
    reading = replace(reading, written=form)
    if reading.unreadable:
        return reading
    said = list(cleaned.findings())
    if decoded.encoding != UTF8 or decoded.other_lines:
        said.append(Finding("text_recoded", params={"encoding": decoded.encoding}))
    if not decoded.sure:
        said.append(Finding("encoding_unsure", params={"encoding": decoded.encoding}))
    if decoded.other_lines:
        lines = listed(decoded.other_lines)
        params = {"encoding": decoded.encoding, "other": decoded.other_encoding, "lines": lines}
        said.append(Finding("mixed_encoding", params=params))
    if decoded.undecoded:
        lost = {
            "count": decoded.undecoded,
            "encoding": decoded.encoding,
            "lines": listed(decoded.undecoded_lines),
        }
        said.append(Finding("letters_lost", params=lost))
    return reading.with_findings(*said)


def _of_utf8(source: TextSource, contract: Contract, *, is_cut: bool = False) -> Reading:
    """The form's table in a text of UTF-8. `is_cut`: it was written anew from cells that were cut in a dialect found
    by trying, so that no other is looked for."""
    content = source.content
    begin = len(UTF8_MARK) if content[:3] == UTF8_MARK else 0
    start = find_start(head_of(content, begin), contract, whole=len(content) <= begin + HEAD)
    if registers(contract) and (start is None or not start.header.is_whole(contract)):
        registered = register_in(source, contract)
        if registered:
            return registered
    if start and not is_cut and _is_enclosed(start.cells):
        quoted = _in_other_dialect(source, contract)
        if quoted:
            return quoted
    if start is None:
        return (
            _in_other_dialect(source, contract)
            or cross_table_in(source, contract)
            or _without_header(source, contract)
        )
    if len(start.cells) > MOST_COLUMNS:
        found = unreadable(Finding("too_many_columns", params={"most": MOST_COLUMNS}))
        return replace(found, written=TextForm(start.delimiter))
    body = pa.py_buffer(content).slice(begin + start.offset)
    columns = regular_columns(body, len(start.cells), start.delimiter)
    careful: list[Finding] = []
    if columns is None:
        columns, careful = padded_columns(_records(source, start.delimiter), start)
    reading = _reading(start, columns, careful, contract, source.merged)
    return replace(reading, written=TextForm(start.delimiter))


def _is_enclosed(cells: Sequence[str]) -> bool:
    """Whether one sign stands around every name of a header: a quote of another dialect, within which delimiters and
    ends of lines part nothing. A name is understood with the sign around it, too."""
    named = [cell.strip() for cell in cells if cell.strip()]
    sign = named[0][0]
    return not sign.isalnum() and all(len(cell) > 2 and cell[0] == cell[-1] == sign for cell in named)


def _in_other_dialect(source: TextSource, contract: Contract) -> Reading | None:
    """The form's table in a text with another delimiter or quotes; None where that shows no header either."""
    if len(source.content) > MOST_CUT:
        return None
    text = "".join(source.lines())
    cut = cut_of(text)
    dialect = cut.dialect
    is_usual = dialect.delimiter in DELIMITERS and dialect.quote == '"' and not dialect.escape
    if is_usual and not (cut.end or cut.wrapped):
        return None
    rows = list(chain.from_iterable(cut.batches(text, len(text) + 1)))
    plain = csv_bytes(row.cells for row in rows)
    if find_start(head_of(plain, 0), contract, whole=len(plain) <= HEAD) is None:
        return None
    reading = _of_utf8(TextSource(source.path, plain, recoded=True), contract, is_cut=True)
    mended = [
        Finding("quotes_repaired", row=number, params={"found": len(row.cells)})
        for number, row in enumerate(rows, 1)
        if row.stray
    ]
    note = Finding("text_read_as", params={"encoding": "utf-8", "delimiter": dialect.shown_delimiter})
    return replace(reading.with_findings(note, *mended), written=cut.form())


def _reading(
    start: Start,
    columns: list[Column],
    careful: list[Finding],
    contract: Contract,
    merged: Sequence[Range],
) -> Reading:
    bodies, said = _bodies(start, columns, contract, merged)
    tables: list[LocatedTable] = []
    not_data = rows_above(start.above[: start.header.top + 1])
    notes: list[Finding] = []
    for body in bodies:
        table, aside, own = cut(body, contract)
        parts, absent, on_parts = parted(table, body.header)
        tables += parts
        not_data += aside + absent
        said += [*structure_findings(body, contract), *on_parts]
        notes += own
    if careful:
        rows = {row for table in tables for row in table.text.column("_row").to_pylist()}
        careful = [finding for finding in careful if finding.row in rows or finding.code == SHORT_HEADER]
        careful = told_by_values(careful, notes)
        uneven = {finding.row for finding in careful if finding.code == RAGGED}
        notes = [note for note in notes if note.code != RAGGED or note.row not in uneven]
    findings = [*said, *notes, *careful]
    data = sum(each.text.num_rows for each in tables)
    if not data:
        findings.append(Finding("no_data_rows"))
    return Reading(tuple(tables), tuple(findings), data + not_data, not_data)


def _bodies(
    start: Start, columns: list[Column], contract: Contract, merged: Sequence[Range]
) -> tuple[list[Body], list[Finding]]:
    """What stands below the header; where tables stand side by side, below that of each, and what is said of them."""
    header, above = start.header, start.above[: start.header.top]
    below = zip(*(column.slice(0, SEARCHED_ROWS).to_pylist() for column in columns), strict=True)
    beside = tables_beside([*start.above, *map(list, below)], columns, header, contract)
    if beside is None or any(part.header.index != header.index for part in beside.read):
        parts, said = [Part(0, len(columns), header)], []
    else:
        parts, said = list(beside.read), beside.findings(None, header.index + 1, 1)
    bodies = [
        Body(
            sheet=None,
            header=part.header,
            header_row=part.header.index + 1,
            cells=start.cells[part.begin : part.end],
            columns=part.of(columns),
            first_column=part.begin + 1,
            merged=merged,
            beside=held_beside(
                contract, None, [cells[part.begin : part.end] for cells in above], part.begin + 1
            ),
        )
        for part in parts
    ]
    return bodies, said


def _records(source: TextSource, delimiter: str) -> Iterator[Record]:
    yield from records(source.lines(), delimiter)


def _without_header(source: TextSource, contract: Contract) -> Reading:
    filled = [
        number
        for number, record in enumerate(_records(source, DELIMITERS[0]))
        if "".join(record.cells).translate(_NO_CONTENT).strip()
    ]
    if not filled:
        return unreadable(Finding("empty_file"))
    span = filled[-1] - filled[0] + 1
    head = head_of(source.content, 0)
    written = TextForm(max(DELIMITERS, key=head.count))
    return Reading(findings=(no_header(contract),), rows_in=span, rows_not_data=span, written=written)
