"""Errors in Excel's binary workbooks, as the library can follow them.

In: the bytes of a sheet's part (xlsb), a sequence of records; out: the same records, each cell with an error now one
with its text: the library leaves out those a formula gave. In: the bytes of a workbook (xls); out: the same with each
error that the library does not know, and calls damage, as one that no such workbook holds.
Layout of the records: MS-XLSB, sections 2.1.4 and 2.4; MS-XLS, sections 2.4.24, 2.4.127 and 2.5.10.
"""

from __future__ import annotations

import re
import struct

from ingest.read.workbook.binary.xls_records import book_of
from ingest.read.workbook.binary.xlsb_records import records_of

_ERROR_CELL, _ERROR_OF_FORMULA, _TEXT_CELL = 3, 11, 6
_SHOWN = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
OTHER_ERROR = "#ERROR!"
STAND_IN = "#GETTING_DATA"
"""What an unknown error of an xls is in the mended copy: no xls holds it by itself."""
_STAND_IN_CODE = 0x2B
# Of BIFF: a cell with an error, a formula's value; where the code of the error stands in each.
_BOOLERR, _FORMULA = 0x0205, 0x0006
_LONGEST_RECORD = 8_228
_PLACE = 8
"""Bytes of the column and the format that a cell begins with; the error's code stands behind."""
# What such a record looks like; most sheets have none and need no walk.
_TELLTALE = re.compile(rb"(?:\x03\x09|\x0b[\x0b-\x7f])..\x00\x00...[\x00\x01][\x00-\x3f]", re.DOTALL)


def errors_as_texts(part: bytes) -> bytes | None:
    """The part with errors as texts; None where it has none, or is no sequence of records."""
    if not _TELLTALE.search(part):
        return None
    written: list[bytes] = []
    begin = copied = 0
    try:
        for kind, behind, end in records_of(part):
            if kind in (_ERROR_CELL, _ERROR_OF_FORMULA) and end - behind > _PLACE:
                text = _SHOWN.get(part[behind + _PLACE], OTHER_ERROR)
                content = (
                    part[behind : behind + _PLACE] + struct.pack("<I", len(text)) + text.encode("utf-16-le")
                )
                written += [part[copied:begin], bytes([_TEXT_CELL, len(content)]), content]
                copied = end
            begin = end
    except IndexError:
        return None
    return b"".join([*written, part[copied:]]) if written else None


def with_known_errors(book: bytes) -> bytes | None:
    """An xls without errors of unknown kinds; None where it has none, or its records cannot be followed."""
    stored = book_of(book)
    if stored is None:
        return None
    size = stored.places[0][1]
    mended = bytearray(book)
    for at in _unknown_errors(stored.records):
        mended[stored.places[at // size][0] + at % size] = _STAND_IN_CODE
    return bytes(mended) if mended != book else None


def _unknown_errors(records: bytes) -> list[int]:
    """Where the codes of errors stand that are none of the known ones."""
    found, begin = [], 0
    while begin + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, begin)
        if length > _LONGEST_RECORD:
            break
        body = records[begin + 4 : begin + 4 + length]
        is_error = kind == _BOOLERR and length == 8 and body[7] == 1
        is_value = kind == _FORMULA and length >= 20 and body[6] == 2 and body[12:14] == b"\xff\xff"
        if is_error and body[6] not in _SHOWN:
            found.append(begin + 4 + 6)
        elif is_value and body[8] not in _SHOWN:
            found.append(begin + 4 + 8)
        begin += 4 + length
    return found
