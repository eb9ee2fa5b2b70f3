"""The guard before a workbook is unpacked: how large it is, how many parts it has, how far its cells reach.

In: an opened zip archive. Out: the finding that refuses it, or None.
Sizes are those its directory states; a part that unpacks to anything else is damage.
"""

from __future__ import annotations

import re
import zipfile

from ingest.read.column_numbers import column_number
from ingest.read.files.far_cells import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_LOOKED_AT,
    ROUNDED,
    blank_strings,
    reach_of,
)
from ingest.schema.texts.finding import Finding

MOST_PARTS = 2_000
MOST_SHEETS = 500
"""A register of a whole school has a sheet for each class and subject, and fewer."""
MOST_UNPACKED = 1 << 30
"""Bytes: a sheet of a million rows of attendance unpacks to about 600 MB."""

# Whatever folder a workbook keeps its parts in, by either separator.
_SHEET = re.compile(r"(?:^|[\\/])worksheets[\\/][^\\/]+\.xml$", re.IGNORECASE)
_PIECE = 1 << 20
_OVERLAP = 256
_ROW_START = b"<row"
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row [^<>]*?\br="(\d{1,10})"')
_USUAL_ROW = re.compile(rb'<row r="(\d{1,10})"')
# Few sheets go beyond column Z; only those are looked through cell by cell.
_BEYOND_Z = re.compile(rb'r="[A-Z]{2}')
# A cell with something in it: `<c r="A1" s="1"/>` is only coloured.
_FILLED_CELL = re.compile(rb'(?><(?:\w+:)?c [^<>]*?\br="([A-Z]{1,3})\d{1,7}")[^<>]*+(?<!/)>')


def archive_fault(archive: zipfile.ZipFile, size: int) -> Finding | None:
    """Why the archive must not be unpacked; None when it may be. `size`: bytes of the file itself.

    Raises zipfile.BadZipFile and its like when the archive is damaged.
    """
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        return Finding("oversized_file")
    if unpacks_to_too_much(archive, size):
        return Finding("oversized_file")
    if any(entry.flag_bits & 1 for entry in entries):
        return Finding("encrypted_file")
    sheets = [entry for entry in entries if _SHEET.search(entry.filename)]
    if len(sheets) > MOST_SHEETS:
        return Finding("oversized_file")
    return next((fault for entry in sheets if (fault := _fault_of_content(archive, entry))), None)


def unpacks_to_too_much(archive: zipfile.ZipFile, size: int) -> bool:
    """Whether the parts are larger than they may be together, as the directory says. `size`: bytes of the file."""
    entries = archive.infolist()
    # Parts that share their packed bytes are how a small archive unpacks to petabytes.
    unpacked, packed = (sum(getattr(e, part) for e in entries) for part in ("file_size", "compress_size"))
    return bool(unpacked > MOST_UNPACKED or packed > size)


def _fault_of_content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Finding | None:
    """Whether the content of a sheet reaches too far: blank cells far away are left out before it is read."""
    fault = _sheet_fault(archive, entry)
    if fault is None or entry.file_size > MOST_LOOKED_AT:
        return fault
    return fault if reach_of(archive.read(entry), blank_strings(archive)).is_too_far else None


def _sheet_fault(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Finding | None:
    """Whether a sheet reaches too far. Reads it in pieces; the end of a piece is looked at twice."""
    rows, counted, columns = 0, 0, ROUNDED
    with archive.open(entry) as sheet:
        rest = b""
        while piece := sheet.read(_PIECE):
            text = rest + piece
            counted += piece.count(_ROW_START)
            rows = max(rows, counted, *map(int, _numbers_of_rows(text)))
            if _BEYOND_Z.search(text):
                columns = max([columns, *map(column_number, _FILLED_CELL.findall(text))])
            if columns > MOST_COLUMNS:
                return Finding("too_many_columns", params={"most": MOST_COLUMNS})
            if rows * columns > MOST_CELLS:
                return Finding("oversized_file")
            rest = text[-_OVERLAP:]
    return None


def _numbers_of_rows(text: bytes) -> list[bytes]:
    """The numbers that rows state. Nearly every program writes them first, where they are found sooner."""
    found = _USUAL_ROW.findall(text)
    return found if len(found) == text.count(b"row ") else _ROW_NUMBER.findall(text)
