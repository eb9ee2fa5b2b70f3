"""How well a dialect fits a text: how much its cells look like cells, its rows like one another.

In: the rows that a dialect cuts, the dialect. Out: a number, the higher the better, 0 for what is no table.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache

from ingest.read.cells.cell_shape import TYPED, kind
from ingest.read.text.rows.lenient_reader import ALIGNED, Dialect, Row

# How readily a character is believed to part cells, other things being equal.
DELIMITERS = {
    ",": 1.0,
    ";": 1.0,
    "\t": 1.0,
    "|": 1.0,
    "\\t": 1.0,
    # Also where a decimal comma stands beside them, so that they are not found by growing.
    ", ": 1.05,
    "; ": 1.05,
    "\x1f": 1.0,
    "^": 0.9,
    "~": 0.9,
    "¦": 0.9,
    "§": 0.9,
    "#": 0.8,
    "!": 0.8,
    "*": 0.8,
    ":": 0.7,
    "&": 0.7,
    "$": 0.7,
    "@": 0.7,
    "_": 0.6,
    "=": 0.6,
    "/": 0.6,
    " ": 0.7,
}
_UNUSUAL = 0.6
_GROWN = 1.05
# Where an odd quote was found at all, cells without it are likelier than cells with it.
ENCLOSED = 1.1
QUOTES = ('"', "'", "`")
LITTLE = 1e-9
_PROSE = re.compile(r"\+?\(?[^\W_][\w\s.,;:'’\"«»()/%№#&+–—!?°$*-]*", re.UNICODE)


@lru_cache(maxsize=1 << 15)
def _known(cell: str, delimiter: str) -> float:
    """How much a cell looks like one cell: 1 for a value, less for prose, 0 for what seems to be several."""
    found = kind(cell)
    if found != "text":
        return 1.0
    text = cell.strip()
    if text[:1] in QUOTES and len(text) > 1:
        return 0.0
    if "\t" in text and delimiter != "\t":
        return 0.05
    others = sum(text.count(sign) for sign in ",;\t|" if sign != delimiter)
    if others >= 2 and len(text) < 12 * others:
        return 0.05
    return 0.75 if _PROSE.fullmatch(text) else 0.4


def agreement(widths: Counter[int], rows: int) -> tuple[int, float]:
    """The commonest width and how far the rows agree on it."""
    # Two tables under one another have two widths: the second most common counts a little.
    (width, count), *more = widths.most_common(2)
    agreeing = (count + 0.5 * (more[0][1] if more else 0)) / rows
    return width, agreeing * agreeing * (width - 1) / width


def fit(filled: list[Row], dialect: Dialect) -> float:
    """How well a dialect fits the rows it cuts: do they agree, do cells look like cells, do few quotes stray."""
    if not filled:
        return 0.0
    widths = Counter(len(row.cells) for row in filled if len(row.cells) > 1)
    if not widths:
        return LITTLE
    width, agreed = agreement(widths, len(filled))
    cells = [cell for row in filled if len(row.cells) == width for cell in row.cells][:4000]
    if dialect.delimiter == " " and not any(kind(cell) in TYPED for cell in cells):
        # Words are parted by spaces in any prose.
        return 0.0
    known = sum(_known(cell, dialect.delimiter) for cell in cells) / len(cells)
    empty = list(map(str.strip, cells)).count("") / len(cells)
    stray = sum(row.stray for row in filled) / len(filled)
    return (
        agreed
        * known
        * math.sqrt(known)
        * (1 - 0.6 * empty)
        * (1 - 0.5 * stray)
        * readiness(dialect.delimiter)
        * enclosed(dialect)
    )


def readiness(delimiter: str) -> float:
    """How readily a delimiter is believed in; one grown of several characters a little more than one of them."""
    if delimiter == ALIGNED:
        return DELIMITERS[" "]
    if delimiter in DELIMITERS:
        return DELIMITERS[delimiter]
    if len(delimiter) > 1:
        return max(DELIMITERS.get(sign, _UNUSUAL) for sign in delimiter.strip(" ") or " ") * _GROWN
    return 1.0 if delimiter < " " else _UNUSUAL


def enclosed(dialect: Dialect) -> float:
    """How much likelier a dialect is for the quotes it has."""
    return ENCLOSED if dialect.quote and dialect.quote not in QUOTES else 1.0
