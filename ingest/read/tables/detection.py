"""Rows of a sheet or text → tables and what is not data.

In: the rows as cells, in order, blank ones too. Out: `SheetContents`: tables with header and body, and every other
row with the reason why it is not data. Each row is in exactly one place.

Blank rows part blocks. A block is notes (one filled cell a row), a table of its own (its first row names
columns) or the continuation of the table above. Rows above a header that fill a cell or two are its preamble;
rows of one filled cell at the end are its footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.read.tables.between import aside_below_header, told_apart
from ingest.read.tables.blocks import begin_of, blocks_of, trimmed, width_of
from ingest.read.tables.footnotes import is_footnote
from ingest.read.tables.header_rows import header_depth
from ingest.read.tables.repeats import as_heading, said_once, without_interruptions
from ingest.read.tables.row_kinds import says_signature, says_total
from ingest.read.tables.table import GridRow, SheetContents, Table

_PAIRS = 3
"""More rows of two cells than this are a table, not a word on whose table it is."""
_COMMENT = re.compile(r"\s*(#|//|--|%|!|REM )")
_SIGNED = 3
"""Cells of a row to sign on: who, the line, the name."""
_NOTES = 15
"""A block of more rows than this is no cover note."""


def find_tables(
    rows: Sequence[GridRow], above: Table | None = None, *, goes_on: bool = False, ends: bool = True
) -> SheetContents:
    """The contents of all rows. No row is lost: that is asserted.

    For rows that come in pieces: `above` is the table before them, the first of the contents, its body empty;
    `goes_on`: the first row stands right below it; `ends`: no further piece follows.
    """
    contents = SheetContents()
    if above:
        contents.tables.append(Table(above.header, [], above.width))
    contents.put_aside("blank_rows", [row for row in rows if row.is_blank])
    blocks = blocks_of(rows)
    main = max((width_of(block) for block in blocks if len(block) > 1), default=1)
    if above:
        main = max(main, above.width)
        if goes_on and blocks and not rows[0].is_blank:
            rest = blocks.pop(0)
            contents.tables[0].body.extend(without_interruptions(above.header, rest, contents, begins=False))
    _share(blocks, main, contents, alone=len(blocks) == 1 and not above)
    _end(contents, is_begun=above is not None, ends=ends)
    known = len(above.header) if above else 0
    assert contents.rows - known == len(rows), "a row was lost while tables were found"
    return contents


def _share(blocks: list[list[GridRow]], main: int, contents: SheetContents, *, alone: bool) -> None:
    """Each block to the tables or aside."""
    waiting: list[GridRow] = []
    longest = [*sorted(map(len, blocks), reverse=True)[:2], 0, 0]
    for block in blocks:
        if not alone and _is_notes(block, main, longest[len(block) == longest[0]], contents):
            waiting.extend(block)
        else:
            contents.put_aside("preamble_rows", waiting)
            waiting = []
            _take(block, contents)
    contents.put_aside("postamble_rows" if contents.tables else "preamble_rows", waiting)
    if not contents.tables and waiting:
        # Nothing but notes: then they are what the file holds.
        contents.aside.pop("preamble_rows", None)
        contents.tables.append(_table(waiting))


def _is_notes(  # noqa: PLR0911 - one answer for each case
    block: list[GridRow], main: int, rest: int, contents: SheetContents
) -> bool:
    """Whether a block is text around tables, not a table. `rest`: rows of the longest block beside it."""
    if main < 2:
        return False
    if _COMMENT.match(block[0].cells[0]) and rest >= len(block) and _is_commented(block):
        return True
    most = max(row.filled for row in block)
    if len(block) > _NOTES:
        return False
    if (
        most == 2
        and any(row.filled == 2 for row in block)
        and all(row.filled == 1 or row.is_label(main) for row in block)
    ):
        return True
    if most == 1:
        return not (contents.tables and contents.tables[-1].width == 1)
    if len(block) <= _PAIRS and all(row.is_note(main) for row in block):
        return True
    if contents.tables and most <= _SIGNED < main and all(says_signature(row.cells) for row in block):
        # «Директор | (подпись) | Иванов И. И.»: who signs stands apart, below the whole.
        return True
    # `School: No. 5` above a wide table says whose table it is.
    return most <= 2 < main - 1 and len(block) <= min(rest, _PAIRS)


def _is_commented(block: list[GridRow]) -> bool:
    marks = {found[1] if (found := _COMMENT.match(row.cells[0])) else None for row in block}
    return len(marks) == 1 and None not in marks


def _take(block: list[GridRow], contents: SheetContents) -> None:
    """A block as a table of its own, or as more of the table above."""
    if contents.tables and _goes_on(block, contents.tables[-1]):
        above = contents.tables[-1]
        above.body.extend(without_interruptions(above.header, block, contents, begins=False))
        return
    table = _table(block, contents)
    if not contents.tables:
        contents.tables.append(table)
        return
    above = contents.tables[-1]
    if table.header and [row.cells for row in table.header] == [row.cells for row in above.header]:
        contents.put_aside("repeated_header", table.header)
        above.body.extend(table.body)
    elif (not table.header or len(block) == 1) and abs(table.width - above.width) <= 1 + above.width // 3:
        rows = [*table.header, *table.body]
        above.body.extend(without_interruptions(above.header, rows, contents, begins=False))
    else:
        contents.tables.append(table)


def _goes_on(block: list[GridRow], above: Table) -> bool:
    """Whether a block begins with the header of the table above, or with its totals and nothing of its own."""
    begin = block[0]
    if says_total(begin.cells[begin.first_filled].strip()) and 1 < begin.extent <= above.width:
        return all(row.filled <= 2 or says_total(row.cells[row.first_filled].strip()) for row in block[1:])
    count = len(above.header)
    heads = [as_heading(row) for row in above.header]
    return 0 < count <= len(block) and [as_heading(row) for row in block[:count]] == heads


def _table(block: list[GridRow], contents: SheetContents | None = None) -> Table:
    width = width_of(block)
    begin = begin_of(block, width) if contents is not None else 0
    if contents is not None:
        contents.put_aside("preamble_rows", block[:begin])
    rows = block[begin:]
    if contents is not None:
        rows = said_once(rows, contents)
    width = width_of(rows)
    place, reason = aside_below_header(rows) if contents is not None else (0, "")
    if contents is not None and place:
        contents.put_aside(reason, [rows[place]])
        rows = [*rows[:place], *rows[place + 1 :]]
    depth = place or header_depth([row.cells for row in rows])
    header, body = rows[:depth], rows[depth:]
    if contents is not None:
        body = without_interruptions(header, body, contents)
    if header:
        width = max(width, len(trimmed(header[-1].cells)))
    return Table(header, body, width)


def _end(contents: SheetContents, *, is_begun: bool, ends: bool) -> None:
    """Footnotes at the end of each table are not its data, nor is what stands between its records. `is_begun`: the
    first goes on from above; without `ends` the last goes on."""
    for place, table in enumerate(contents.tables):
        is_whole = ends or table is not contents.tables[-1]
        notes: list[GridRow] = []
        while is_whole and len(table.body) > 1 and is_footnote(table.body[-1], table):
            notes.append(table.body.pop())
        contents.put_aside("postamble_rows", notes[::-1])
        begins = bool(table.header) and not (is_begun and not place)
        found = told_apart(
            table.body, table.width, begins=begins, ends=is_whole, is_hinted=_is_hinted(table, contents)
        )
        table.body = found.kept
        for reason, rows in found.aside.items():
            contents.put_aside(reason, rows)
        for reason, rows in found.doubted.items():
            contents.doubt(reason, rows)


def _is_hinted(table: Table, contents: SheetContents) -> bool:
    """Whether a row between a header and its records is aside because it says how to fill them in."""
    hinted = contents.aside.get("hint_row", ())
    return bool(table.header and table.body) and any(
        table.header[-1].number < row.number < table.body[0].number for row in hinted
    )
