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
from ingest.read.tables.header_rows import ColumnKinds, header_depth, kinds_below
from ingest.read.tables.row_kinds import (
    is_whole_note,
    numbers_columns,
    says_note,
    says_signature,
    says_total,
)
from ingest.read.tables.table import GridRow, SheetContents, Table

_PAIRS = 3
"""More rows of two cells than this are a table, not a word on whose table it is."""
_COMMENT = re.compile(r"\s*(#|//|--|%|!|REM )")
_SURE_NUMBERING = 7
"""Columns numbered: of fewer, a row of numbers above numbers is a record as likely as not."""
_MOST_HEADER_ROWS = 5
_NEAR = 200
"""Rows below a header that tell what its columns hold."""
_SIGN = 2
"""Letters of a cell that names a class or a group."""
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
            contents.tables[0].body.extend(_without_interruptions(above.header, rest, contents, begins=False))
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
    # `School: No. 5` above a wide table says whose table it is.
    return most <= 2 < main - 1 and len(block) <= min(rest, _PAIRS)


def _is_commented(block: list[GridRow]) -> bool:
    marks = {found[1] if (found := _COMMENT.match(row.cells[0])) else None for row in block}
    return len(marks) == 1 and None not in marks


def _take(block: list[GridRow], contents: SheetContents) -> None:
    """A block as a table of its own, or as more of the table above."""
    if contents.tables and _goes_on(block, contents.tables[-1]):
        above = contents.tables[-1]
        above.body.extend(_without_interruptions(above.header, block, contents, begins=False))
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
        above.body.extend(_without_interruptions(above.header, rows, contents, begins=False))
    else:
        contents.tables.append(table)


def _goes_on(block: list[GridRow], above: Table) -> bool:
    """Whether a block begins with the header of the table above, or with its totals and nothing of its own."""
    begin = block[0]
    if says_total(begin.cells[begin.first_filled].strip()) and 1 < begin.extent <= above.width:
        return all(row.filled <= 2 or says_total(row.cells[row.first_filled].strip()) for row in block[1:])
    count = len(above.header)
    heads = [_as_heading(row) for row in above.header]
    return 0 < count <= len(block) and [_as_heading(row) for row in block[:count]] == heads


def _table(block: list[GridRow], contents: SheetContents | None = None) -> Table:
    width = width_of(block)
    begin = begin_of(block, width) if contents is not None else 0
    if contents is not None:
        contents.put_aside("preamble_rows", block[:begin])
    rows = block[begin:]
    if contents is not None:
        rows = _said_once(rows, contents)
    width = width_of(rows)
    place, reason = aside_below_header(rows) if contents is not None else (0, "")
    if contents is not None and place:
        contents.put_aside(reason, [rows[place]])
        rows = [*rows[:place], *rows[place + 1 :]]
    depth = place or header_depth([row.cells for row in rows])
    header, body = rows[:depth], rows[depth:]
    if contents is not None:
        body = _without_interruptions(header, body, contents)
    if header:
        width = max(width, len(trimmed(header[-1].cells)))
    return Table(header, body, width)


