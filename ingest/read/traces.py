"""What the cells of a workbook do not tell: macros, hidden rows, formulas nobody computed.

In: the path of a workbook. Out: findings. Only workbooks of Excel's open format are looked into; the others
do not say it in a way that a look at their parts shows.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from ingest.schema.finding import Finding

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
_ROW_TAG = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
# A cell with a formula and no value behind it.
_UNCOMPUTED = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^<]*(?:<(?!/)[^<]*)*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
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
        for entry in sheets:
            if entry.file_size <= _MOST:
                findings += _of_sheet(archive.read(entry))
    return findings


def _of_sheet(content: bytes) -> list[Finding]:
    hidden = [_row(tag) for tag in _ROW_TAG.findall(content) if _HIDDEN.search(tag)]
    findings = []
    if hidden:
        rows = ", ".join(str(number) for number in hidden if number)
        findings.append(Finding("hidden_rows_read", row=hidden[0] or None, params={"rows": rows}))
    for cell in _UNCOMPUTED.findall(content):
        address = cell.decode("ascii")
        number = int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        findings.append(Finding("formula_without_value", cell=address, row=number))
    return findings


def _row(tag: bytes) -> int:
    found = _NUMBER.search(tag)
    return int(found[1]) if found else 0
