"""Lists of persons in one column: «Иванов, Иван» below «ФИО», where the comma parts the words of a name.

In: the lines of a text. Out: whether they are such a list. Only the heading tells it from a table of two columns below
a title: it says full names, and the line below it names no columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ingest.schema.texts.word_files import read_words
from ingest.schema.values.letters import folded_text, without_kazakh_letters

_SIGNS = (",", ";")
# What stands in a word of a name beside its letters: «Әл-Фараби», «O'Neil», «И.».
_IN_NAMES = dict.fromkeys(map(ord, "-’'‘`ʼ."))
_MOST_WORDS = 4


def is_list_of_persons(lines: Sequence[str]) -> bool:
    """Whether a heading that says full names stands above lines of nothing but a surname, a sign and the rest."""
    head, *below = [line.strip() for line in lines if line.strip()] or [""]
    if (
        not below
        or any(sign in head for sign in _SIGNS)
        or not any(_is_parted(below, sign) for sign in _SIGNS)
    ):
        return False
    # Asked last: of most texts the words need not be read.
    first = re.split("[,;]", below[0])
    return _compared(head) in _words("full") and not any(_compared(part) in _words("parts") for part in first)


def _is_parted(lines: Sequence[str], sign: str) -> bool:
    return any(sign in line for line in lines) and all(_is_name(line, sign) for line in lines)


def _is_name(line: str, sign: str) -> bool:
    surname, found, rest = line.partition(sign)
    is_parted = not found or rest.startswith(" ")
    return is_parted and all(map(_are_words, (surname, *([rest] if found else []))))


def _are_words(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= _MOST_WORDS and all(word.translate(_IN_NAMES).isalpha() for word in words)


@lru_cache(maxsize=2)
def _words(kind: str) -> frozenset[str]:
    by_language = read_words("person_names")[kind]
    return frozenset(_compared(word) for words in by_language.values() for word in words)


def _compared(text: str) -> str:
    return without_kazakh_letters(folded_text(text)).replace(".", "")
