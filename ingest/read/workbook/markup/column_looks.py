"""How the columns of a sheet in markup look, as its tags for columns say.

In: the tags, from the left to the right. Out: what is said of one column. A tag that goes back says nothing: the
programs that write such files write none. Asking takes no longer where tags are many: there may be one for each of
thousands of columns, and each cell asks.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Generic, TypeVar

MOST_COLUMNS = 16_384
"""Of a sheet; what is said of columns behind them is said of none."""

T = TypeVar("T")


class ColumnLooks(Generic[T]):
    """What is said of each column, numbered from 1. `plain`: of those that nothing is said of."""

    def __init__(self, plain: T) -> None:
        self._plain = plain
        self._firsts: list[int] = []
        self._said: list[tuple[int, T]] = []

    @property
    def last(self) -> int:
        """The last column that something is said of; 0 at first."""
        return self._said[-1][0] if self._said else 0

    def say(self, first: int, last: int, look: T) -> None:
        """Of these columns."""
        if self.last < first <= MOST_COLUMNS:
            self._firsts.append(first)
            self._said.append((min(max(first, last), MOST_COLUMNS), look))

    def of(self, column: int) -> T:
        """What is said of a column."""
        place = bisect_right(self._firsts, column) - 1
        if place < 0:
            return self._plain
        last, look = self._said[place]
        return look if column <= last else self._plain
