"""How much of a case a reader got right: records and cells, precision and recall.

Two records are equal when their cells are, empty cells at the end apart: readers differ in how they fill up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Score:
    """F1 of records and of cells, each 0 to 1."""

    records: float
    cells: float


def trimmed(row: Sequence[str]) -> tuple[str, ...]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return tuple(row[:end])


def score(truth: Rows, found: Rows) -> Score:
    """How the found records compare with the true ones, order apart."""
    true_rows, found_rows = [trimmed(row) for row in truth], [trimmed(row) for row in found]
    true_cells = [cell for row in true_rows for cell in row]
    found_cells = [cell for row in found_rows for cell in row]
    return Score(_f1(true_rows, found_rows), _f1(true_cells, found_cells))


def _f1(truth: Sequence[object], found: Sequence[object]) -> float:
    if not truth and not found:
        return 1.0
    common = sum((Counter(truth) & Counter(found)).values())
    return 2 * common / (len(truth) + len(found))
