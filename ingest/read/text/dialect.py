"""How a text is cut into cells: found by trying, the most table-like cut wins.

In: the text of a file. Out: its `Dialect`. Every candidate cuts the beginning of the text; a cut is better
the more rows have the same number of cells, the more cells are of a kind one knows (number, date, word) and
the fewer quotes stand where none belong.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

from ingest.read.cells.cell_shape import TYPED, kind
from ingest.read.text.dialect_characters import delimiters_in, escapes_of, is_one_column, odd_quotes
from ingest.read.text.lenient_reader import ALIGNED, Dialect, Row, physical_lines, split

_SAMPLE_LINES = 300
_SAMPLE = 200_000
# How readily a character is believed to part cells, other things being equal.
_DELIMITERS = {
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
_ENCLOSED = 1.1
_QUOTES = ('"', "'", "`")
_USUAL = (",", ";", "\t", "|")
# A rival that comes so near makes the choice unsure.
_NEAR = 0.9
_FEWEST_ROWS = 4
_LITTLE = 1e-9
_PROSE = re.compile(r"\+?\(?[^\W_][\w\s.,;:'’\"«»()/%№#&+–—!?°$*-]*", re.UNICODE)


@lru_cache(maxsize=1 << 15)
def _known(cell: str, delimiter: str) -> float:
    """How much a cell looks like one cell: 1 for a value, less for prose, 0 for what seems to be several."""
    found = kind(cell)
    if found != "text":
        return 1.0
    text = cell.strip()
    if text[:1] in _QUOTES and len(text) > 1:
        return 0.0
    if "\t" in text and delimiter != "\t":
        return 0.05
    others = sum(text.count(sign) for sign in ",;\t|" if sign != delimiter)
    if others >= 2 and len(text) < 12 * others:
        return 0.05
    return 0.75 if _PROSE.fullmatch(text) else 0.4


@dataclass(frozen=True)
class Choice:
    """A dialect with how well it fits. `sure`: no other fits about as well."""

    dialect: Dialect
    score: float
    sure: bool


def _barred(lines: list[str]) -> Dialect | None:
    """The dialect of a text in which bars stand around every cell, as quotes, and not between cells."""
    filled = [line.strip("\r\n") for line in lines if line.strip()]
    if not filled or not all(len(line) > 1 and line[0] == line[-1] == "|" for line in filled):
        return None
    for sign in (",", ";", "\t"):
        parts = {line.count(f"|{sign}|") for line in filled}
        if (
            len(parts) == 1
            and parts != {0}
            and all(line.count("|") == 2 * line.count(f"|{sign}|") + 2 for line in filled)
        ):
            return Dialect(sign, "|")
    return None


class _Cuts:
    """Lines cut by one dialect and another, each time once."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self._filled: dict[Dialect, list[Row]] = {}

    def filled(self, dialect: Dialect) -> list[Row]:
        """The rows under a dialect that are not blank."""
        if dialect not in self._filled:
            self._filled[dialect] = _filled(split(self.lines, dialect))
        return self._filled[dialect]


def find_dialect(text: str) -> Choice:
    """The dialect of a text; a text of one column is cut at commas, which it has none of."""
    sample = _beginning(text)
    lines = physical_lines(sample)
    if is_one_column(lines):
        absent = next(sign for sign in (",", ";", "\t", "|", "\x1f") if sign not in sample or sign == "\x1f")
        return Choice(Dialect(absent, _enclosing(lines)), 1.0, sure=True)
    if barred := _barred(lines):
        return Choice(barred, 1.0, sure=True)
    cuts = _Cuts(lines)
    scored = _scored(cuts, sample)
    best, dialect = scored[0] if scored else (0.0, Dialect(","))
    if best > _LITTLE and (usual := _usual_that_fits(cuts, dialect, scored)):
        return usual
    if best > _LITTLE and (better := _that_cuts_every_row(cuts, dialect, scored)):
        return better
    if best <= _LITTLE:
        return Choice(Dialect(","), 0.0, sure=True)
    rivals = [score for score, other in scored[1:] if other.delimiter != dialect.delimiter]
    return Choice(dialect, best, sure=not rivals or rivals[0] < _NEAR * best)


