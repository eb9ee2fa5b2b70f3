"""Lines of a text → rows of cells under a dialect, also where quotes are not as they should be.

In: physical lines with their ends, a `Dialect`. Out: `Row`s, every line in exactly one of them; nothing is
lost. A row whose quotes follow the grammar (RFC 4180, or an escape character) is taken as it says, over
several lines if need be. Elsewhere the one line is cut in the way that gives the number of cells the other
rows have, with the fewest quotes out of place (`repair`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from ingest.read.looks import TYPED, kind
from ingest.read.repair import cheapest_cut

# A quote left open swallows the rest of the file: a row longer than this is not believed.
MOST_LINES = 200
_MOST_CHARACTERS = 1_000_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")
_OTHER_DELIMITERS = (",", ";", "\t", "|", " ")


@dataclass(frozen=True)
class Dialect:
    """`delimiter`: one or more characters. `escape`: what stands before a quote inside a cell; empty: it is
    doubled."""

    delimiter: str
    quote: str = '"'
    escape: str = ""


@dataclass(frozen=True)
class Row:
    """`line`: 1-based first line, `lines`: how many it takes. `stray`: its quotes did not follow the grammar.
    `quoted`: which cells were enclosed. `other`: the delimiter, where this row has one of its own."""

    line: int
    lines: int
    cells: list[str]
    stray: bool = False
    quoted: tuple[int, ...] = ()
    other: str = ""


def physical_lines(text: str) -> list[str]:
    """The lines with their ends, whatever ends them: LF, CRLF or CR."""
    if "\r" not in text:
        return text.splitlines(keepends=True) if _plain(text) else _LINE.findall(text)
    return _LINE.findall(text)


def _plain(text: str) -> bool:
    """Whether nothing but line feeds would part lines for Python."""
    return text.isascii() and not any(mark in text for mark in "\x0b\x0c\x1c\x1d\x1e")


def split(lines: list[str], dialect: Dialect) -> list[Row]:
    """Every row under a dialect, faulty ones by the grammar as far as it goes."""
    rows: list[Row] = []
    index = 0
    while index < len(lines):
        row = _row(lines, index, dialect)
        rows.append(row)
        index += row.lines
    return rows


def read_rows(lines: list[str], dialect: Dialect) -> list[Row]:
    """Every row, with the faulty ones cut to the width and quoting of the others."""
    rows = split(lines, dialect)
    pattern = pattern_of(rows)
    return mended(rows, lines, dialect, pattern) if pattern else rows


def pattern_of(rows: list[Row]) -> Pattern | None:
    """What most rows are like; None where they have one cell."""
    widths = Counter(len(row.cells) for row in rows if not row.stray and len(row.cells) > 1)
    if not widths:
        return None
    width = widths.most_common(1)[0][0]
    sound = [row for row in rows if not row.stray and len(row.cells) == width]
    counts = Counter(column for row in sound for column in row.quoted)
    usual = frozenset(column for column, count in counts.items() if 2 * count > len(sound))
    return Pattern(width, usual, _typed(sound, width))


def mended(
    rows: list[Row], lines: list[str], dialect: Dialect, pattern: Pattern, *, begins: bool = True
) -> list[Row]:
    """The rows, those not like the others cut anew. `lines`: those the rows were cut from; `begins`: the first
    of them is the first of the text."""
    return [_mended(row, lines, dialect, pattern, may_head=begins and row.line == 1) for row in rows]


@dataclass(frozen=True)
class Pattern:
    """What most rows are like. `usual`: columns in quotes; `typed`: column → its kind, where it has one."""

    width: int
    usual: frozenset[int]
    typed: dict[int, str]


def _typed(rows: list[Row], width: int) -> dict[int, str]:
    typed = {}
    for column in range(width):
        name, count = Counter(kind(row.cells[column]) for row in rows[:100]).most_common(1)[0]
        if name in TYPED and 2 * count > len(rows[:100]):
            typed[column] = name
    return typed


def _mended(row: Row, lines: list[str], dialect: Dialect, pattern: Pattern, *, may_head: bool) -> Row:
    if row.lines > 1:
        return row
    line = lines[row.line - 1].rstrip("\r\n")
    if len(row.cells) < pattern.width and pattern.width >= 3:
        for other in _OTHER_DELIMITERS:
            if other != dialect.delimiter and line.count(other) >= pattern.width - 1:
                cut = _strict(line, replace(dialect, delimiter=other))
                if cut and _is_like(cut[0], other, pattern, may_head=may_head):
                    return replace(row, cells=cut[0], other=other, stray=False)
    if row.stray or _closes_unopened(row, dialect.quote, pattern.usual):
        cells = cheapest_cut(line, dialect.delimiter, dialect.quote, pattern.width, pattern.usual)
        return replace(row, cells=cells, stray=True)
    return row


def _closes_unopened(row: Row, quote: str, usual: frozenset[int]) -> bool:
    """Whether a cell that the other rows have in quotes ends with one it never began with."""
    if not quote or not usual:
        return False
    bare = (cell for column, cell in enumerate(row.cells) if column not in row.quoted)
    return any(cell.rstrip().endswith(quote) for cell in bare)


def _is_like(cells: list[str], delimiter: str, pattern: Pattern, *, may_head: bool) -> bool:
    """Whether a row cut in another way is a row like the others. A sentence has spaces too."""
    if len(cells) != pattern.width:
        return False
    kinds = [kind(cell) for cell in cells]
    alike = sum(kinds[column] == name for column, name in pattern.typed.items())
    if alike and 2 * alike >= len(pattern.typed):
        return True
    is_header = may_head and not any(name in TYPED or name == "empty" for name in kinds)
    return is_header and pattern.width >= (5 if delimiter == " " else 3)


def _row(lines: list[str], index: int, dialect: Dialect) -> Row:
    line = lines[index].rstrip("\r\n")
    if (not dialect.quote or dialect.quote not in line) and (
        not dialect.escape or dialect.escape not in line
    ):
        return Row(index + 1, 1, line.split(dialect.delimiter))
    text, taken = lines[index], 1
    while True:
        cut = _strict(text.removesuffix("\n").removesuffix("\r"), dialect)
        if cut is not None:
            return Row(index + 1, taken, cut[0], quoted=cut[1])
        open_ended = _open_ended(text, dialect)
        more = index + taken < len(lines) and taken < MOST_LINES and len(text) < _MOST_CHARACTERS
        if not (open_ended and more):
            break
        # Straight on to the next line with a quote: none before it can close the cell.
        while index + taken < len(lines) and taken < MOST_LINES:
            following = lines[index + taken]
            text += following
            taken += 1
            if dialect.quote in following:
                break
    cells = [_bare(cell, dialect.quote) for cell in line.split(dialect.delimiter)]
    return Row(index + 1, 1, cells, stray=True)


def _bare(cell: str, quote: str) -> str:
    text = cell.strip()
    is_enclosed = len(text) > 1 and text[0] == text[-1] == quote
    return text[1:-1].replace(quote * 2, quote) if is_enclosed else cell


def _open_ended(text: str, dialect: Dialect) -> bool:
    """Whether the grammar holds up to the end of the text, where a quoted cell is still open."""
    return _scan(text, dialect) == "open"


def _strict(text: str, dialect: Dialect) -> tuple[list[str], tuple[int, ...]] | None:
    """The cells by the grammar and which were quoted; None where it is broken or the text ends inside."""
    found = _scan(text, dialect)
    return found if isinstance(found, tuple) else None


def _scan(text: str, dialect: Dialect) -> tuple[list[str], tuple[int, ...]] | str:
    """Cells and quoted columns, or `open` (ends inside quotes), or `broken`."""
    delimiter, quote, escape = dialect.delimiter, dialect.quote, dialect.escape
    cells: list[str] = []
    quoted: list[int] = []
    place, size = 0, len(text)
    while True:
        begin = place
        while begin < size and text[begin] == " " and delimiter != " ":
            begin += 1
        if quote and text.startswith(quote, begin):
            found = _enclosed(text, begin + 1, quote, escape)
            if found is None:
                return "open"
            cell, place = found
            while (
                place < size
                and text[place] == " "
                and delimiter.strip()
                and not text.startswith(delimiter, place)
            ):
                place += 1
            if place < size and not text.startswith(delimiter, place):
                return "broken"
            quoted.append(len(cells))
            cells.append(cell)
        else:
            stop = _unquoted_end(text, place, delimiter, escape)
            cell = text[place:stop]
            cells.append(_unescaped(cell, delimiter, quote, escape) if escape else cell)
            place = stop
        if place >= size:
            return cells, tuple(quoted)
        place += len(delimiter)


def _enclosed(text: str, place: int, quote: str, escape: str) -> tuple[str, int] | None:
    """The content of a quoted cell and the place after its closing quote; None where it does not close."""
    parts: list[str] = []
    begin = place
    while True:
        stop = text.find(quote, place)
        if stop < 0:
            return None
        if escape and _escapes_before(text, begin, stop, escape) % 2:
            place = stop + 1
            continue
        if text.startswith(quote, stop + 1):
            place = stop + 2
            continue
        parts.append(text[begin:stop])
        content = "".join(parts).replace(quote * 2, quote)
        if escape:
            content = content.replace(escape + quote, quote).replace(escape * 2, escape)
        return content, stop + 1


def _escapes_before(text: str, begin: int, stop: int, escape: str) -> int:
    count = 0
    while stop - count - 1 >= begin and text[stop - count - 1] == escape:
        count += 1
    return count


def _unquoted_end(text: str, place: int, delimiter: str, escape: str) -> int:
    while True:
        stop = text.find(delimiter, place)
        if stop < 0:
            return len(text)
        if escape and _escapes_before(text, 0, stop, escape) % 2:
            place = stop + len(delimiter)
            continue
        return stop


def _unescaped(cell: str, delimiter: str, quote: str, escape: str) -> str:
    for mark in (delimiter, quote):
        cell = cell.replace(escape + mark, mark)
    return cell
