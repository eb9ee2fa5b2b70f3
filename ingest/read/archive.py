"""The guard before a workbook is unpacked: how large it is, how many parts it has, how far its cells reach.

In: an opened zip archive. Out: the finding that refuses it, or None.
Sizes are taken from the archive's directory and held against what really unpacks, since a directory can lie.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from ingest.schema.finding import Finding

MOST_PARTS = 2_000
MOST_UNPACKED = 1 << 30
"""Bytes: a sheet of a million rows of attendance unpacks to about 600 MB."""
MOST_CELLS = 40_000_000
"""Of the rectangle a sheet spans: the libraries below keep it as a whole, empty cells and all."""
MOST_COLUMNS = 1_000

_PIECE = 1 << 20
_OVERLAP = 256
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,10})"')
# A cell with something in it; `<c r="A1" s="1"/>` is only coloured.
_CELL = r'<(?:\w+:)?c\b[^>]*?\br="{}"[^>]*(?<!/)>'
# Columns from a letter on, widest first: what no sheet has need not be looked for cell by cell.
_FARTHER = tuple(
    (limit, re.compile(_CELL.format(letters + r"\d{1,7}").encode()))
    for limit, letters in ((16_384, "[A-Z]{3}"), (702, "[A-Z]{2}"))
)
_ANY = re.compile(_CELL.format(r"([A-Z]{1,3})\d{1,7}").encode())


def archive_fault(archive: zipfile.ZipFile, size: int) -> Finding | None:
    """Why the archive must not be unpacked; None when it may be. `size`: bytes of the file itself.

    Raises zipfile.BadZipFile and its like when the archive is damaged.
    """
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        return Finding("oversized_file")
    # Parts that share their packed bytes are how a small archive unpacks to petabytes.
    if (
        sum(entry.file_size for entry in entries) > MOST_UNPACKED
        or sum(e.compress_size for e in entries) > size
    ):
        return Finding("oversized_file")
    if any(entry.flag_bits & 1 for entry in entries):
        return Finding("encrypted_file")
    for entry in entries:
        name = entry.filename.lower()
        if (
            name.startswith("xl/worksheets/")
            and name.endswith(".xml")
            and (fault := _sheet_fault(archive, entry))
        ):
            return fault
    return None


def _sheet_fault(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Finding | None:
    """Whether a sheet reaches too far. Reads it in pieces; the last cell of a piece is looked at twice."""
    rows, columns = 0, 26
    with archive.open(entry) as sheet:
        rest = b""
        while piece := sheet.read(_PIECE):
            text = rest + piece
            for found in _ROW.finditer(text):
                rows = max(rows, int(found[1]))
            columns = max(columns, _columns(text))
            if columns > MOST_COLUMNS:
                return Finding("too_many_columns", params={"most": MOST_COLUMNS})
            if rows * columns > MOST_CELLS:
                return Finding("oversized_file")
            rest = text[-_OVERLAP:]
    return None


def _columns(text: bytes) -> int:
    """How many columns the filled cells reach, at least 26."""
    if not any(pattern.search(text) for _, pattern in _FARTHER):
        return 26
    return max(_number(letters) for letters in _ANY.findall(text))


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def members(path: Path) -> int:
    """How many parts an archive has."""
    with zipfile.ZipFile(path) as archive:
        return len(archive.infolist())
