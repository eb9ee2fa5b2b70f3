"""What a cell looks like, by its characters alone.

In: the text of one cell. Out: the name of its kind. Nothing is retyped: the kinds only tell columns and headers
apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

TYPED = frozenset({"number", "date", "time", "address"})

_NUMBER = re.compile(
    r"[-+−(]?[$€£₸₽]?\s?\d{1,3}([  \u202f.,']?\d{3})*([.,]\d+)?([eE][-+]?\d+)?\s?[%$€£₸₽)]?|[-+]?\d+([.,]\d*)?"
)
_DATE = re.compile(
    r"\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}([ T]\d{1,2}:\d\d(:\d\d(\.\d+)?)?(Z|[-+]\d\d:?\d\d)?)?"
    r"|\d{1,2}[ -]\w{3,9}\.?,?[ -]\d{2,4}( ?[гж]\.?)?"
)
_TIME = re.compile(r"\d{1,2}:\d\d(:\d\d(\.\d+)?)?( ?[aApP][mM])?")
_ADDRESS = re.compile(r"[a-z]+://\S+|[\w.+-]+@[\w-]+(\.[\w-]+)+")
_CODE = re.compile(r"[A-Za-zА-Яа-яЁё0-9]+(?:[-_./№#]+[A-Za-zА-Яа-яЁё0-9]+)*")


def kind(cell: str) -> str:
    """What a cell looks like: `empty`, `number`, `date`, `time`, `address`, `code` (one word) or `text`."""
    text = cell.strip(" \u00a0\t")
    if not text:
        return "empty"
    return "text" if len(text) > _LONGEST else _kind(text)


_LONGEST = 60
_DIGIT = re.compile(r"\d")


class Looks(NamedTuple):
    """A cell without white space around, its kind, and whether a digit is in it."""

    text: str
    kind: str
    has_digit: bool


def looks_of(cell: str) -> Looks:
    """What a cell looks like, said at once."""
    return _looks_of(cell) if len(cell) <= _LONGEST else _looks(cell)


def _looks(cell: str) -> Looks:
    text = cell.strip()
    return Looks(text, kind(text), bool(_DIGIT.search(text)))


# Whoever looks for a header or a delimiter looks at the same cells many times; long ones are not kept.
_looks_of = lru_cache(maxsize=1 << 16)(_looks)


@lru_cache(maxsize=1 << 16)
def _kind(text: str) -> str:
    if _NUMBER.fullmatch(text):
        return "number"
    if _DATE.fullmatch(text):
        return "date"
    if _TIME.fullmatch(text):
        return "time"
    if _ADDRESS.fullmatch(text):
        return "address"
    return "code" if _CODE.fullmatch(text) else "text"
