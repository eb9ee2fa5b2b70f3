"""Text in Arrow columns: which cells are blank, which columns need cleaning at all.

In: Arrow string columns, cells as written. Out: masks and answers. Most columns of most files hold no space,
so a look at their bytes spares a pass over their cells.
"""

from __future__ import annotations

import numpy as np

from ingest.read.arrow import Column, Mask, pc

# What counts as white space in a cell: ASCII, no-break and narrow spaces, zero-width ones, the byte order
# mark.
SPACES = r"[\s\x{00A0}\x{2000}-\x{200D}\x{202F}\x{205F}\x{2060}\x{3000}\x{FEFF}]+"
SPACE_CHARACTERS = (
    " \t\n\r\x0b\x0c\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u200c\u200d\u202f\u205f\u2060\u3000\ufeff"
)
# First bytes of those in UTF-8, and of combining marks (a letter written as two characters).
_TELLTALE = np.zeros(256, dtype=bool)
_TELLTALE[:0x21] = True
_TELLTALE[[0x7F, 0xC2, 0xCC, 0xCD, 0xE2, 0xE3, 0xEF]] = True


def holds_byte(column: Column, wanted: Mask) -> bool:
    """Whether any cell may hold one of the bytes `wanted` marks (a table of 256). May say yes in vain."""
    for chunk in column.chunks:
        data = chunk.buffers()[2]
        if data is None or not len(chunk):
            continue
        if wanted[np.frombuffer(data, dtype=np.uint8)].any():
            return True
    return False


def table_of(characters: str) -> Mask:
    """The table for `holds_byte` that marks these ASCII characters."""
    wanted = np.zeros(256, dtype=bool)
    wanted[[ord(character) for character in characters]] = True
    return wanted


def needs_cleaning(column: Column) -> bool:
    """Whether any cell may hold white space or letters written in two characters."""
    return holds_byte(column, _TELLTALE)


def blank(column: Column) -> Column:
    """Where a cell is null, empty or white space."""
    texts = pc.utf8_trim(column, characters=SPACE_CHARACTERS) if needs_cleaning(column) else column
    return pc.fill_null(pc.equal(pc.binary_length(texts), 0), True)
