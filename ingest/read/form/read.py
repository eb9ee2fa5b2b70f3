"""One received file → its located tables and findings. The entry of this room.

In: a path and the contract of the form the file is said to hold. Out: a `Reading`, whatever the file is: what
is wrong with a file is an outcome. Only a file that cannot be opened at all raises (OSError): that is our
fault.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingest.read.files.file_kind import kind_of
from ingest.read.files.text_kind import named_workbook
from ingest.read.form.files.annotated_cells import findings_beside
from ingest.read.form.files.named_sheets import named_sheets
from ingest.read.form.files.text_file import read_delimited, read_rows_of_text
from ingest.read.form.files.uncomputed import not_said_of_cells, with_uncomputed
from ingest.read.form.files.workbook_file import read_named_sheets, read_workbook
from ingest.read.form.rows.long_cells import with_long_cells_cut
from ingest.read.reading import Reading, unreadable
from ingest.read.workbook.beside.hidden_content import Range, Traces, said_of_hidden
from ingest.read.workbook.beside_cells import Annotations, NotShown
from ingest.read.workbook.copies.escaped_text import EscapedTextError
from ingest.read.workbook.copies.mended_copy import library_source, mended_copy
from ingest.read.workbook.library_errors import is_of_library
from ingest.read.workbook.markup.markup_tables import tables_of
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding


def read(path: Path, contract: Contract) -> Reading:
    """The form's tables in a file, with everything wrong with its structure."""
    return with_long_cells_cut(_read(path, contract), contract)


def _read(path: Path, contract: Contract) -> Reading:
    kind = kind_of(path)
    if isinstance(kind, Finding):
        return unreadable(kind)
    if kind == "text":
        return read_delimited(path, contract).with_findings(*named_workbook(path))
    try:
        return _read_markup(path, contract) if kind == "markup" else _read_any_workbook(path, contract)
    except BaseException as error:
        if not is_of_library(error):
            raise
        return unreadable(Finding("damaged_file"))


def _read_any_workbook(path: Path, contract: Contract) -> Reading:
    """A workbook, by a copy where it is written in a way that the libraries cannot follow."""
    try:
        return read_workbook(path, library_source(path), contract)
    except EscapedTextError:
        # Where nothing can be mended, what looks like a number is what somebody typed.
        return read_workbook(path, mended_copy(path) or path.read_bytes(), contract)
    except BaseException as error:
        copy = mended_copy(path) if is_of_library(error) else None
        if copy is None:
            raise
        return read_workbook(path, copy, contract)


def _read_markup(path: Path, contract: Contract) -> Reading:
    """The form's table in a text of markup: sheet by sheet where the sheets have names, else its tables one below
    another, as in a web page saved as a workbook or in SYLK."""
    tables, notes = tables_of(path.read_bytes())
    if named := named_sheets(tables):
        return read_named_sheets(named, contract).with_findings(*notes)
    rows: list[list[str]] = []
    merged: list[Range] = []
    hidden, noted = NotShown(), Annotations()
    for table in tables:
        hidden.add(table.hidden, below=len(rows))
        noted.add(table.noted, below=len(rows))
        merged += [
            (top + len(rows), left, bottom + len(rows), right) for top, left, bottom, right in table.merged
        ]
        rows += table.rows
    reading = read_rows_of_text(path, rows, contract, merged)
    beside = Traces(said_of_hidden(None, hidden), uncomputed={"": hidden.uncomputed})
    reading = replace(reading, tables=tuple(with_uncomputed(reading.tables, beside)))
    said = findings_beside({None: noted} if noted else {}, reading.tables, is_marked=False)
    return reading.with_findings(*notes, *not_said_of_cells(beside, reading.tables), *said)
