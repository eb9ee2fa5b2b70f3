"""One received file → its located tables and findings. The entry of this room.

In: a path and the contract of the form the file is said to hold. Out: a `Reading`, whatever the file is: what
is wrong with a file is an outcome. Only a file that cannot be opened at all raises (OSError): that is our
fault.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import fastexcel
from python_calamine import CalamineError

from ingest.read.arrow import pa
from ingest.read.files.file_kind import kind_of
from ingest.read.form.text_file import read_delimited, read_rows_of_text
from ingest.read.form.workbook_file import read_workbook
from ingest.read.reading import Reading, unreadable
from ingest.read.text.encoding import decode
from ingest.read.workbook.hidden_content import Range
from ingest.read.workbook.markup_tables import tables_in
from ingest.schema.contract import Contract
from ingest.schema.finding import Finding

# What the libraries say of a workbook they cannot follow. Anything else is a fault of ours and no finding.
_DAMAGED = (
    CalamineError,
    fastexcel.FastExcelError,
    pa.ArrowInvalid,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
)


def read(path: Path, contract: Contract) -> Reading:
    """The form's tables in a file, with everything wrong with its structure."""
    kind = kind_of(path)
    if isinstance(kind, Finding):
        return unreadable(kind)
    if kind == "text":
        return read_delimited(path, contract)
    try:
        if kind == "markup":
            return _read_markup(path, contract)
        return read_workbook(path, contract)
    except _DAMAGED:
        return unreadable(Finding("damaged_file"))
    except BaseException as error:
        # A panic in a library of Rust is no Exception; nothing else of that name is caught.
        if type(error).__name__ != "PanicException":
            raise
        return unreadable(Finding("damaged_file"))


def _read_markup(path: Path, contract: Contract) -> Reading:
    """The form's table in a web page saved as a workbook, its tables one below another."""
    tables = tables_in(decode(path.read_bytes()).text)
    rows: list[list[str]] = []
    merged: list[Range] = []
    for table in tables:
        merged += [
            (top + len(rows), left, bottom + len(rows), right) for top, left, bottom, right in table.merged
        ]
        rows += table.rows
    reading = read_rows_of_text(path, rows, contract, merged)
    return reading.with_findings(Finding("web_page_read"))
