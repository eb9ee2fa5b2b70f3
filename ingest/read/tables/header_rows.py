"""Which rows name columns and which are records.

In: rows as cells. Out: how many of the first rows are the header, and the one name of each column. A row names
columns where it breaks with what stands below it: words above numbers and dates, nothing repeated below,
short above long.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.read.cells.cell_shape import TYPED, Looks, kind, looks_of
from ingest.read.cells.no_values import no_value
from ingest.read.tables.column_numbering import numbers_columns
from ingest.read.tables.multi_row_header import YEAR
from ingest.read.tables.row_kinds import says_none, says_nothing

_LOOKED_AT = 200
_MOST_HEADER_ROWS = 5
_FEWEST_NAMES, FEWEST_TYPED = 3, 2
USUAL = 0.7
"""The share of the filled cells of a column that are of its usual kind."""
_DIGIT = re.compile(r"\d")

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class ColumnKinds:
    """What the cells of one column look like. `usual`: the kind of at least seven in ten, else empty."""

    usual: str
    values: frozenset[str]
    length: float
    digits: float

    @property
    def is_typed(self) -> bool:
        return self.usual in TYPED

    def fits(self, cell: str) -> bool:
        """Whether a cell could be one more of this column."""
        if self.is_typed:
            return kind(cell) == self.usual
        if self.digits > 0.9:
            return bool(_DIGIT.search(cell)) and len(cell) < 3 * self.length
        return False


def kinds_below(rows: Rows, column: int) -> ColumnKinds:
    """What a column looks like in these rows; blank cells say nothing."""
    return _kinds_of(_looks_below(rows, column))


def _looks_below(rows: Rows, column: int) -> list[Looks | None]:
    """What the cells of a column look like, row by row; None for a blank one."""
    return [looks if column < len(row) and (looks := looks_of(row[column])).text else None for row in rows]


def _kinds_of(looks: Sequence[Looks | None]) -> ColumnKinds:
    seen = list(filter(None, looks))[:_LOOKED_AT]
    if not seen:
        return ColumnKinds("", frozenset(), 0.0, 0.0)
    texts, kinds, digits = zip(*seen, strict=True)
    counts = Counter(kinds)
    name = max(counts, key=counts.__getitem__)
    usual = name if counts[name] >= USUAL * len(seen) else ""
    return ColumnKinds(usual, frozenset(texts), sum(map(len, texts)) / len(seen), sum(digits) / len(seen))


class _Below:
    """Rows that a heading may head, and what their columns look like, found out once for each: those from the place
    `begin` on of `all_rows`, whose cells are looked at once whatever rows may head them."""

    def __init__(self, all_rows: Sequence[list[str]], begin: int = 0) -> None:
        self.rows = all_rows[begin:]
        self._all, self._begin = all_rows, begin
        self._looks: dict[int, list[Looks | None]] = {}
        self._kinds: dict[int, ColumnKinds] = {}

    def from_row(self, begin: int) -> _Below:
        """The same from another row on."""
        found = _Below(self._all, begin)
        found._looks = self._looks
        return found

    def kinds(self, column: int) -> ColumnKinds:
        """What a column looks like."""
        if column not in self._kinds:
            if column not in self._looks:
                self._looks[column] = _looks_below(self._all, column)
            self._kinds[column] = _kinds_of(self._looks[column][self._begin :])
        return self._kinds[column]

    def without(self, cells: Sequence[str]) -> _Below:
        """The rows that do not say the same."""
        own = list(cells)
        if own not in self.rows:
            return self
        return _Below([row for row in self.rows if row != own])


def is_heading(cells: Sequence[str], below: Rows) -> bool:
    """Whether a row names the columns of the rows below it."""
    return _heads(cells, _Below(list(map(list, below))))


def _heads(cells: Sequence[str], below: _Below) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return False
    # A header said again further down is no sign that it is a record.
    below = below.without(cells)
    if not below.rows:
        return all(kind(cell) not in TYPED for cell in filled) and len(set(filled)) == len(filled)
    votes = sum(_vote(cell.strip(), below.kinds(column)) for column, cell in enumerate(cells))
    if votes:
        return votes > 0
    filled = [cell for place, cell in enumerate(filled) if not place or cell != filled[place - 1]]
    return len(set(filled)) == len(filled) and not any(map(_DIGIT.search, filled))


def _is_stand_in(cell: str) -> bool:
    """Whether a cell says that there is no value, as records do too: `—`, «нет», `N/A`."""
    return says_nothing(cell) or says_none(cell) or no_value(cell) is not None


def _vote(cell: str, below: ColumnKinds) -> float:  # noqa: PLR0911 - one answer for each case
    if not cell or not below.values:
        return 0.0
    found = kind(cell)
    if below.is_typed:
        if _is_stand_in(cell):
            return 0.0
        if found not in TYPED:
            return 1.0
        is_year = YEAR.fullmatch(cell) and below.usual == "number" and cell not in below.values
        return 0.1 if is_year else -1.5
    if found in TYPED:
        return 0.1 if YEAR.fullmatch(cell) else -1.0
    if cell in below.values:
        return -1.0
    if below.digits > 0.9:
        return 0.6 if not _DIGIT.search(cell) else -0.6
    if below.length > 3 * len(cell):
        return 0.3
    return -0.2 if len(cell) > 3 * below.length and len(cell) > 30 else 0.0


def header_depth(rows: Rows) -> int:
    """How many rows from the first on name the columns; 0 where the first is a record."""
    if not rows:
        return 0
    sample = list(map(list, rows[: _LOOKED_AT + _MOST_HEADER_ROWS]))
    if len(sample) == 1:
        return int(is_heading(sample[0], ()))
    whole = _Below(sample)
    for further in range(min(_MOST_HEADER_ROWS, len(sample) - 1), 0, -1):
        body = whole.from_row(further)
        if (
            all(_heads(sample[place], body) for place in range(further))
            and (further == 1 or _is_deep(sample[:further], body.rows))
            and not any(_is_numbered(sample[:place], sample[place]) for place in range(1, further))
        ):
            return further
    return 0


def _is_numbered(header: Rows, cells: Sequence[str]) -> bool:
    """Whether a row numbers columns that the rows above it name, each by a name of its own: below the name of a group
    `I II III IV` are quarters."""
    if not numbers_columns(cells):
        return False
    names = columns_named(header, len(cells))
    above = [names[column].strip() for column, cell in enumerate(cells) if cell.strip()]
    return all(above) and len(set(above)) == len(above)


def is_of_names(cells: Sequence[str]) -> bool:
    """Whether a row may name columns by itself: several words and no value."""
    words = [word for cell in cells if (word := cell.strip())]
    return len(words) >= _FEWEST_NAMES and not any(kind(word) in TYPED for word in words)


def breaks_with(cells: Sequence[str], above: Rows, below: Rows, *, grouped: bool) -> bool:
    """Whether a row of names in the midst of rows heads those below: it holds words where they and those above it
    hold numbers and dates, and says nothing that is said elsewhere. `grouped`: below names of groups, so that it may
    say the same in each."""
    filled = {column: cell.strip() for column, cell in enumerate(cells) if cell.strip()}
    if len(set(filled.values())) < len(filled) and not grouped:
        return False
    typed_below = {column for column in filled if kinds_below(below, column).is_typed}
    typed_above = {column for column in filled if kinds_below(above, column).is_typed}
    if not typed_below or not typed_above or len(typed_below | typed_above) < FEWEST_TYPED:
        return False
    usual = sorted(sum(1 for cell in row if cell.strip()) for row in below)[len(below) // 2]
    others = {cell.strip() for row in (*above, *below) for cell in row}
    return 3 * len(filled) >= 2 * usual and not set(filled.values()) & others


def _is_deep(header: Rows, body: Rows) -> bool:
    """Whether each row below the first breaks with the typed columns of the body, of which there are some."""
    if all(_completes(upper, lower, body) for upper, lower in pairwise(header)):
        return True
    width = max(map(len, header))
    typed = [column for column in range(width) if kinds_below(body, column).is_typed]
    if not typed:
        return all(list(row) == list(header[0]) for row in header) or _is_grouped(header, body)
    for row in header[1:]:
        words = [row[column].strip() for column in typed if column < len(row)]
        filled = [word for word in words if word and not _is_stand_in(word)]
        if any(_is_of_digits(cell.strip(), kinds_below(body, column)) for column, cell in enumerate(row)):
            return False
        if any(kind(word) in TYPED and not YEAR.fullmatch(word) for word in filled):
            return False
        # One word where values stand below is as likely the value that a record lacks: «болел».
        if len(filled) < FEWEST_TYPED:
            return False
    return True


def _is_of_digits(cell: str, column: ColumnKinds) -> bool:
    """Whether a cell could be one more of a column of words with digits, as `5А` of classes; a year heads it too."""
    return bool(cell) and not column.is_typed and column.fits(cell) and not YEAR.fullmatch(cell)


def _completes(upper: Sequence[str], lower: Sequence[str], body: Rows) -> bool:
    """Whether two rows name columns together: the lower one is blank below names that reach down, and names what
    stands below a group."""
    width = max(len(upper), len(lower))
    high, low = ([cell.strip() for cell in row] + [""] * (width - len(row)) for row in (upper, lower))
    filled = [cell for cell in low if cell]
    reach_down = [column for column in range(width) if high[column] and not low[column]]
    in_groups = [
        column
        for column in range(1, width)
        if low[column] and (not high[column] or high[column] == high[column - 1])
    ]
    if not reach_down or not in_groups or len(set(filled)) < 2 or any(_is_value(cell) for cell in filled):
        return False
    below = [row for row in body[:_LOOKED_AT] if sum(map(bool, map(str.strip, row))) > 1]
    held = sum(any(column < len(row) and row[column].strip() for column in reach_down) for row in below)
    return not below or 2 * held > len(below)


def _is_value(cell: str) -> bool:
    return kind(cell) in TYPED and not YEAR.fullmatch(cell)


def _is_grouped(header: Rows, body: Rows) -> bool:
    """Whether names of words stand below names of groups, in a table of words that say themselves again."""
    if len(header) != 2:
        return False
    groups, names = header
    if not all(map(str.strip, names)) or len(set(names)) < len(names) or all(map(str.strip, groups)):
        return False
    below = [[row[column] for row in body if column < len(row)] for column in range(len(names))]
    again = sum(len(set(cells)) < len(cells) for cells in below)
    return 2 * again > len(names) and not any(name in cells for name, cells in zip(names, below, strict=True))


def columns_named(header: Rows, width: int) -> list[str]:
    """One name for each column: the names of its rows from the top, parted by a space; a group's carries on to the
    right over the columns it heads."""
    columns = max(width, *(len(row) for row in header)) if header else 0
    rows = [[*row, *[""] * (columns - len(row))] for row in header]
    carried = rows[-1:]
    for upper in reversed(rows[:-1]):
        carried.insert(0, _carried(upper, carried[0]))
    names = []
    for column in range(columns):
        parts = [row[column] for row in carried if row[column].strip()]
        names.append(parts[0] if len(parts) == 1 else " ".join(part.strip() for part in parts))
    while len(names) > width and not names[-1]:
        names.pop()
    return names


def _carried(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """A row of a header in which names of groups stand over each of their columns: those that the row below names,
    itself carried on where it names groups within them."""
    carried = list(upper)
    for column in range(1, len(upper)):
        is_headed = lower[column].strip() and lower[column - 1].strip()
        if not upper[column].strip() and is_headed:
            carried[column] = carried[column - 1]
    return carried
