"""Text in Arrow columns: which cells are blank, which columns need cleaning at all.

In: Arrow string columns, cells as written. Out: masks and answers. Most columns of most files hold no space,
so a look at their bytes spares a pass over their cells.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ingest.read.arrow import Bytes, Column, pa, pc
from ingest.schema.values.letters import unseen_characters, unseen_ranges, white_space

# In the syntax of RE2. White space parts words; what nobody sees parts nothing.
SPACES = r"[\t-\r\x1c-\x1f\x{0085}\p{Z}]+"
UNSEEN = rf"[\x00-\x08\x0e-\x1b\x7f{unseen_ranges()}]"
SPACE_CHARACTERS = white_space() + unseen_characters()
# First bytes in UTF-8 of what is seldom a letter of this country's alphabets and may be white space, unseen, or a
# combining mark (a letter written as two characters); Cyrillic letters begin with D0 to D3.
_TELLTALE = (0x7F, 0xC2, 0xCC, 0xCD)
_BEYOND_CYRILLIC = 0xD4
_PIECE = 1 << 18
_SPACE, _ZERO, _NINE = 0x20, 0x30, 0x39
_FIRST_LETTER, _LAST_LETTER = ord("A"), ord("z")
# The bytes that begin U+0180–U+02BF in UTF-8, and the first of those after them.
_LATIN_BEYOND, _GREEK = 0xC6, 0xCB


def holds_any(column: Column, characters: str) -> bool:
    """Whether any cell may hold one of these ASCII characters. May say yes in vain."""
    wanted = characters.encode("ascii")
    return any(
        (data == byte).any()
        for data in _bytes_of(column)
        for least, most in [(data.min(), data.max())]
        for byte in wanted
        if least <= byte <= most
    )


def holds_digits_alone(column: Column) -> bool:
    """Whether no cell holds anything but 0–9. May say no in vain."""
    return all(data.min() >= _ZERO and data.max() <= _NINE for data in _bytes_of(column))


def holds_latin(column: Column) -> bool:
    """Whether any cell may hold a Latin letter, of ASCII or of the schwa's block. May say yes in vain."""
    return any(
        (
            ((data >= _FIRST_LETTER) & (data <= _LAST_LETTER)) | ((data >= _LATIN_BEYOND) & (data < _GREEK))
        ).any()
        for data in _bytes_of(column)
    )


def needs_cleaning(column: Column) -> bool:
    """Whether any cell may hold white space or a letter written in two characters. May say yes in vain."""
    for data in _bytes_of(column):
        if data.min() <= _SPACE:
            return True
        if may_hold_odd(data):
            return True
    return False


def holds_unseen(column: Column) -> bool:
    """Whether any cell may hold a character nobody sees. May say yes in vain."""
    return any(data.min() < _SPACE or may_hold_odd(data) for data in _bytes_of(column))


def shortest(column: Column) -> int:
    """Bytes of the shortest cell of a column of plain text; a null is an empty one."""
    least = []
    for chunk in filter(len, column.chunks):
        if chunk.null_count:
            return 0
        ends = np.frombuffer(chunk.buffers()[1], dtype=np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        least.append(int(np.diff(ends).min()))
    return min(least, default=0)


def may_hold_odd(data: Bytes) -> bool:
    """Whether any byte may begin what is to be cleaned beyond ASCII."""
    most = data.max()
    if most >= _BEYOND_CYRILLIC or most < _TELLTALE[0]:
        return bool(most >= _BEYOND_CYRILLIC)
    # In pieces that the processor keeps at hand: of a large file each comparison would be as large as the file.
    pieces = (data[begin : begin + _PIECE] for begin in range(0, len(data), _PIECE))
    return any((piece == byte).any() for piece in pieces for byte in _TELLTALE)


def _bytes_of(column: Column) -> Iterator[Bytes]:
    """The bytes of all cells, chunk by chunk, those of a sliced-off beginning or end included; of texts that are
    kept once each those of each text."""
    chunks = column.chunks
    if pa.types.is_dictionary(column.type):
        chunks = [chunk.dictionary for chunk in chunks[:1]]
    for chunk in chunks:
        data = chunk.buffers()[2]
        if data is not None and len(data) and len(chunk):
            yield np.frombuffer(data, dtype=np.uint8)


def blank(column: Column) -> Column:
    """Where a cell is null, empty or white space."""
    texts = pc.utf8_trim(column, characters=SPACE_CHARACTERS) if needs_cleaning(column) else column
    return pc.fill_null(pc.equal(pc.binary_length(texts), 0), True)
