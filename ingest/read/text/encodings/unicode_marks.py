"""What says that bytes are Unicode: marks at their beginning, or the halves of UTF-16 without one.

In: the first bytes of a file. Out: the name of the encoding, or None. The only place that knows the marks.
"""

from __future__ import annotations

import codecs

UTF8 = "utf-8"
UTF8_MARK = codecs.BOM_UTF8
# UTF-32 before UTF-16, whose mark it begins with.
_MARKS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ALIKE = 0.9
# The halves that stand for a page of characters: Latin and line ends, Cyrillic and Kazakh.
_LATIN_PAGE, _CYRILLIC_PAGE = 0x00, 0x04


def marked_encoding(head: bytes) -> tuple[str, int] | None:
    """The encoding that a byte order mark names and the length of the mark."""
    return next(((name, len(mark)) for mark, name in _MARKS if head.startswith(mark)), None)


def is_wide(head: bytes) -> bool:
    """Whether bytes are a text of two or four bytes a character, in which zeros are no damage."""
    marked = marked_encoding(head)
    return (marked is not None and marked[0] != UTF8) or wide_encoding(head) is not None


def wide_encoding(sample: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` where every other byte names one of two pages, and the other byte does not."""
    whole = sample[: len(sample) // 2 * 2]
    if len(whole) < 4:
        return None
    for name, pages, letters in (
        ("utf-16-le", whole[1::2], whole[::2]),
        ("utf-16-be", whole[::2], whole[1::2]),
    ):
        latin, cyrillic = pages.count(_LATIN_PAGE), pages.count(_CYRILLIC_PAGE)
        is_known = latin + cyrillic >= _ALIKE * len(pages) and (latin or cyrillic == len(pages))
        stray = letters.count(_LATIN_PAGE) + letters.count(_CYRILLIC_PAGE)
        if is_known and stray <= len(letters) // 100:
            return name
    return None
