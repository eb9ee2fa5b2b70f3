"""Characters that Unicode calls ignorable by default: where nothing else is agreed on, they are not to be seen.

In: a character. Out: whether it is one. The ranges are those of `Default_Ignorable_Code_Point` in the standard's
`DerivedCoreProperties.txt`; the newest versions have the same. Beside characters of format they are letters and
combining marks (fillers of Hangul, inherent vowels of Khmer, selectors of variants, the combining grapheme joiner), so
that no category tells of them.
"""

from __future__ import annotations

from bisect import bisect_right

RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""First and last of each, ascending."""
_BEGINS = [first for first, _ in RANGES]


def is_ignorable(character: str) -> bool:
    """Whether the character has the property."""
    code = ord(character)
    place = bisect_right(_BEGINS, code) - 1
    return place >= 0 and code <= RANGES[place][1]
