"""How a text is cut into cells: found by trying, the most table-like cut wins.

In: the text of a file. Out: its `Dialect`. Every candidate cuts the beginning of the text; a cut is better
the more rows have the same number of cells, the more cells are of a kind one knows (number, date, word) and
the fewer quotes stand where none belong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import repeat

from ingest.read.cells.cell_shape import TYPED, kind
from ingest.read.text.dialect.candidates import USUAL, delimiters_of, dialects_of
from ingest.read.text.dialect.characters import is_list_of_prose, is_one_column
from ingest.read.text.dialect.fit import ENCLOSED, LITTLE, QUOTES, agreement, enclosed, fit, readiness
from ingest.read.text.dialect.names_of_persons import is_list_of_persons
from ingest.read.text.rows.lenient_reader import ALIGNED, Dialect, Row, physical_lines, split

_SAMPLE_LINES = 300
_SAMPLE = 200_000
# A rival that comes so near makes the choice unsure.
_NEAR = 0.9
_FEWEST_ROWS = 4


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
        return _uncut(sample, lines, sure=True)
    if barred := _barred(lines):
        return Choice(barred, 1.0, sure=True)
    return _uncut(sample, lines, sure=False) if is_list_of_persons(lines) else _best_cut(sample, lines)


def _best_cut(sample: str, lines: list[str]) -> Choice:
    """The dialect by which the lines cut look most like the rows of a table."""
    cuts = _Cuts(lines)
    scored = _scored(cuts, sample)
    best, dialect = scored[0] if scored else (0.0, Dialect(","))
    if best <= LITTLE:
        return Choice(Dialect(","), 0.0, sure=True)
    is_list = len(cuts.filled(dialect)[0].cells) == 1 and is_list_of_prose(lines)
    if not is_list and (
        better := _usual_that_fits(cuts, dialect, scored) or _that_cuts_every_row(cuts, dialect, scored)
    ):
        return better
    if _is_of_words(cuts.filled(dialect), dialect) or is_list:
        return _uncut(sample, lines, sure=not any(sign in sample for sign in USUAL))
    rivals = [score for score, other in scored[1:] if other.delimiter != dialect.delimiter]
    return Choice(dialect, best, sure=not rivals or rivals[0] < _NEAR * best)


def _uncut(sample: str, lines: list[str], *, sure: bool) -> Choice:
    """A text of one column: cut at a sign it has none of."""
    absent = next(sign for sign in (*USUAL, "\x1f") if sign not in sample or sign == "\x1f")
    return Choice(Dialect(absent, _enclosing(lines)), 1.0, sure=sure)


def _is_of_words(rows: list[Row], dialect: Dialect) -> bool:
    """Whether a sign that parts the words of a text was taken for a delimiter, as the blanks of addresses and the
    quotes of «7 «А»» are: the name of the column has none of it and stands above what names no columns itself, or all
    that is cut off is the end of each line."""
    is_odd = not any(sign in dialect.delimiter for sign in USUAL) and dialect.delimiter >= " "
    if not is_odd or dialect.delimiter == ALIGNED or len(rows) < 2:
        return False
    if all(not any(map(str.strip, row.cells[1:])) for row in rows):
        return True
    head, *below = rows
    names_nothing = any(kind(cell) in TYPED for cell in below[0].cells) and len(below) > 1
    return len(head.cells) == 1 and names_nothing and all(len(row.cells) > 1 for row in below)


def _usual_that_fits(cuts: _Cuts, chosen: Dialect, scored: list[tuple[float, Dialect]]) -> Choice | None:
    """A usual dialect that cuts every row alike, where the one chosen is none: dates, times and addresses hold signs
    that stand equally often in each row. A decimal comma does so, too: it is left inside its numbers."""
    if any(sign in chosen.delimiter for sign in USUAL) or chosen.delimiter < " ":
        return None
    own = [cell for row in cuts.filled(chosen) for cell in row.cells]
    for score, other in scored:
        if other.delimiter not in USUAL or score <= LITTLE:
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
    for delimiter in sorted(delimiters_of(sample), key=readiness, reverse=True):
        if readiness(delimiter) * ENCLOSED < _NEAR * best:
            break
        candidates = list(dialects_of(sample, delimiter))
        if delimiter not in USUAL and _is_hopeless(cuts, candidates, _NEAR * best):
            continue
        for candidate in candidates:
            score = fit(cuts.filled(candidate), candidate)
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
    _, rank = agreement(Counter({count + 1: times for count, times in widths.items()}), len(lines))
    return rank * readiness(dialect.delimiter) * enclosed(dialect) < needed


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
        if is_longer or (is_whole and other.delimiter in USUAL and other.delimiter != chosen.delimiter):
            widths = {(len(row.cells), row.stray) for row in cuts.filled(other)}
            if len(widths) == 1 and max(widths) > (1, True):
                return Choice(other, score, sure=False)
    return None


def _filled(rows: list[Row]) -> list[Row]:
    return [row for row in rows if any(map(str.strip, row.cells))]


def _enclosing(lines: list[str]) -> str:
    first = lines[0].strip()[:1]
    return first if first in QUOTES else '"'


def _beginning(text: str) -> str:
    """The first lines, whole. The middle is looked at too where a long preamble could mislead."""
    head = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        cut = max(head.rfind("\n"), head.rfind("\r"))
        head = head[: cut + 1] if cut > 0 else head
    return "".join(physical_lines(head)[:_SAMPLE_LINES])
