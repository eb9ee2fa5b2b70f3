"""Rows of a sheet or text → blocks: what blank rows part, and what begins anew without one.

In: rows in order. Out: blocks of rows, a table's header with its records in one of them; and where the table of a
block begins, below titles.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property

from ingest.read.cells.cell_shape import TYPED, kind
from ingest.read.tables.header_rows import (
    FEWEST_TYPED,
    USUAL,
    breaks_with,
    header_depth,
    is_heading,
    is_of_names,
)
from ingest.read.tables.multi_row_header import may_head_groups
from ingest.read.tables.row_kinds import says_total
from ingest.read.tables.table import GridRow

_NEAR, _NEXT = 200, 40
"""Rows above another header that are looked at, and rows below."""
_MOST_TITLES = 15
"""A block of more rows than this is no header with its titles."""


def blocks_of(rows: Sequence[GridRow]) -> list[list[GridRow]]:
    """The blocks of all rows that are not blank."""
    return _with_headers([part for block in _parted_by_blanks(rows) for part in _parts(block)])


def _parted_by_blanks(rows: Sequence[GridRow]) -> list[list[GridRow]]:
    blocks: list[list[GridRow]] = []
    before_blank = True
    for row in rows:
        if row.is_blank:
            # One that lies under merged cells parts nothing: it belongs to what stands above.
            before_blank = before_blank or not row.is_covered
            continue
        if before_blank:
            blocks.append([])
        blocks[-1].append(row)
        before_blank = False
    return blocks


def _with_headers(blocks: list[list[GridRow]]) -> list[list[GridRow]]:
    """The blocks, a header that a blank row parts from its records put together with them."""
    joined: list[list[GridRow]] = []
    for block in blocks:
        if joined and _heads_the_next(joined[-1], block):
            joined[-1] = [*joined[-1], *block]
        else:
            joined.append(block)
    return joined


def _heads_the_next(block: list[GridRow], following: list[GridRow]) -> bool:
    """Whether a block ends with a header and nothing else, and the next has records and no header of its own."""
    if (
        len(following) < 2
        or len(block) > _MOST_TITLES
        or not may_head_groups(block[-1].cells)
        or block[-1].filled < 2
    ):
        return False
    rows = [*block, *following]
    head = block[begin_of(rows, width_of(rows)) :]
    below = [row.cells for row in following]
    if (
        not head
        or not all(may_head_groups(row.cells) for row in head)
        or (may_head_groups(below[0]) and header_depth(below))
    ):
        return False
    return header_depth([*(row.cells for row in head), *below]) == len(head)


def width_of(rows: Sequence[GridRow]) -> int:
    """How many cells most rows have; of equally many, the wider."""
    return _commonest(Counter(len(row.cells) for row in rows))


def _commonest(counts: Counter[int]) -> int:
    return max(counts, key=lambda width: (counts[width], width)) if counts else 0


def _parts(block: list[GridRow]) -> list[list[GridRow]]:
    """A block cut where a row begins a table of another width, or heads other columns, right below the last one."""
    cuts = [0]
    above: Counter[int] = Counter()
    values = _Values(block)
    for place, row in enumerate(block[:-1]):
        width = len(row.cells)
        if place - cuts[-1] >= 2 and width >= 2:
            if width != _commonest(above):
                below = block[place + 1 : place + _NEXT]
                alike = sum(len(other.cells) == width for other in below)
                if 2 * alike > len(below) and is_heading(row.cells, [other.cells for other in below]):
                    cuts.append(place)
                    above.clear()
            elif (
                is_of_names(row.cells)
                and values.may_break(place, max(cuts[-1], place - _NEAR), place + _NEXT)
                and breaks_with(
                    row.cells,
                    [other.cells for other in block[max(cuts[-1], place - _NEAR) : place]],
                    [other.cells for other in block[place + 1 : place + _NEXT]],
                    grouped=_heads_groups(block[place - 1], row),
                )
            ):
                top = _first_above(block, place, cuts[-1])
                if top - cuts[-1] >= 2:
                    cuts.append(top)
                    above.clear()
        above[width] += 1
    return [block[begin:end] for begin, end in zip(cuts, [*cuts[1:], len(block)], strict=True)]


class _Values:
    """Where numbers, dates and their like stand in the columns of a block, looked at once and only if it is asked for.
    A row of names has others on either side in a table of words: each must not look at them all."""

    def __init__(self, block: Sequence[GridRow]) -> None:
        self._block = block

    @cached_property
    def _places(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        """Column → the places of its filled cells, and of those that are values."""
        filled, typed = defaultdict(list), defaultdict(list)
        for place, row in enumerate(self._block):
            for column, cell in enumerate(row.cells):
                if text := cell.strip():
                    filled[column].append(place)
                    if kind(text) in TYPED:
                        typed[column].append(place)
        return filled, typed

    def may_break(self, place: int, begin: int, end: int) -> bool:
        """Whether enough columns of a row are of values between `begin` and the row, and between it and `end`."""
        _, typed = self._places
        columns = [
            column for column, cell in enumerate(self._block[place].cells) if column in typed and cell.strip()
        ]
        above = {column for column in columns if self._is_of_values(column, begin, place)}
        below = {column for column in columns if self._is_of_values(column, place + 1, end)}
        return bool(above and below) and len(above | below) >= FEWEST_TYPED

    def _is_of_values(self, column: int, begin: int, end: int) -> bool:
        """Whether so many of the filled cells are values that they may be the usual ones."""
        filled, typed = (
            bisect_left(places[column], end) - bisect_left(places[column], begin) for places in self._places
        )
        return typed > 0 and typed >= USUAL * filled


def _first_above(block: list[GridRow], place: int, begin: int) -> int:
    """The first of the titles and groups of columns right above a header in the midst of a block."""
    width = block[place].filled
    while place - 1 > begin:
        row = block[place - 1]
        is_group = row.filled > 1 and may_head_groups(row.cells) and _heads_groups(row, block[place])
        if not (is_group or row.filled == 1 or row.is_label(width)) or says_total(
            row.cells[row.first_filled]
        ):
            break
        place -= 1
    return place


def trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Cells without blank ones at their end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def begin_of(block: list[GridRow], width: int) -> int:
    """Where the table of a block begins: titles above it fill a cell or two of a row."""
    if width < 2:
        return 0
    # A sheet is as wide as its widest table.
    extent = min(width, _commonest(Counter(row.extent for row in block if row.filled > 1)) or width)
    place = 0
    while place < len(block) - 1 and place < 60:
        row, following = block[place], block[place + 1 :]
        other = len(row.cells) != width
        few = (
            row.filled == 1
            or row.is_label(extent)
            or 3 * row.filled < extent
            or (other and 2 * row.filled < width)
        )
        few = few and (other or not row.has_gaps) and not _heads_groups(row, following[0])
        few = few or (other and row.is_prose and len(following[0].cells) == width)
        if not few or all(after.filled <= row.filled for after in following[:60]):
            break
        place += 1
    return place


def _heads_groups(row: GridRow, following: GridRow) -> bool:
    """Whether a row of few cells heads groups of columns: it names some, and the first of them reaches down."""
    is_label = row.cells[row.first_filled].rstrip().endswith(":")
    if (
        row.filled < 2
        or is_label
        or row.is_prose
        or not (may_head_groups(row.cells) and may_head_groups(following.cells))
    ):
        return False
    column = row.first_filled
    return following.first_filled > column and following.filled >= row.filled
