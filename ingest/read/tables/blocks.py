"""Rows of a sheet or text → blocks: what blank rows part, and what begins anew without one.

In: rows in order. Out: blocks of rows, a table's header with its records in one of them; and where the table of a
block begins, below titles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ingest.read.tables.header_rows import breaks_with, header_depth, is_heading, is_of_names
from ingest.read.tables.multi_row_header import may_head_groups
from ingest.read.tables.row_kinds import says_total
from ingest.read.tables.table import GridRow

_NEAR = 200
"""Rows above another header that are looked at."""
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
            before_blank = True
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
    for place, row in enumerate(block[:-1]):
        width = len(row.cells)
        if place - cuts[-1] >= 2 and width >= 2:
            if width != _commonest(above):
                below = block[place + 1 : place + 40]
                alike = sum(len(other.cells) == width for other in below)
                if 2 * alike > len(below) and is_heading(row.cells, [other.cells for other in below]):
                    cuts.append(place)
                    above.clear()
            elif is_of_names(row.cells) and breaks_with(
                row.cells,
                [other.cells for other in block[max(cuts[-1], place - _NEAR) : place]],
                [other.cells for other in block[place + 1 : place + 40]],
                grouped=_heads_groups(block[place - 1], row),
            ):
                top = _first_above(block, place, cuts[-1])
                if top - cuts[-1] >= 2:
                    cuts.append(top)
                    above.clear()
        above[width] += 1
    return [block[begin:end] for begin, end in zip(cuts, [*cuts[1:], len(block)], strict=True)]


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
