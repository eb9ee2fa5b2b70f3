"""What the cells of a workbook do not tell: macros, hidden rows and columns, formulas nobody computed.

In: the path of a workbook. Out: findings. Only workbooks of Excel's open format are looked into; the others
do not say it in a way that a look at their parts shows.
"""

from __future__ import annotations

import contextlib
import re
import zipfile
import zlib
from html import unescape
from pathlib import Path

from ingest.read.archive import MOST_COLUMNS
from ingest.read.remarks import listed
from ingest.schema.finding import Finding, cell_address

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
_ROW_TAG = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_COLUMN_TAG = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
# A cell with a formula and no value behind it.
_UNCOMPUTED = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^<]*(?:<(?!/)[^<]*)*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_MOST = 1 << 26


def traces(path: Path) -> list[Finding]:
    """The findings of one workbook; of a sheet too large to be looked through, none."""
    if not zipfile.is_zipfile(path):
        return []
    findings: list[Finding] = []
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            findings.append(Finding("macros_left_out"))
        sheets = [entry for entry in archive.infolist() if _SHEET.match(entry.filename)]
        called = _names(archive) if sheets else {}
        for entry in sheets:
            # A part only the other library can unpack is none to look into.
            with contextlib.suppress(
                zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError
            ):
                if entry.file_size > _MOST:
                    continue
                findings += _of_sheet(archive.read(entry), called.get(entry.filename.lower()))
    return findings


def _names(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part a sheet is stored in → its name. Empty where the book is written in a way not known here."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return {}
    parts = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        given = dict(_ATTRIBUTE.findall(tag))
        target = given.get("Target", "").removeprefix("/").removeprefix("xl/")
        parts[given.get("Id", "")] = f"xl/{target}".lower()
    called = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        given = dict(_ATTRIBUTE.findall(tag))
        if part := parts.get(given.get("r:id", "")):
            called[part] = unescape(given.get("name", ""))
    return called


def _of_sheet(content: bytes, sheet: str | None) -> list[Finding]:
    findings = []
    if b"hidden=" in content:
        findings += _hidden(content, sheet)
    first: dict[str, str] = {}
    count: dict[str, int] = {}
    for cell in _UNCOMPUTED.findall(content) if b"<f" in content or b":f" in content else ():
        address = cell.decode("ascii")
        column = address.rstrip("0123456789")
        first.setdefault(column, address)
        count[column] = count.get(column, 0) + 1
    for column, address in first.items():
        row = int(address.removeprefix(column))
        params = {"count": count[column]}
        findings.append(Finding("formula_without_value", sheet, cell=address, row=row, params=params))
    return findings


def _hidden(content: bytes, sheet: str | None) -> list[Finding]:
    findings = []
    if hidden := [
        number for tag in _ROW_TAG.findall(content) if _HIDDEN.search(tag) and (number := _row(tag))
    ]:
        params = {"rows": listed(hidden)}
        findings.append(Finding("hidden_rows_read", sheet, row=hidden[0], params=params))
    spans = [tag for tag in _COLUMN_TAG.findall(content[: content.find(b"sheetData")]) if _HIDDEN.search(tag)]
    ranges = [dict(_ATTRIBUTE.findall(tag.decode("utf-8", "replace"))) for tag in spans]
    columns = [_letters(given) for given in ranges if int(given.get("min", "0")) <= MOST_COLUMNS]
    if columns:
        params = {"columns": ", ".join(columns)}
        findings.append(Finding("hidden_columns_read", sheet, cell=f"{columns[0][0]}1", row=1, params=params))
    return findings


def _letters(given: dict[str, str]) -> str:
    first, last = (cell_address(int(given.get(name, "1")), 1)[:-1] for name in ("min", "max"))
    return first if first == last else f"{first}–{last}"


def _row(tag: bytes) -> int:
    found = _NUMBER.search(tag)
    return int(found[1]) if found else 0
