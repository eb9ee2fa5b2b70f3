r"""What stands in a cell in place of a value: an error of a spreadsheet (`#Н/Д`), a placeholder of a program (`NaN`).

In: the text of a cell. Out: which of the two it is, or neither; the same question as patterns for Arrow and SQL. The
words are data (`ingest/words/no_values.yml`). Only a whole cell is asked about: a text that mentions one is a text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Literal

from ingest.schema.texts.word_files import read_words

NoValue = Literal["error", "placeholder"]
# `#WORD!`, `#WORD?`, `#WORD/0!` in any alphabet; read alike by Python, RE2 and Arrow.
_SHAPE = r"#[A-Za-zÀ-ÖØ-öø-ɏЀ-ӿ][A-Za-zÀ-ÖØ-öø-ɏЀ-ӿ0-9_]{1,20}(?:/0)?[!?]"
# What stands for a number or a day in a narrow column: programs that save what is shown save it.
_TOO_NARROW = r"#{3,25}"
_NUMBERED = r"\s?\d{3}"
_LONGEST = 25
"""Characters of the longest error there can be, `#WORD/0!`; no placeholder has as many."""
OF_ERRORS = "#:."
"""Every error holds one of these."""
OF_PLACEHOLDERS = "Nn\\["
"""Every placeholder holds one of these."""


def _words() -> dict[str, Any]:
    return read_words("no_values")


@lru_cache(maxsize=1)
def error_pattern() -> str:
    """The pattern of a whole cell, its ends trimmed, that is an error; in what Python, RE2 and Arrow read alike."""
    lists = dict(_words()["errors"])
    numbered = "|".join(re.escape(word) for word in lists.pop("libreoffice_words"))
    words = "|".join(re.escape(word) for listed in lists.values() for word in listed)
    shapes = f"{_SHAPE}|{_TOO_NARROW}|(?:{numbered}){_NUMBERED}"
    return rf"(?i)^(?:{shapes}|{words})$".replace(r"\#", "#").replace(r"\ ", " ")


@lru_cache(maxsize=1)
def placeholders() -> frozenset[str]:
    """The placeholders, spelled as programs spell them."""
    return frozenset(_words()["placeholders"])


@lru_cache(maxsize=1)
def small_placeholders() -> frozenset[str]:
    """The placeholders in small letters: for columns in which no name can stand."""
    return frozenset(word.lower() for word in placeholders())


@lru_cache(maxsize=1)
def _telltales() -> tuple[str, ...]:
    """What a text that holds any of them holds in some place."""
    words = dict(_words()["errors"])
    bare = [word for word in (*words["google"], *words["libreoffice_words"]) if not word.startswith("#")]
    each = {"#", *placeholders(), *bare, *map(str.lower, bare), *map(str.upper, bare)}
    return tuple(sorted(word for word in each if not any(other in word for other in each - {word})))


def may_hold_any(text: str) -> bool:
    """Whether a text may hold an error or a placeholder somewhere. A fast look; may say yes in vain."""
    return any(word in text for word in _telltales())


@lru_cache(maxsize=1)
def _error() -> re.Pattern[str]:
    return re.compile(error_pattern())


def no_value(cell: str) -> NoValue | None:
    """What stands in the cell in place of a value; None for a value and for a blank cell."""
    if len(cell) > 2 * _LONGEST:
        return None
    text = cell.strip()
    if not text or len(text) > _LONGEST:
        return None
    if text in placeholders():
        return "placeholder"
    return "error" if _error().match(text) else None
