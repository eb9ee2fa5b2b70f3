"""Errors in a sheet of Excel's binary workbook (xlsb) as texts: the library leaves out those a formula gave.

In: the bytes of a sheet's part, a sequence of records. Out: the same records, each cell with an error now one with
its text. Layout of the records: MS-XLSB, sections 2.1.4 and 2.4.
"""

from __future__ import annotations

import re
import struct

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
_OTHER = "#ERROR!"
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
        while begin < len(part):
            kind, behind = _number(part, begin, 2)
            length, behind = _number(part, behind, 4)
            if kind in (_ERROR_CELL, _ERROR_OF_FORMULA) and length > _PLACE:
                text = _SHOWN.get(part[behind + _PLACE], _OTHER)
                content = (
                    part[behind : behind + _PLACE] + struct.pack("<I", len(text)) + text.encode("utf-16-le")
                )
                written += [part[copied:begin], bytes([_TEXT_CELL, len(content)]), content]
                copied = behind + length
            begin = behind + length
    except IndexError:
        return None
    return b"".join([*written, part[copied:]]) if written else None


def _number(part: bytes, begin: int, most: int) -> tuple[int, int]:
    """A number written seven bits to a byte, the lowest first, and where it ends; at most so many bytes."""
    number = 0
    for place in range(most):
        byte = part[begin + place]
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, begin + place + 1
    return number, begin + most
