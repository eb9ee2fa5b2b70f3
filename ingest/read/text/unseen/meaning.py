"""Unseen characters that mean something where they stand: they join letters of a script, or choose the shape of one.

In: a text and the place of such a character. Out: whether it is at home there. Anywhere else it is left over from a
program or a page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

_KEYCAP = "\u20e3"
_IDEOGRAPHS = "\u2e80"
_OF_JOINED_SCRIPTS = ("\u0900", "\u1100")
Neighbours = Callable[[str, str], bool]


def has_meaning(text: str, place: int) -> bool:
    """Whether the unseen character at that place is part of what is written around it."""
    mark = text[place]
    for characters, is_at_home in _AT_HOME:
        if any(first <= mark <= last for first, last in characters):
            before = text[place - 1] if place else " "
            return is_at_home(before, text[place + 1 : place + 2] or " ")
    return False


def _joins(before: str, _: str) -> bool:
    """A joiner behind a letter of a script that needs it, or behind a picture."""
    first, end = _OF_JOINED_SCRIPTS
    is_joining = unicodedata.bidirectional(before) in ("R", "AL") or first <= before < end
    return is_joining or unicodedata.category(before) in ("So", "Sk", "Mn", "Me")


def _chooses_a_shape(before: str, after: str) -> bool:
    """A selector of variants behind a picture, a sign of mathematics, or an ideograph; or within a keycap."""
    category = unicodedata.category(before)
    return after == _KEYCAP or category in ("So", "Sm", "Sk") or (category == "Lo" and before >= _IDEOGRAPHS)


def _parts_marks(_: str, after: str) -> bool:
    """A grapheme joiner before a mark that is to stay apart from the one before it."""
    return unicodedata.category(after) in ("Mn", "Mc")


def _among(*blocks: tuple[str, str]) -> Neighbours:
    """A character beside seen ones of its own script."""

    def is_own(before: str, after: str) -> bool:
        return any(
            first <= beside <= last and unicodedata.category(beside) in ("Lo", "Mn", "Mc")
            for first, last in blocks
            for beside in (before, after)
        )

    return is_own


_AT_HOME: tuple[tuple[tuple[tuple[str, str], ...], Neighbours], ...] = (
    ((("\u200c", "\u200d"),), _joins),
    ((("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef")), _chooses_a_shape),
    ((("\u034f", "\u034f"),), _parts_marks),
    ((("\u180b", "\u180d"), ("\u180f", "\u180f")), _among(("\u1820", "\u18aa"))),
    ((("\u17b4", "\u17b5"),), _among(("\u1780", "\u17b3"))),
    ((("\u115f", "\u1160"),), _among(("\u1100", "\u115e"), ("\u1161", "\u11ff"))),
    ((("\u3164", "\u3164"),), _among(("\u3131", "\u3163"), ("\u3165", "\u318e"))),
    ((("\uffa0", "\uffa0"),), _among(("\uffa1", "\uffdc"))),
)
"""Ranges of characters, and what has to stand beside one."""
