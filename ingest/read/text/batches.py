"""A text of any size → its rows, a batch at a time.

In: the text of a file. Out: `Cut`: the dialect it is written in, and its rows, each line of the text in exactly
one. Only one batch is held at a time, so that a large text needs little more memory than itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.read.text.dialect.choice import find_dialect
from ingest.read.text.rows.lenient_reader import MOST_LINES, Dialect, Row, physical_lines, split
from ingest.read.text.rows.row_repair import Pattern, mended, pattern_of
from ingest.read.text_form import TextForm

_SEPARATOR_LINE = re.compile(r"sep=(.|\\t)[ \t]*\r?\n?", re.IGNORECASE)


@dataclass(frozen=True)
class Cut:
    """How a text is cut. `stated`: its first line, where that states the delimiter and is no row of a table.
    `end`: what ends its records, where no line end does. `wrapped`: each line is one cell in quotes that holds a
    whole record. `is_sure`: False where another delimiter is nearly as likely."""

    dialect: Dialect
    stated: str = ""
    end: str = ""
    wrapped: bool = False
    is_sure: bool = True

    def batches(self, text: str, size: int, most: int | None = None) -> Iterator[list[Row]]:
        """The rows of the text, about `size` characters of it at a time, and no more than `most` lines where that is
        given. Line numbers count within a batch."""
        if self.end:
            for rows in replace(self, end="").batches(_swapped(text, self.end), size, most):
                yield [_swapped_back(row, self.end) for row in rows]
            return
        if self.stated:
            yield [Row(1, 1, [self.stated.rstrip("\r\n")])]
        pattern: Pattern | None = None
        waiting: list[str] = []
        begin = len(self.stated)
        while begin < len(text):
            end = _end_of_batch(text, begin, size, most)
            lines = physical_lines(text[begin:end])
            lines = waiting + (_unwrapped(lines) if self.wrapped else lines)
            rows = split(lines, self.dialect)
            begin = end
            if begin < len(text):
                # A row sees at most so many lines: those before the last have seen all of theirs.
                while rows and rows[-1].line > len(lines) - MOST_LINES:
                    rows.pop()
            taken = rows[-1].line - 1 + rows[-1].lines if rows else 0
            waiting = lines[taken:]
            begins = pattern is None
            pattern = pattern or pattern_of(rows)
            yield mended(rows, lines, self.dialect, pattern, begins=begins) if pattern else rows

    def form(self) -> TextForm:
        """What a reading keeps of it."""
        return TextForm(
            self.dialect.delimiter,
            by_records=False,
            quote=self.dialect.quote,
            escape=self.dialect.escape,
            stated=self.stated,
            end=self.end,
            wrapped=self.wrapped,
        )


def cut_as(form: TextForm) -> Cut:
    """How a text was cut that a reading tells of."""
    dialect = Dialect(form.delimiter, form.quote, form.escape)
    return Cut(dialect, form.stated, form.end, form.wrapped)


def cut_of(text: str) -> Cut:
    """How the text is cut."""
    stated = _SEPARATOR_LINE.match(text)
    if stated:
        # Excel's own first line; it binds Excel, so it is believed.
        delimiter = stated[1].replace("\\t", "\t")
        found = find_dialect(text[stated.end() : stated.end() + _LOOKED_AT]).dialect
        return Cut(replace(found, delimiter=delimiter), stated[0])
    end = _odd_end(text[:_LOOKED_AT])
    sample = _swapped(text[:_LOOKED_AT], end) if end else text[:_LOOKED_AT]
    if (inner := _wrapped_dialect(sample)) is not None:
        return Cut(inner, end=end, wrapped=True)
    choice = find_dialect(sample)
    return Cut(choice.dialect, end=end, is_sure=choice.sure)


_LOOKED_AT = 1 << 20
_ODD_ENDS = "\x1e\u2028\u2029\x85\x0b\x0c\x1d"
_WHOLE_LINE = re.compile(r'"((?:[^"]|"")*)"[ \t]*((?:\r\n|\n|\r)?)')


def _odd_end(sample: str) -> str:
    """What ends the records of a text that has hardly a line end; empty for none."""
    sign = max(_ODD_ENDS, key=sample.count)
    return sign if sample.count(sign) > 3 * (sample.count("\n") + sample.count("\r")) else ""


def _swapped(text: str, end: str) -> str:
    """The text with line ends in place of its own, and its own in place of line ends."""
    return text.translate({ord(end): "\n", ord("\n"): end})


def _swapped_back(row: Row, end: str) -> Row:
    if not any(end in cell for cell in row.cells):
        return row
    return replace(row, cells=[cell.replace(end, "\n") for cell in row.cells])


def _wrapped_dialect(sample: str) -> Dialect | None:
    """The dialect inside of lines that are each one cell in quotes; None where they are not."""
    if not sample.lstrip().startswith('"'):
        return None
    lines = [line for line in physical_lines(sample)[:_SAMPLE_LINES] if line.strip()]
    if len(lines) < 2 or not all(map(_WHOLE_LINE.fullmatch, lines)):
        return None
    inner = _unwrapped(lines)
    choice = find_dialect("".join(inner))
    widths = {len(row.cells) for row in split(inner, choice.dialect)}
    return choice.dialect if len(widths) == 1 and widths != {1} else None


_SAMPLE_LINES = 300


def _unwrapped(lines: list[str]) -> list[str]:
    """Each line without the quotes around all of it."""
    return [
        found[1].replace('""', '"') + found[2] if (found := _WHOLE_LINE.fullmatch(line)) else line
        for line in lines
    ]


def _end_of_batch(text: str, begin: int, size: int, most: int | None) -> int:
    """Where the lines of a batch end: those that begin within `size` characters, but few more than `most` of them."""
    end = _end_of_lines(text, begin, size)
    sign = "\n" if text.find("\n", begin, end) >= 0 else "\r"
    while most and (count := text.count(sign, begin, end)) > most:
        shorter = _end_of_lines(text, begin, max(1, (end - begin) * most // count))
        if shorter >= end:
            break
        end = shorter
    return end


def _end_of_lines(text: str, begin: int, size: int) -> int:
    """Where the last line ends that begins within `size` characters from `begin`."""
    if len(text) - begin <= size:
        return len(text)
    for sign in ("\n", "\r"):
        end = text.rfind(sign, begin, begin + size) + 1
        if end:
            return end + (sign == "\r" and text.startswith("\n", end))
    following = (text.find(sign, begin + size) + 1 for sign in ("\n", "\r"))
    return min((end for end in following if end), default=len(text))
