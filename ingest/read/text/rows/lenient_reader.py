"""Lines of a text → rows of cells under a dialect, also where quotes are not as they should be.

In: physical lines with their ends, a `Dialect`. Out: `Row`s, every line in exactly one of them; nothing is
lost. A row whose quotes follow the grammar (RFC 4180, or an escape character) is taken as it says, over
several lines if need be. Elsewhere the one line is cut at each delimiter and called stray (`alike` cuts it anew).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# A quote left open swallows the rest of the file: a row longer than this is not believed.
MOST_LINES = 200
_MOST_CHARACTERS = 1_000_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")
ALIGNED = "  +"
"""In place of a delimiter: columns aligned by two spaces or more."""
_GAP = re.compile(" {2,}")


@dataclass(frozen=True)
class Dialect:
    """`delimiter`: one or more characters, or ALIGNED. `escape`: what stands before a quote inside a cell; empty: it is
    doubled."""

    delimiter: str
    quote: str = '"'
    escape: str = ""

    @property
    def shown_delimiter(self) -> str:
        """The delimiter as it can be printed."""
        return shown_delimiter(self.delimiter)


_NAMES = {"\t": "TAB", " ": "SPACE", ALIGNED: "SPACE SPACE"}


def shown_delimiter(delimiter: str) -> str:
    """A delimiter as it can be printed."""
    return (
        _NAMES.get(delimiter) or delimiter.encode("unicode_escape").decode() if delimiter < " " else delimiter
    )


# Not frozen: every trial makes a row of every line, and frozen ones take three times as long to make.
@dataclass(slots=True)
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
    return text.isascii() and not any(sign in text for sign in "\x0b\x0c\x1c\x1d\x1e")


def split(lines: list[str], dialect: Dialect) -> list[Row]:
    """Every row under a dialect, faulty ones by the grammar as far as it goes."""
    rows: list[Row] = []
    index = 0
    while index < len(lines):
        row = _row(lines, index, dialect)
        rows.append(row)
        index += row.lines
    return rows


def _row(lines: list[str], index: int, dialect: Dialect) -> Row:
    line = lines[index].rstrip("\r\n")
    if (not dialect.quote or dialect.quote not in line) and (
        not dialect.escape or dialect.escape not in line
    ):
        is_aligned = dialect.delimiter == ALIGNED
        cells = _GAP.split(line.strip(" ")) if is_aligned else line.split(dialect.delimiter)
        return Row(index + 1, 1, cells)
    text, taken = lines[index], 1
    while True:
        cut = strict(text.removesuffix("\n").removesuffix("\r"), dialect)
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


def strict(text: str, dialect: Dialect) -> tuple[list[str], tuple[int, ...]] | None:
    """The cells by the grammar and which were quoted; None where it is broken or the text ends inside."""
    found = _scan(text, dialect)
    return found if isinstance(found, tuple) else None


def _scan(text: str, dialect: Dialect) -> tuple[list[str], tuple[int, ...]] | str:
    """Cells and quoted columns, or `open` (ends inside quotes), or `broken`."""
    delimiter, quote, escape = dialect.delimiter, dialect.quote, dialect.escape
    if len(delimiter) == len(quote) == 1 and not escape and delimiter not in (" ", quote):
        usual = cells_by_pattern(text, delimiter, quote)
        if usual is not None:
            return usual
    return scan_by_characters(text, dialect)


def scan_by_characters(text: str, dialect: Dialect) -> tuple[list[str], tuple[int, ...]] | str:
    """The same for every dialect, and where the grammar is broken."""
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


@lru_cache(maxsize=64)
def _cell_pattern(delimiter: str, quote: str) -> re.Pattern[str]:
    """One cell, in quotes or not; nothing where the quotes do not follow the grammar."""
    stop, sign = re.escape(delimiter), re.escape(quote)
    behind = " *" if delimiter.strip() else ""
    # A run of blanks is looked through from its beginning alone: from each of its places time would grow by the square.
    in_quotes = f"(?<! ) *{sign}((?:[^{sign}]|{sign}{sign})*+){sign}{behind}(?={stop}|\\Z)"
    return re.compile(f"{in_quotes}|(?!(?<! ) *{sign})([^{stop}]*)")


def cells_by_pattern(text: str, delimiter: str, quote: str) -> tuple[list[str], tuple[int, ...]] | None:
    """The cells of the usual grammar, several times as fast as character by character; None where it is broken."""
    match, twice = _cell_pattern(delimiter, quote).match, quote * 2
    cells: list[str] = []
    quoted: list[int] = []
    place, size = 0, len(text)
    while found := match(text, place):
        if found.lastindex == 1:
            quoted.append(len(cells))
            cells.append(found[1].replace(twice, quote))
        else:
            cells.append(found[2])
        place = found.end() + 1
        if place > size:
            return cells, tuple(quoted)
    return None


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
    for sign in (delimiter, quote):
        cell = cell.replace(escape + sign, sign)
    return cell
