"""Numbers that have names, as marks do: «отл.», «бес», «IV», «4+» → the number that is meant, to be suggested.

In: the text of a cell, cleaned, that is no number, and the codelist whose codes are the numbers. Out: the code, or
None. A sign behind a number is an opinion of whoever wrote it, and a name may be another one's word for it: none of
them is read as the number, all are offered.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.read.cells.written.codes import code_of
from ingest.schema.forms.codelist import codelist
from ingest.schema.texts.word_files import read_words
from ingest.schema.values.letters import (
    folded_text,
    letters_in_cyrillic,
    plain_digits,
    without_kazakh_letters,
)

_LONGEST = 40
# «4+», «5-», «+4», «4!», «3 (+)», «5*».
_SIGNED = re.compile(r"[(+\-−–!*. ]*(?P<number>\d{1,3})[)(+\-−–!*. ]*")


def named_number(text: str, names: str) -> str | None:
    """The code that a text means; None where it means none."""
    if len(text) > _LONGEST:
        return None
    if code := _alone(text, names):
        return code
    # «4 (хор)», «отл/5»: both say the same, or nothing is said.
    for sign in "(/":
        first, found, second = text.partition(sign)
        if found:
            codes = {_alone(first.strip(), names), _alone(second.strip().removesuffix(")"), names)}
            return codes.pop() if len(codes) == 1 else None
    return None


def _alone(text: str, names: str) -> str | None:
    if signed := _SIGNED.fullmatch(plain_digits(text)):
        number = signed["number"].lstrip("0") or "0"
        return number if number in {entry.code for entry in codelist(names).codes} else None
    word = text.strip(" +-−–!*")
    by_word = codelist(names).by_word
    return by_word.get(word.casefold()) or code_of(names, word) or _said(names).get(_compared(word))


@lru_cache(maxsize=8)
def _said(names: str) -> dict[str, str]:
    """What people say for a code, as it is compared → the code."""
    listed = read_words("synonyms").get(names, {})
    return {_compared(str(word)): str(code) for code, words in listed.items() for word in words}


def _compared(word: str) -> str:
    return without_kazakh_letters(letters_in_cyrillic(folded_text(word)).casefold())