def _usual_that_fits(cuts: _Cuts, chosen: Dialect, scored: list[tuple[float, Dialect]]) -> Choice | None:
    """A usual dialect that cuts every row alike, where the one chosen is none: dates, times and addresses hold signs
    that stand equally often in each row. A decimal comma does so, too: it is left inside its numbers."""
    if any(sign in chosen.delimiter for sign in _USUAL) or chosen.delimiter < " ":
        return None
    own = [cell for row in cuts.filled(chosen) for cell in row.cells]
    for score, other in scored:
        if other.delimiter not in _USUAL or score <= _LITTLE:
            continue
        rows = cuts.filled(other)
        if len({len(row.cells) for row in rows}) > 1 or any(row.stray for row in rows):
            continue
        parted = [cell for cell in own if other.delimiter in cell]
        is_decimal = other.delimiter == "," and all(kind(cell) == "number" for cell in parted)
        if not is_decimal or all(kind(cell) != "text" for row in rows for cell in row.cells):
            return Choice(other, score, sure=score > 0.5 * scored[0][0])
    return None


def _scored(cuts: _Cuts, sample: str) -> list[tuple[float, Dialect]]:
    """The candidates with how well each fits, the best first; without those that cannot come near the best.

    A cut is never better than the delimiter is readily believed in, so the likely ones are tried first.
    """
    found: list[tuple[float, Dialect]] = []
    best = 0.0
    for delimiter in sorted(_delimiters_of(sample), key=_readiness, reverse=True):
        if _readiness(delimiter) * _ENCLOSED < _NEAR * best:
            break
        candidates = list(_candidates(sample, delimiter))
        if delimiter not in _USUAL and _is_hopeless(cuts, candidates, _NEAR * best):
            continue
        for candidate in candidates:
            score = _score(cuts.filled(candidate), candidate)
            best = max(best, score)
            found.append((score, candidate))
    return sorted(found, key=lambda entry: -entry[0])


def _is_hopeless(cuts: _Cuts, candidates: list[Dialect], needed: float) -> bool:
    """Whether a delimiter cannot come up to what is needed, by how often it stands in each line: a look that is ten
    times as fast as cutting, where no quotes or escapes hide any of it."""
    if len(candidates) > 1 or candidates[0].delimiter == ALIGNED:
        return False
    dialect = candidates[0]
    if any(dialect.quote in line for line in cuts.lines):
        return False
    lines = [line for line in cuts.lines if line.replace(dialect.delimiter, "").strip()]
    widths = Counter(map(str.count, lines, repeat(dialect.delimiter)))
    alone = widths.pop(0, 0)
    if not widths or alone == len(lines):
        return True
    _, rank = _rank(Counter({count + 1: times for count, times in widths.items()}), len(lines))
    return rank * _readiness(dialect.delimiter) * _enclosed(dialect) < needed


def _enclosed(dialect: Dialect) -> float:
    return _ENCLOSED if dialect.quote and dialect.quote not in _QUOTES else 1.0


def _that_cuts_every_row(cuts: _Cuts, chosen: Dialect, scored: list[tuple[float, Dialect]]) -> Choice | None:
    """A usual dialect that cuts all rows alike, where the one chosen does not cut the header like the others.

    What stands equally often in each cell of a column looks like a delimiter, but the name of the column has none.
    """
    rows = cuts.filled(chosen)
    if len(rows) < _FEWEST_ROWS or len(rows[0].cells) == len(rows[1].cells):
        return None
    is_whole = len(rows[0].cells) == 1
    for score, other in scored:
        # `1,2, 3,4` below `a, b`: the space belongs to the delimiter.
        is_longer = other.delimiter == chosen.delimiter + " "
        if is_longer or (is_whole and other.delimiter in _USUAL and other.delimiter != chosen.delimiter):
            widths = {(len(row.cells), row.stray) for row in cuts.filled(other)}
            if len(widths) == 1 and max(widths) > (1, True):
                return Choice(other, score, sure=False)
    return None


def _filled(rows: list[Row]) -> list[Row]:
    return [row for row in rows if any(map(str.strip, row.cells))]


def _enclosing(lines: list[str]) -> str:
    first = lines[0].strip()[:1]
    return first if first in _QUOTES else '"'


