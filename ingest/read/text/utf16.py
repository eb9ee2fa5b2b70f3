"""UTF-16 without a mark, told by its bytes.

In: the first bytes of a file. Out: the name of the encoding, or None.
"""

from __future__ import annotations

_ALIKE = 0.9
# The halves that stand for a page of characters: Latin and line ends, Cyrillic and Kazakh.
_PAGES = (0x00, 0x04)


def wide_encoding(sample: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` where every other byte names one of two pages, and zeros are among them."""
    whole = sample[: len(sample) // 2 * 2]
    if len(whole) < 4 or 0 not in whole:
        return None
    for name, pages, letters in (
        ("utf-16-le", whole[1::2], whole[::2]),
        ("utf-16-be", whole[::2], whole[1::2]),
    ):
        known = sum(map(pages.count, _PAGES))
        if pages.count(0) and known >= _ALIKE * len(pages) and letters.count(0) <= len(letters) // 100:
            return name
    return None
