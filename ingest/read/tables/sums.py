"""Whether the numbers of a row are sums of those beside it: what makes it a row of totals beyond doubt.

In: the rows of a table and the places of those that say that they sum up, or may. Out: of each, yes or no. Compared
with the rows above it, from its group's beginning, a larger group's or the table's, or with those below where totals
stand first; a mean or a count will do as well. Each row is added once, however many totals there are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from ingest.read.tables.table import GridRow

_NUMBER = re.compile(r"[-−]?\d[\d \u00a0\u202f']*(?:[.,]\d+)?")
_SPACES = str.maketrans({" ": None, "\u00a0": None, "\u202f": None, "'": None, "−": "-", ",": "."})
_MOST_ADDED = 200_000
"""Rows: a group of more is not added up."""
_LONGEST_GROUP, _MOST_SEARCHED = 200, 500
"""Rows of a group of which only its end is known, and how many totals are looked at so closely."""
_MOST_GROUPS = 40
"""Groups right above a total that may make up a larger one."""
_SURE_COLUMNS, _SURE_ROWS = 2, 3
"""Columns summed, and rows that they are summed over, by which a row is a total without a word."""


class _Sum:
    """What rows add up to: column → their sum, how far rounding may have moved it, and how many they are; and in how
    many of them it is not zero."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns: dict[int, tuple[float, float, int]] = {}
        self.added: Counter[int] = Counter()

    def add(self, column: int, number: float, slack: float, count: int = 1) -> None:
        total, before, counted = self.columns.get(column, (0.0, 0.0, 0))
        self.columns[column] = total + number, before + slack, counted + count
        self.added[column] += bool(number)

    def and_also(self, other: _Sum) -> _Sum:
        """The sum of both."""
        both = _Sum()
        both.rows, both.columns = self.rows + other.rows, dict(self.columns)
        for column, (total, slack, count) in other.columns.items():
            both.add(column, total, slack, count)
        both.added = self.added + other.added
        return both


class Sums:
    """The sums of the rows between totals. `totals`: their places, ascending."""

    def __init__(self, rows: Sequence[GridRow], totals: Sequence[int]) -> None:
        self._rows, self._totals = rows, totals
        self._between: list[_Sum] = []
        self._above: list[_Sum] = []

    def __contains__(self, place: int) -> bool:
        """Whether the row there says that it sums up."""
        at = bisect_left(self._totals, place)
        return at < len(self._totals) and self._totals[at] == place

    def adds_up(self, place: int) -> bool:
        """Whether at least half of the numbers of the total there are sums of rows beside it."""
        sought = _numbers(self._rows[place].cells)
        if not any(number for number, _ in sought.values()):
            return False
        self._add_up()
        at = bisect_left(self._totals, place)
        groups = [*self._groups_above(at), self._above[at], self._between[at + 1]]
        if any(_are_sums(sought, group) for group in groups if group.rows):
            return True
        return at < _MOST_SEARCHED and self._ends_a_group(place, sought)

    def surely_adds_up(self, place: int) -> bool:
        """Whether a row that does not say so sums up all the same: no number but sums of the same rows above it, in
        several columns, each of several numbers. One number, or two rows, add up by chance."""
        sought = _numbers(self._rows[place].cells)
        summed = [column for column, (number, _) in sought.items() if number]
        if len(summed) < _SURE_COLUMNS:
            return False
        self._add_up()
        at = bisect_left(self._totals, place)
        groups = [*self._groups_above(at), self._above[at]]
        return any(
            group.rows >= _SURE_ROWS
            and all(group.added[column] > 1 for column in summed)
            and all(_is_sum(group, column, *said) for column, said in sought.items())
            for group in groups
        )

    def _ends_a_group(self, place: int, sought: dict[int, tuple[float, float]]) -> bool:
        """Whether some of the rows right above add up to all of a total's numbers: nothing says where they begin."""
        group = _Sum()
        for row in islice(reversed(self._rows[max(0, place - _LONGEST_GROUP) : place]), _LONGEST_GROUP):
            group.rows += 1
            for column, (number, slack) in _numbers(row.cells).items():
                group.add(column, number, slack)
            if sought.keys() <= group.columns.keys() and all(
                _is_sum(group, column, number, rounding) for column, (number, rounding) in sought.items()
            ):
                return True
        return False

    def _groups_above(self, at: int) -> Iterator[_Sum]:
        """The rows since the total before, and with each group above that one too."""
        group = _Sum()
        for between in islice(reversed(self._between[: at + 1]), _MOST_GROUPS):
            group = group.and_also(between)
            yield group

    def _add_up(self) -> None:
        if self._between:
            return
        whole = _Sum()
        for before, after in pairwise((-1, *self._totals, len(self._rows))):
            between = _Sum()
            if after - before <= _MOST_ADDED:
                between.rows = after - before - 1
                for row in self._rows[before + 1 : after]:
                    for column, (number, slack) in _numbers(row.cells).items():
                        between.add(column, number, slack)
            self._between.append(between)
            whole = whole.and_also(between)
            self._above.append(whole)


def _is_sum(group: _Sum, column: int, number: float, rounding: float) -> bool:
    total, slack, _ = group.columns.get(column, (0.0, 0.0, 0))
    return abs(total - number) <= slack + rounding + 1e-9 * abs(total)


def _are_sums(sought: dict[int, tuple[float, float]], group: _Sum) -> bool:
    right = 0
    for column, (number, rounding) in sought.items():
        if column not in group.columns:
            right += number == group.rows
            continue
        total, _, count = group.columns[column]
        right += _is_sum(group, column, number, rounding) or abs(total / count - number) <= rounding
    return 2 * right >= len(sought)


def holds_numbers_alone(cells: Sequence[str]) -> bool:
    """Whether every filled cell of a row is a number, and there are several."""
    filled = sum(1 for cell in cells if cell.strip())
    return _SURE_COLUMNS <= filled == len(_numbers(cells))


def _numbers(cells: Sequence[str]) -> dict[int, tuple[float, float]]:
    """Column → its number and half of what its last digit stands for."""
    found = {}
    for column, cell in enumerate(cells):
        text = cell.strip()
        if _NUMBER.fullmatch(text):
            plain = text.translate(_SPACES)
            decimals = len(plain.partition(".")[2])
            found[column] = float(plain), (0.5 * 10**-decimals if decimals else 0.0)
    return found