def _beginning(text: str) -> str:
    """The first lines, whole. The middle is looked at too where a long preamble could mislead."""
    head = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        cut = max(head.rfind("\n"), head.rfind("\r"))
        head = head[: cut + 1] if cut > 0 else head
    return "".join(physical_lines(head)[:_SAMPLE_LINES])


def _delimiters_of(sample: str) -> list[str]:
    found = delimiters_in(sample, tuple(_DELIMITERS))
    if "  " in sample:
        found.append(ALIGNED)
    if not any(delimiter in sample for delimiter in _USUAL) and sample.lstrip()[:1] in _QUOTES:
        found.append(",")
    return found


def _candidates(sample: str, delimiter: str) -> Iterator[Dialect]:
    """The ways to quote and escape with this delimiter."""
    if delimiter == ALIGNED:
        yield Dialect(ALIGNED, quote="")
        return
    if delimiter not in sample:
        yield Dialect(delimiter, sample.lstrip()[:1])
        return
    quotes = [
        quote
        for quote in _QUOTES
        if _opens(sample, delimiter, quote) and (quote == '"' or _closes(sample, delimiter, quote))
    ]
    quotes += odd_quotes(sample, delimiter, taken=_QUOTES)
    for quote in quotes or ['"']:
        yield Dialect(delimiter, quote)
        for escape in escapes_of(sample, delimiter, quote):
            yield Dialect(delimiter, quote, escape)


def _closes(sample: str, delimiter: str, quote: str) -> bool:
    """Whether a cell ends with the quote anywhere: a spreadsheet's apostrophe before a number ends none."""
    return sample.rstrip().endswith(quote) or any(quote + end in sample for end in (delimiter, "\r", "\n"))


def _opens(sample: str, delimiter: str, quote: str) -> bool:
    """Whether a cell begins with the quote anywhere, after spaces too."""
    stop = delimiter.rstrip(" ")
    spaces = len(delimiter) - len(stop)
    place = sample.find(quote)
    while place >= 0:
        begin = place
        while begin and sample[begin - 1] == " ":
            begin -= 1
        if not begin or sample[begin - 1] == "\n":
            return True
        if place - begin >= spaces and sample.endswith(stop, 0, begin):
            return True
        place = sample.find(quote, place + 1)
    return False


def _readiness(delimiter: str) -> float:
    """How readily a delimiter is believed in; one grown of several characters a little more than one of them."""
    if delimiter == ALIGNED:
        return _DELIMITERS[" "]
    if delimiter in _DELIMITERS:
        return _DELIMITERS[delimiter]
    if len(delimiter) > 1:
        return max(_DELIMITERS.get(sign, _UNUSUAL) for sign in delimiter.strip(" ") or " ") * _GROWN
    return 1.0 if delimiter < " " else _UNUSUAL


def _rank(widths: Counter[int], rows: int) -> tuple[int, float]:
    """The commonest width and how far the rows agree on it."""
    # Two tables under one another have two widths: the second most common counts a little.
    (width, count), *more = widths.most_common(2)
    agreeing = (count + 0.5 * (more[0][1] if more else 0)) / rows
    return width, agreeing * agreeing * (width - 1) / width


def _score(filled: list[Row], dialect: Dialect) -> float:
    if not filled:
        return 0.0
    widths = Counter(len(row.cells) for row in filled if len(row.cells) > 1)
    if not widths:
        return _LITTLE
    width, rank = _rank(widths, len(filled))
    cells = [cell for row in filled if len(row.cells) == width for cell in row.cells][:4000]
    if dialect.delimiter == " " and not any(kind(cell) in TYPED for cell in cells):
        # Words are parted by spaces in any prose.
        return 0.0
    known = sum(_known(cell, dialect.delimiter) for cell in cells) / len(cells)
    empty = list(map(str.strip, cells)).count("") / len(cells)
    stray = sum(row.stray for row in filled) / len(filled)
    return (
        rank
        * known
        * math.sqrt(known)
        * (1 - 0.6 * empty)
        * (1 - 0.5 * stray)
        * _readiness(dialect.delimiter)
        * _enclosed(dialect)
    )
