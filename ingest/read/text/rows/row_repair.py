"""Rows that are not like the others → cut so that they are.

In: the rows of a text and the lines they were cut from. Out: the rows, those with quotes out of place cut in the way
that gives the number of cells the other rows have (`repair`), those with a delimiter or quotes of their own by these.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from ingest.read.cells.cell_shape import TYPED, kind
from ingest.read.text.rows.lenient_reader import Dialect, Row, strict
from ingest.read.text.rows.quote_repair import cheapest_cut

_OTHER_DELIMITERS = (",", ";", "\t", "|", " ")
_OTHER_QUOTES = ("'", "`", '"')
_MOST_TYPED = 2_000
"""So many columns, the first ones, tell a row that is like the others."""


def pattern_of(rows: list[Row]) -> Pattern | None:
    """What most rows are like; None where they have one cell."""
    widths = Counter(len(row.cells) for row in rows if not row.stray and len(row.cells) > 1)
    if not widths:
        return None
    width = widths.most_common(1)[0][0]
    sound = [row for row in rows if not row.stray and len(row.cells) == width]
    counts = Counter(column for row in sound for column in row.quoted)
    usual = frozenset(column for column, count in counts.items() if 2 * count > len(sound))
    with_spaces = sum(map(_is_spaced, sound))
    spaced = 10 * with_spaces > len(sound) > 9 or 2 * with_spaces > len(sound)
    return Pattern(width, usual, _typed(sound, width), spaced)


def mended(
    rows: list[Row], lines: list[str], dialect: Dialect, pattern: Pattern, *, begins: bool = True
) -> list[Row]:
    """The rows, those not like the others cut anew. `lines`: those the rows were cut from; `begins`: the first
    of them is the first of the text."""
    return [_mended(row, lines, dialect, pattern, may_head=begins and row.line == 1) for row in rows]


@dataclass(frozen=True)
class Pattern:
    """What most rows are like. `usual`: columns in quotes; `typed`: column → its kind, where it has one;
    `spaced`: a space stands behind the delimiter in some."""

    width: int
    usual: frozenset[int]
    typed: dict[int, str]
    spaced: bool


def _typed(rows: list[Row], width: int) -> dict[int, str]:
    typed = {}
    for column in range(min(width, _MOST_TYPED)):
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
                cut = strict(line, replace(dialect, delimiter=other))
                if cut and _is_like(cut[0], other, pattern, may_head=may_head, whole=len(row.cells) == 1):
                    return replace(row, cells=cut[0], other=other, stray=False)
    if pattern.width >= 3 and (cells := _in_other_quotes(line, dialect, pattern)):
        return replace(row, cells=cells, stray=True)
    if row.stray or _closes_unopened(row, dialect.quote, pattern.usual):
        cells = cheapest_cut(line, dialect.delimiter, dialect.quote, pattern.width, pattern.usual)
        return replace(row, cells=cells, stray=True)
    if not pattern.spaced and pattern.width >= 3 and (cells := _behind_spaces(row, line, dialect, pattern)):
        return replace(row, cells=cells, other=dialect.delimiter + " ")
    return row


def _behind_spaces(row: Row, line: str, dialect: Dialect, pattern: Pattern) -> list[str] | None:
    """The cells of a line that has a space behind each delimiter, where the other rows have none."""
    spaced = dialect.delimiter + " "
    if spaced not in line or not dialect.delimiter.strip(" "):
        return None
    if len(row.cells) == pattern.width and _is_spaced(row):
        return [row.cells[0], *(cell.removeprefix(" ") for cell in row.cells[1:])]
    cut = strict(line, replace(dialect, delimiter=spaced))
    is_like = len(row.cells) != pattern.width and cut and len(cut[0]) == pattern.width
    return cut[0] if cut and is_like else None


def _is_spaced(row: Row) -> bool:
    """Whether each cell behind a delimiter begins with a space; of one in quotes it is gone."""
    bare = [cell for column, cell in enumerate(row.cells) if column and column not in row.quoted]
    return 2 * len(bare) >= len(row.cells) > 1 and all(cell.startswith(" ") for cell in bare)


def _in_other_quotes(line: str, dialect: Dialect, pattern: Pattern) -> list[str] | None:
    """The cells of a line that has all of them in quotes the other rows have not."""
    sign = line[:1]
    if sign not in _OTHER_QUOTES or sign == dialect.quote or not line.endswith(sign):
        return None
    cut = strict(line, replace(dialect, quote=sign))
    return cut[0] if cut and len(cut[0]) == len(cut[1]) == pattern.width else None


def _closes_unopened(row: Row, quote: str, usual: frozenset[int]) -> bool:
    """Whether a cell that the other rows have in quotes ends with one it never began with."""
    if not quote or not usual:
        return False
    bare = (cell for column, cell in enumerate(row.cells) if column not in row.quoted)
    return any(cell.rstrip().endswith(quote) for cell in bare)


def _is_like(cells: list[str], delimiter: str, pattern: Pattern, *, may_head: bool, whole: bool) -> bool:
    """Whether a row cut in another way is a row like the others. A sentence has spaces too.

    `whole`: the row's own delimiter does not cut it at all.
    """
    if len(cells) != pattern.width:
        return False
    kinds = [kind(cell) for cell in cells]
    alike = sum(kinds[column] == name for column, name in pattern.typed.items())
    # The words of a title are parted by spaces as well, and its date may end it where a column of dates stands.
    enough = 2 if may_head and delimiter == " " else 1
    if alike >= enough and 2 * alike >= len(pattern.typed):
        return True
    if whole and not pattern.typed and delimiter != " ":
        return not any(name == "empty" or name in TYPED for name in kinds)
    is_header = may_head and not any(name in TYPED or name == "empty" for name in kinds)
    return is_header and pattern.width >= (5 if delimiter == " " else 3)
