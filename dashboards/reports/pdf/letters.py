"""Texts that people wrote, as the fonts can set them: no sign without a glyph, no word that has no end.

A PDF for those who do not see fails where one glyph is missing, and a name comes from whoever typed it.
"""

from __future__ import annotations

import re
import unicodedata

BREAK = "\u200b"
"""Takes no place and is no letter; a line may end there."""
JOINED = "\u2060"
"""Takes no place either; a line may not end there."""
UNKNOWN = "\ufffd"
"""Stands for a sign that the fonts do not have."""
_DRAWN = re.compile(
    # Latin, accents, Greek, Cyrillic, punctuation, currencies, №, ™, arrows, mathematics.
    "[ -~\u00a0-\u024f\u0300-\u0484\u0487-\u04ff\u2010-\u2027\u2030-\u203a\u2070-\u20c0\u2103\u2116\u2122\u2190-\u22ff]"
)
_HARD = "\u00a0\u202f\u2007"
_LONGEST = 24
_PIECE = 8
_RANGE = re.compile(r"(?<=\d)–(?=\d)")
_WORD = re.compile(rf"\S{{{_LONGEST + 1},}}")


def plain(text: str) -> str:
    """The text on one line, of signs that can be set. No-break spaces stay."""
    words = re.split(rf"[^\S{_HARD}]+", unicodedata.normalize("NFC", text))
    return " ".join(filter(None, ("".join(map(_sign, word)) for word in words)))


def settable(text: str) -> str:
    """The same; words longer than any true one may be broken, from one number to another may not."""
    return _WORD.sub(_pieces, _RANGE.sub(f"{JOINED}–{JOINED}", plain(text)))


def _sign(sign: str) -> str:
    if sign in _HARD:
        return "\u00a0"
    if sign == JOINED:
        return sign
    kind = unicodedata.category(sign)
    if kind in ("Cf", "Cc"):
        return ""  # what nobody sees, such as marks of direction
    return sign if _DRAWN.match(sign) and kind != "Cn" else UNKNOWN


def _pieces(word: re.Match[str]) -> str:
    found = word.group()
    return BREAK.join(found[start : start + _PIECE] for start in range(0, len(found), _PIECE))
