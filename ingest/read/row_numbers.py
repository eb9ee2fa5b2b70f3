"""Row numbers as a person lists them.

In: numbers in ascending order. Out: a text, runs drawn together: `3–5, 9`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_MOST_RUNS = 1_000


@dataclass
class Runs:
    """Row numbers with runs drawn together, `3–5, 9`; of very many runs the first."""

    count: int = 0
    _runs: list[list[int]] = field(default_factory=list)

    def add(self, number: int) -> None:
        """One number more, in ascending order."""
        self.count += 1
        if self._runs and number == self._runs[-1][1] + 1:
            self._runs[-1][1] = number
        elif len(self._runs) <= _MOST_RUNS:
            self._runs.append([number, number])

    def __iter__(self) -> Iterator[int]:
        return (number for begin, end in self._runs for number in range(begin, end + 1))

    def ends_with(self, number: int) -> bool:
        """Whether this number was the last."""
        return bool(self._runs) and self._runs[-1][1] == number

    @property
    def first(self) -> int:
        return self._runs[0][0]

    def __str__(self) -> str:
        shown = [str(begin) if begin == end else f"{begin}–{end}" for begin, end in self._runs[:_MOST_RUNS]]
        return ", ".join(shown) + (" …" if len(self._runs) > _MOST_RUNS else "")


def listed(numbers: Iterable[int]) -> str:
    """Row numbers as a person lists them."""
    runs = Runs()
    for number in numbers:
        runs.add(number)
    return str(runs)