def _said_once(rows: list[GridRow], contents: SheetContents) -> list[GridRow]:
    """The rows of a table whose header stands once, whatever often it was said from the top on.

    Above columns of numbers and dates the same names in several rows are one header of several rows.
    """
    for count in range(1, min(_MOST_HEADER_ROWS, len(rows) // 2) + 1):
        end = _end_of_repeats(rows, count)
        if end == count or rows[0].filled < 2:
            continue
        rest = [*rows[:count], *rows[end:]]
        if _is_typed([row.cells for row in rows[end:]]):
            continue
        if count in (aside_below_header(rest)[0], header_depth([row.cells for row in rest])):
            # Where nothing else is left, they may be the records.
            reason = "repeated_header" if end < len(rows) else "repeated_header_asked"
            contents.put_aside(reason, rows[count:end])
            return rest
    return rows


def _is_typed(rows: list[list[str]]) -> bool:
    """Whether a column holds numbers, dates or their like."""
    width = max(map(len, rows), default=0)
    return any(kinds_below(rows[:_NEAR], column).is_typed for column in range(width))


def _end_of_repeats(rows: Sequence[GridRow], count: int) -> int:
    """The place behind the last time that the first rows, so many, are said one after another."""
    heads, end = [_as_heading(row) for row in rows[:count]], count
    while [_as_heading(row) for row in rows[end : end + count]] == heads:
        end += count
    return end


def _without_interruptions(
    header: list[GridRow], body: list[GridRow], contents: SheetContents, *, begins: bool = True
) -> list[GridRow]:
    """The body without rows that say the header again or number its columns. `begins`: it begins right below."""
    if not header:
        return body
    heads = [_as_heading(row) for row in header]
    kept: list[GridRow] = []
    below_header = begins
    for place, row in enumerate(body):
        if _as_heading(row) in heads:
            contents.put_aside("repeated_header", [row])
            below_header = True
            continue
        if below_header and numbers_columns(row.cells) and 2 * row.filled > len(trimmed(header[-1].cells)):
            if reason := _numbering(row, _records(body[place + 1 : place + 60])):
                contents.put_aside(reason, [row])
                continue
            contents.doubt("numbering_kept", [row])
        below_header = False
        kept.append(row)
    return kept


def _records(rows: Sequence[GridRow]) -> list[list[str]]:
    """The cells of those rows that are no totals and no captions at first sight: they tell what columns hold."""
    return [
        row.cells for row in rows if row.filled > 1 and not says_total(row.cells[row.first_filled].strip())
    ]


def _as_heading(row: GridRow) -> list[str]:
    """A row as headings are compared: capitals and white space tell none apart."""
    return [" ".join(cell.split()).casefold() for cell in trimmed(row.cells)]


def _numbering(row: GridRow, below: list[list[str]]) -> str | None:
    """Why a row that numbers columns is aside: it cannot be a record, or it could be one, but would count up so many
    columns by chance; None where it is a record as likely as not."""
    filled = [column for column, cell in enumerate(row.cells) if cell.strip()]
    kinds = [kinds_below(below, column) for column in filled]
    signs = {
        column for column, kind in zip(filled, kinds, strict=True) if _is_of_signs(kind, row.cells[column])
    }
    if not below and len(filled) < _SURE_NUMBERING:
        return None
    could_be = all(
        column in signs or not kind.values or kind.fits(row.cells[column])
        for column, kind in zip(filled, kinds, strict=True)
    )
    if not could_be:
        return "numbering_row"
    is_bare = all(column in signs or row.cells[column].strip().isdecimal() for column in filled)
    return "numbering_row_asked" if len(filled) >= _SURE_NUMBERING or not is_bare else None


def _is_of_signs(kind: ColumnKinds, cell: str) -> bool:
    """Whether a letter stands in a column of such: `А` above `Б` and `В` names a class and numbers nothing."""
    return bool(kind.values) and not kind.is_typed and kind.length <= _SIGN and len(cell.strip()) <= _SIGN


def _end(contents: SheetContents, *, is_begun: bool, ends: bool) -> None:
    """Footnotes at the end of each table are not its data, nor is what stands between its records. `is_begun`: the
    first goes on from above; without `ends` the last goes on."""
    for place, table in enumerate(contents.tables):
        is_whole = ends or table is not contents.tables[-1]
        notes: list[GridRow] = []
        while is_whole and len(table.body) > 1 and _is_footnote(table.body[-1], table):
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


def _is_footnote(row: GridRow, table: Table) -> bool:  # noqa: PLR0911 - one answer for each case
    few = row.filled <= 2 or len(row.cells) < table.width
    if table.width > 1 and few and says_note(row.cells[row.first_filled]):
        return not _could_be_record(row, table)
    if table.width > 2 and 2 * row.filled <= table.width and says_signature(row.cells):
        return True
    below = [other.cells for other in table.body[:-1]]
    if row.is_prose and row.filled == len(row.cells) < table.width and _breaks(row, below):
        return True
    if row.filled != 1 or table.width < 2:
        return False
    column = row.first_filled
    left = min((other.first_filled for other in table.body[:-1]), default=0)
    others = [other for other in table.body[:-1] if other.filled > 1]
    if not others or len(others) < (len(table.body) - 1) / 2:
        return False
    kinds = kinds_below([other.cells for other in others], column)
    if column > left and len(row.cells) >= table.width and not kinds.is_typed:
        return False
    if table.width == 2 and len(row.cells) == 2:
        return row.cells[column].lstrip().startswith(("*", "¹", "²"))
    return not kinds.fits(row.cells[column])


def _could_be_record(row: GridRow, table: Table) -> bool:
    """Whether a row that speaks as a note does is a record all the same: it has all its cells, one at least is a value
    of its typed column, or none of its columns is typed and all of them are filled."""
    first = row.cells[row.first_filled]
    if len(row.cells) < table.width or row.filled < 2 or is_whole_note(first.strip()):
        return False
    above = [other.cells for other in table.body[:-1] if other.filled > 1]
    kinds = [(kinds_below(above, column), cell) for column, cell in enumerate(row.cells) if cell.strip()]
    typed = [kind.fits(cell) for kind, cell in kinds if kind.is_typed]
    return any(typed) or (not typed and row.filled == table.width)


def _breaks(row: GridRow, above: list[list[str]]) -> bool:
    """Whether no cell of a row could be one more of its column, some columns being typed."""
    kinds = [kinds_below(above, column) for column in range(len(row.cells))]
    longest = max((len(cell) for cells in above for cell in cells[: len(row.cells)]), default=0)
    is_long = len(row.cells[0]) > longest or max(map(len, row.cells)) > longest
    return is_long and not any(kind.fits(cell) for kind, cell in zip(kinds, row.cells, strict=True))
