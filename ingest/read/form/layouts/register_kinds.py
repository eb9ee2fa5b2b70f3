"""Headings of a journal of marks: which kind of assessment a column is of, and of how many points.

In: the text of a heading, what the layout says of such cells. Out: the kind, the most points, and what is left of it:
the day, if it is one. «СОР № 2 (макс. 15) 14.09», «БЖБ-1» and «ТЖБ 20 балл» are such headings. A number behind a kind
is its number, unless it begins a date; one in brackets, or beside the word for points, is the maximum.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.read.cells.written.codes import code_of
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.register_layout import PointCells
from ingest.schema.values.letters import folded_text, letters_in_cyrillic

_LONGEST = 80
_WORD = re.compile(r"[^\W\d_]+")
_MAXIMA = (
    re.compile(r"\((?:[^\W\d_]*\.?\s*[:=]?\s*)(\d{1,3})\s*(?:балл\w*|ұпай\w*|б\.?)?\)", re.IGNORECASE),
    re.compile(
        r"(?:макс\w*\.?|max\.?|ең жоғары)\s*(?:балл\w*|ұпай\w*)?\s*[:=–-]?\s*(\d{1,3})(?!\d|[.,/]\d)"
        r"(?:\s*(?:балл\w*|ұпай\w*|б\.))?",
        re.IGNORECASE,
    ),
    re.compile(r"(?<![\d.,/])(\d{1,3})\s*(?:балл\w*|ұпай\w*)", re.IGNORECASE),
)
_NUMBER_BEHIND = re.compile(r" ?\)? ?(?:[-–—№#]|n(?![^\W\d_]))? ?\d{1,2}(?![\d./]|-\d)", re.IGNORECASE)
_NUMBER_BEFORE = re.compile(r"(?<![\d.,/-])\d ?[-–—]? ?$")
_LONGEST_SHORT = 3
_EDGES = " \t\r\n()[],;:–—-№/"


@dataclass(frozen=True)
class KindOfColumn:
    """`kind`: the code, None where the heading says none; `maximum`: the most points as written, or empty; `rest`: what
    else the heading says."""

    kind: str | None
    maximum: str
    rest: str


def kind_said(text: str, cells: PointCells) -> KindOfColumn:
    """What a heading says of the kind of its column."""
    if not text.strip() or len(text) > _LONGEST:
        return KindOfColumn(None, "", text)
    return _said(" ".join(text.split()), cells.kinds)


def names_assessment(text: str, cells: PointCells) -> bool:
    """Whether a heading without a day names an assessment: «СОР 2», «за раздел». One long word may be a term's mark,
    which stands in such journals, too: «1 четверть», «тоқсан»."""
    words = _WORD.findall(text)
    return bool(kind_said(text, cells).kind) and (len(words) > 1 or len(words[0]) <= _LONGEST_SHORT)


@lru_cache(maxsize=4096)
def _said(text: str, kinds: str) -> KindOfColumn:
    maximum, rest = _maximum(text)
    whole = " ".join(_WORD.findall(rest))
    if whole and (code := _code(whole, kinds)):
        first, last = _span(rest)
    else:
        found = ((_code(word[0], kinds), word) for word in _WORD.finditer(rest))
        code, word = next(((code, word) for code, word in found if code), (None, None))
        if code is None or word is None:
            return KindOfColumn(None, maximum, rest if maximum else text)
        first, last = word.span()
    return KindOfColumn(code, maximum, _without(rest, first, last))


def _maximum(text: str) -> tuple[str, str]:
    """The most points, and the text without them."""
    for pattern in _MAXIMA:
        if found := pattern.search(text):
            return found[1], " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
    return "", text


def _span(text: str) -> tuple[int, int]:
    """From the first word of a text to the end of its last."""
    words = list(_WORD.finditer(text))
    return words[0].start(), words[-1].end()


def _without(text: str, first: int, last: int) -> str:
    """A text without its kind and the number of the kind, before it or behind it."""
    before, behind = text[:first], text[last:]
    if number := _NUMBER_BEHIND.match(behind):
        behind = behind[number.end() :]
    elif number := _NUMBER_BEFORE.search(before):
        before = before[: number.start()]
    return " ".join(f"{before} {behind}".split()).strip(_EDGES)


def _code(word: str, kinds: str) -> str | None:
    """The code of a word, in whichever alphabet its letters are."""
    for written in dict.fromkeys((word, letters_in_cyrillic(word))):
        if code := codelist(kinds).by_word.get(folded_text(written)) or code_of(kinds, written):
            return code
    return None
