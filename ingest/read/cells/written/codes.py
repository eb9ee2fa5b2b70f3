"""Words of a codelist as people write them → the code.

In: the text of a cell, cleaned, that is no word of the column's codelist as the list writes it. Out: its code, or
None. What makes no other word of it is overlooked: case, Latin letters that look like Cyrillic ones, «ё», signs at
the end; then Kazakh letters that the keyboard lacked; then signs between words. No word may mean two codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from ingest.schema.forms.codelist import Codelist, codelist
from ingest.schema.values.letters import folded_text, plain_digits, without_kazakh_letters

# Shorter words say too little without their signs: «-1» is not «1».
_SHORTEST_BARE = 4
_PARTING = dict.fromkeys(map(ord, " .,;:-‑–—_/\"'«»“”„()"))
_FRACTION = re.compile(r"(\d+)[.,]0+")
_WAYS: tuple[Callable[[str], str], ...] = (
    folded_text,
    lambda text: without_kazakh_letters(folded_text(text)),
    lambda text: _bare(folded_text(text)),
)


def code_of(name: str, text: str) -> str | None:
    """The code that a text means, None where it means none or more than one. The strictest way decides."""
    text = plain_digits(text)
    if not text.isascii() and any(letter.isdigit() and not letter.isdecimal() for letter in text):
        # Compared without its height, «5²» would be the code 52.
        return None
    if number := _FRACTION.fullmatch(text):
        # A code of digits that a spreadsheet or a program took for a number.
        return codelist(name).by_word.get(number[1])
    for way, known in zip(_WAYS, _ways_to_write(codelist(name)), strict=True):
        if code := known.get(way(text)):
            return code
    return None


def _bare(folded: str) -> str:
    """Without signs that only part or wrap: «казак.тили» and «казак - тили» are alike, «казак тили?» is not."""
    bare = without_kazakh_letters(folded).translate(_PARTING)
    return bare if len(bare) >= _SHORTEST_BARE else ""


@lru_cache(maxsize=128)
def _ways_to_write(words: Codelist) -> tuple[dict[str, str], ...]:
    """For each way to compare words: word → code. A word that could mean two codes is left out."""
    return tuple(_known(words, way) for way in _WAYS)


def _known(words: Codelist, way: Callable[[str], str]) -> dict[str, str]:
    codes: dict[str, set[str]] = {}
    for word, code in words.by_word.items():
        codes.setdefault(way(word), set()).add(code)
    return {word: found.pop() for word, found in codes.items() if word and len(found) == 1}
