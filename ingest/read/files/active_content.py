"""What a file brings along besides its values: commands, links to other files, parts with path names.

In: a path, and the reading of the file. Out: the finding that refuses a file which means harm, and the reading
with what is to be said about its cells. Nothing here is ever unpacked to a disk, followed or computed; a file is
refused for what it would do to the next person who opens it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path, PureWindowsPath

from ingest.read.arrow import Column, pc
from ingest.read.cells.columns.column_text import holds_any
from ingest.read.files.container_kind import wrong_kind
from ingest.read.files.zip_limits import unpacks_to_too_much
from ingest.read.reading import LocatedTable, Reading, unreadable
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding, cell_address

_PACKED = b"PK"
# An OSError too: a directory that is wrong about places sends the library to one before the file begins.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError),
    *(RuntimeError, ValueError, OSError),
)
# The parts of a workbook may lie in any folder, by either separator.
_FOLDER = r"(?:^|[\\/])"
_PLAIN_NAME = re.compile(r"[\w\[\]]+(?:[./][\w\[\]]+)*")
_MACROS = re.compile(_FOLDER + r"(?:macrosheets|dialogsheets)[\\/]|^(?:basic|scripts)[\\/]", re.IGNORECASE)
_LINKS = re.compile(_FOLDER + r"(?:externallinks[\\/][^\\/]+|connections)\.(?:xml|bin)$", re.IGNORECASE)
_SHEETS = re.compile(_FOLDER + r"worksheets[\\/][^\\/]+\.xml$|^content\.xml$", re.IGNORECASE)
# A link to a running program (DDE), as Excel and as LibreOffice keep it.
_PROGRAM_LINK = re.compile(rb"<(\w+:)?(ddeLink|dde-link|dde-source)\b")
# The same written into a formula: =cmd|'/c calc'!A1
_PROGRAM_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^<>]*>[^<|]{1,200}\|[^<]{0,500}!")
_PIECE, _OVERLAP = 1 << 20, 1024
# In a cell: a call of a program, or a function that fetches or sends something when the cell is opened.
_COMMAND = (
    r"^[\s'\"]*[=+\-@](?:[^|!]{1,200}\|.{0,500}!"
    r"|.*\b(?:HYPERLINK|WEBSERVICE|IMPORT(?:XML|DATA|HTML|RANGE|FEED)|IMAGE|RTD|DDE|CALL|EXEC|REGISTER(?:\.ID)?)\s*\()"
)
_FORMULA = r"^\s*[=@]\s*[\p{L}(]"


def examined(path: Path, reading: Reading, contract: Contract) -> Reading:
    """The reading with what the cells hold besides values."""
    notes = [Finding("external_links")] if not reading.unreadable and _has_links(path) else []
    said = [
        finding
        for table in reading.tables
        for name in table.columns
        if name in table.text.column_names
        for finding in _on_column(table, name, contract)
    ]
    return reading.with_findings(*notes, *said) if notes or said else reading


def refusal(path: Path) -> Reading | None:
    """The reading of a file that must not be opened further; None for any other, damaged ones included."""
    with path.open("rb") as file:
        if file.read(len(_PACKED)) != _PACKED:
            return None
    try:
        with zipfile.ZipFile(path) as archive:
            # What is too much to be read is too much to be looked through as well.
            if unpacks_to_too_much(archive, path.stat().st_size):
                return None
            finding = _refusal(archive)
    except _DAMAGED:
        return None
    return unreadable(finding) if finding else None


def _refusal(archive: zipfile.ZipFile) -> Finding | None:
    # As stated in the archive: `filename` is mended on some systems.
    names = [entry.orig_filename for entry in archive.infolist()]
    if any(_leaves_its_folder(name) for name in names):
        return Finding("path_names_in_archive")
    if any(_MACROS.search(name) for name in names):
        return wrong_kind("workbook_with_macros")
    for entry in archive.infolist():
        if _LINKS.search(entry.filename) and _holds(archive, entry, _PROGRAM_LINK, b"dde"):
            return Finding("link_to_a_program")
        if _SHEETS.search(entry.filename) and _holds(archive, entry, _PROGRAM_FORMULA, b"|"):
            return Finding("link_to_a_program")
        if entry.filename == "content.xml" and _holds(archive, entry, _PROGRAM_LINK, b"dde-"):
            return Finding("link_to_a_program")
    return None


def _leaves_its_folder(name: str) -> bool:
    if _PLAIN_NAME.fullmatch(name):
        return False
    path = PureWindowsPath(name)  # knows both separators, drives and shares
    return bool(path.anchor) or ".." in path.parts or "\0" in name


def _holds(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, pattern: re.Pattern[bytes], telltale: bytes
) -> bool:
    """Whether a part holds the pattern. Looked through in pieces, the end of each twice."""
    with archive.open(entry) as part:
        rest = b""
        while piece := part.read(_PIECE):
            text = rest + piece
            if telltale in text and pattern.search(text):
                return True
            rest = text[-_OVERLAP:]
    return False


def _has_links(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(len(_PACKED)) != _PACKED:
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(_LINKS.search(name) for name in archive.namelist())
    except _DAMAGED:
        return False  # a text that begins with the same letters


def _on_column(table: LocatedTable, name: str, contract: Contract) -> list[Finding]:
    """Commands and formulas among the values of one column, each said once with its first cell."""
    column = table.text.column(name)
    findings: list[Finding] = []
    if holds_any(column, "|("):
        commands = pc.match_substring_regex(column, _COMMAND, ignore_case=True)
        findings += _said("command_in_cell", table, name, commands, contract)
    if not findings and holds_any(column, "=@"):
        formulas = pc.match_substring_regex(column, _FORMULA)
        findings += _said("formula_as_text", table, name, formulas, contract)
    return findings


def _said(code: str, table: LocatedTable, name: str, places: Column, contract: Contract) -> list[Finding]:
    count = pc.sum(places).as_py()
    if not count:
        return []
    first = pc.index(places, True).as_py()
    row = table.text.column("_row")[first].as_py()
    return [
        Finding(
            code,
            sheet=table.sheet,
            row=row,
            cell=cell_address(table.columns[name], row),
            column=name,
            value=table.text.column(name)[first].as_py(),
            params={"column": contract.field(name).labels, "count": count},
        )
    ]
