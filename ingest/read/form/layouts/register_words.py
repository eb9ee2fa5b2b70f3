"""Headings of a register that are words of a list, as subjects are: which column is which.

In: the cells of a row, the codelist of the headings. Out: column → code. A heading may be written in full, by an alias,
with its words cut («Инф.», «Қаз. тілі») or begun («матем», «рус яз»); what may be two codes is none. Of two columns of
one subject the first has it; that there is another is for `register_columns` to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from ingest.read.cells.written.codes import code_of
from ingest.read.form.header.abbreviated_header import meant_by_abbreviation, meant_by_beginnings
from ingest.read.form.header.header_match import folded
from ingest.schema.forms.codelist import codelist

_FEWEST_BESIDE_TWICE = 2

IsField = Callable[[str], object]


def codes_of_headings(cells: Sequence[str], words: str, is_field: IsField) -> dict[int, str]:
    """Column → code. `is_field`: whether a text heads a column of the form itself."""
    found = {
        place: code
        for place, cell in enumerate(cells)
        if cell.strip() and (code := heading_code(cell, words, is_field))
    }
    first: dict[str, int] = {}
    for place, code in found.items():
        first.setdefault(code, place)
    if len(first) < len(found) and len(first) < _FEWEST_BESIDE_TWICE:
        return {}  # one word again and again is what cells hold, no head
    once = {place: code for code, place in first.items()}
    return once | _begun(cells, found, words, is_field)


def heading_code(text: str, words: str, is_field: IsField) -> str | None:
    """The code of a heading that is a word of the list, or one whose words are cut with a sign; None for any other."""
    written = text.strip()
    return (
        codelist(words).by_word.get(written.casefold())
        or code_of(words, written)
        or (None if is_field(text) else _cut_short(text, words))
    )


def _begun(cells: Sequence[str], found: Mapping[int, str], words: str, is_field: IsField) -> dict[int, str]:
    """The headings that begin as one word of the list alone does, and as none that is there already; a single one in a
    row is any word."""
    meant = {
        place: code
        for place, cell in enumerate(cells)
        if place not in found
        and cell.strip()
        and not is_field(cell)
        and (code := meant_by_beginnings(cell, _folded_words(words)))
    }
    times = Counter([*found.values(), *meant.values()])
    own = {place: code for place, code in meant.items() if times[code] == 1}
    return own if len(own) + len(found) > 1 else {}


def _cut_short(text: str, words: str) -> str | None:
    return meant_by_abbreviation(text, _folded_words(words)) if "." in text or "-" in text else None


@lru_cache(maxsize=8)
def _folded_words(words: str) -> dict[str, str]:
    return {folded(word): code for word, code in codelist(words).by_word.items()}
