"""Text in Arrow columns: which cells are blank, which columns need cleaning at all.

In: Arrow string columns, cells as written. Out: masks and answers. Most columns of most files hold no space,
so a look at their bytes spares a pass over their cells.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ingest.read.arrow import Bytes, Column, pc

# What counts as white space in a cell: ASCII, no-break and narrow spaces, zero-width ones, marks of
# direction, the byte order mark.
SPACES = r"[\s\x{00A0}\x{2000}-\x{200F}\x{202F}\x{205F}\x{2060}\x{3000}\x{FEFF}]+"
SPACE_CHARACTERS = (
    " \t\n\r\x0b\x0c\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u200c\u200d\u200e\u200f\u202f\u205f\u2060\u3000\ufeff"
)
# Characters nobody sees: in the midst of a word they part nothing.
UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_BEGINS_UNSEEN = (0xC2, 0xE2, 0xEF)
# First bytes of those beyond ASCII in UTF-8, and of combining marks (a letter written as two characters).
_TELLTALE = (0x7F, 0xC2, 0xCC, 0xCD, 0xE2, 0xE3, 0xEF)
_SPACE, _ZERO, _NINE = 0x20, 0x30, 0x39
_FIRST_LETTER, _LAST_LETTER = ord("A"), ord("z")


def holds_any(column: Column, characters: str) -> bool:
    """Whether any cell may hold one of these ASCII characters. May say yes in vain."""
    wanted = characters.encode("ascii")
    return any((data == byte).any() for data in _bytes_of(column) for byte in wanted)


def holds_digits_alone(column: Column) -> bool:
    """Whether no cell holds anything but 0–9. May say no in vain."""
    return all(data.min() >= _ZERO and data.max() <= _NINE for data in _bytes_of(column))


def holds_latin(column: Column) -> bool:
    """Whether any cell may hold a letter of ASCII. May say yes in vain."""
    return any(((data >= _FIRST_LETTER) & (data <= _LAST_LETTER)).any() for data in _bytes_of(column))


def needs_cleaning(column: Column) -> bool:
    """Whether any cell may hold white space or a letter written in two characters. May say yes in vain."""
    for data in _bytes_of(column):
        if data.min() <= _SPACE:
            return True
        if data.max() >= _TELLTALE[0] and any((data == byte).any() for byte in _TELLTALE):
            return True
    return False


def holds_unseen(column: Column) -> bool:
    """Whether any cell may hold a character nobody sees. May say yes in vain."""
    return any((data == byte).any() for data in _bytes_of(column) for byte in _BEGINS_UNSEEN)


def _bytes_of(column: Column) -> Iterator[Bytes]:
    """The bytes of all cells, chunk by chunk, those of a sliced-off beginning or end included."""
    for chunk in column.chunks:
        data = chunk.buffers()[2]
        if data is not None and len(data) and len(chunk):
            yield np.frombuffer(data, dtype=np.uint8)


def blank(column: Column) -> Column:
    """Where a cell is null, empty or white space."""
    texts = pc.utf8_trim(column, characters=SPACE_CHARACTERS) if needs_cleaning(column) else column
    return pc.fill_null(pc.equal(pc.binary_length(texts), 0), True)
