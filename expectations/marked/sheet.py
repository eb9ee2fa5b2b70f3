"""The cells of one sheet, marked in place.

In: the bytes of a sheet, which cells are to be marked how, the formats. Out: the bytes with the number of the
format of those cells changed, blank cells that did not stand there put in, and a link to the drawing of comments.
Values, formulas, widths, merged cells, everything else: the same bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from expectations.marked.elements import (
    Edit,
    UnmarkableError,
    head_at,
    parsed,
    parser,
    spliced,
    utf8,
    whole,
    with_attributes,
)
from expectations.marked.styles import Styles
from ingest.schema.forms.contract import Severity
from ingest.schema.texts.finding import cell_address

Marks = Mapping[int, Mapping[int, Severity]]
"""1-based row → 1-based column → severity."""

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# What may stand behind a link to the drawing of comments: the schema fixes the order.
_BEHIND_DRAWING = {
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
    "AlternateContent",
}
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_CHILD = 1


class Spans:
    """What is set for columns from one to another, as a sheet says it: in ascending order."""

    def __init__(self) -> None:
        self._lows: list[int] = []
        self._spans: list[tuple[int, float]] = []

    def add(self, low: int, high: int, value: float) -> None:
        """Set a value for the columns from `low` to `high`."""
        self._lows.append(low)
        self._spans.append((high, value))

    def at(self, column: int, default: float) -> float:
        """The value of one column."""
        place = bisect_right(self._lows, column) - 1
        if place < 0 or self._spans[place][0] < column:
            return default
        return self._spans[place][1]


def coordinates(address: str) -> tuple[int, int] | None:
    """`C17` → (17, 3): row and column from 1; None for what is no address."""
    found = _ADDRESS.fullmatch(address)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _width(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise UnmarkableError("a width that is no number") from error


@dataclass
class _Row:
    number: int
    begin: int
    style: int | None
    wanted: dict[int, Severity]
    last_column: int = 0


@dataclass
class SheetMarker:
    """One pass over a sheet: what to change in it, and what comments need to know of it."""

    xml: bytes
    marks: Marks
    styles: Styles
    edits: list[Edit] = field(default_factory=list)
    drawing: str | None = None
    widths: Spans = field(default_factory=Spans)
    prefix: str = ""
    _column_styles: Spans = field(default_factory=Spans)
    _behind_drawing: int | None = None
    _row: _Row | None = None
    _last_row: int = 0
    _is_in_data: bool = False

    def __post_init__(self) -> None:
        self.xml = utf8(self.xml)
        self._depth = 0
        self._waiting = deque(sorted(self.marks))
        self._parser = parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        parsed(self._parser, self.xml)

    def link_drawing(self, relationship: str) -> None:
        """Point the sheet at the drawing that shows its comments."""
        if self._behind_drawing is None:
            raise UnmarkableError("a sheet without an end")
        tag = f'<{self.prefix}legacyDrawing xmlns:r="{RELATIONSHIPS}" r:id="{relationship}"/>'
        self.edits.append(Edit(self._behind_drawing, self._behind_drawing, tag.encode()))

    def marked(self) -> bytes:
        """The sheet with everything marked."""
        return spliced(self.xml, self.edits)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        depth, self._depth = self._depth, self._depth + 1
        local = name.rpartition(":")[2]
        if depth <= _CHILD:
            self._start_part(name, local, attributes, depth)
        elif self._is_in_data:
            if local == "c":
                self._cell(attributes)
            elif local == "row":
                self._begin_row(attributes)
        elif local == "col":
            self._column(attributes)

    def _column(self, attributes: dict[str, str]) -> None:
        low, high = whole(attributes.get("min")), whole(attributes.get("max"))
        if "width" in attributes:
            self.widths.add(low, high, _width(attributes["width"]))
        if "style" in attributes:
            self._column_styles.add(low, high, whole(attributes["style"]))

    def _start_part(self, name: str, local: str, attributes: dict[str, str], depth: int) -> None:
        begin = self._parser.CurrentByteIndex
        if depth == 0:
            self.prefix = name[: -len(local)]
        elif local == "sheetData":
            self._is_in_data = True
            self._data_begin = begin
        elif local == "legacyDrawing":
            self.drawing = next(
                (value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), None
            )
        elif local in _BEHIND_DRAWING and self._behind_drawing is None:
            self._behind_drawing = begin

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._depth == 0:
            if self._behind_drawing is None:
                self._behind_drawing = self._parser.CurrentByteIndex
        elif not self._is_in_data:
            return
        elif self._depth == _CHILD:
            self._is_in_data = False
            self._end_data(name)
        elif self._depth == _CHILD + 1:
            self._end_row(name)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = whole(attributes.get("r"), self._last_row + 1)
        begin = self._parser.CurrentByteIndex
        if self._waiting and self._waiting[0] < number:
            self.edits.append(Edit(begin, begin, self._new_rows(below=number)))
        wanted: dict[int, Severity] = {}
        if self._waiting and self._waiting[0] == number:
            self._waiting.popleft()
            wanted = dict(sorted(self.marks[number].items()))
        style = whole(attributes.get("s")) if attributes.get("customFormat") in ("1", "true") else None
        self._row = _Row(number, begin, style, wanted)
        self._last_row = number

    def _cell(self, attributes: dict[str, str]) -> None:
        row = self._row
        if row is None:
            raise UnmarkableError("a cell in no row")
        if not row.wanted and not self.styles.holds_earlier_marks:
            return
        address = coordinates(attributes["r"]) if "r" in attributes else None
        column = address[1] if address else row.last_column + 1
        row.last_column = column
        style = whole(attributes.get("s"))
        if not row.wanted and not self.styles.is_ours(style):
            return
        begin = self._parser.CurrentByteIndex
        before = [place for place in row.wanted if place < column]
        if before:
            self.edits.append(Edit(begin, begin, b"".join(self._new_cell(row, place) for place in before)))
        severity = row.wanted.pop(column, None)
        if severity or self.styles.is_ours(style):
            number = self.styles.marked(style, severity) if severity else self.styles.unmarked(style)
            end = head_at(self.xml, begin)
            changed = with_attributes(self.xml[begin:end], {"s": str(number)})
            self.edits.append(Edit(begin, end, changed))

    def _end_row(self, name: str) -> None:
        row = self._row
        if row is None or not row.wanted:
            return
        cells = b"".join(self._new_cell(row, place) for place in tuple(row.wanted))
        self.edits.append(self._appended(row.begin, name, cells))

    def _end_data(self, name: str) -> None:
        if self._waiting:
            self.edits.append(self._appended(self._data_begin, name, self._new_rows(below=None)))

    def _appended(self, begin: int, name: str, inside: bytes) -> Edit:
        """Something put in before the end tag of the element that began there and ends now."""
        end = head_at(self.xml, begin)
        if self.xml[end - 2 : end] == b"/>":
            return Edit(end - 2, end, b">" + inside + f"</{name}>".encode())
        place = self._parser.CurrentByteIndex
        return Edit(place, place, inside)

    def _new_rows(self, below: int | None) -> bytes:
        """Rows that are to be marked and do not stand there, up to a row that does."""
        made = []
        while self._waiting and (below is None or self._waiting[0] < below):
            number = self._waiting.popleft()
            row = _Row(number, 0, None, dict(sorted(self.marks[number].items())))
            cells = b"".join(self._new_cell(row, place) for place in tuple(row.wanted))
            made.append(f'<{self.prefix}row r="{number}">'.encode() + cells + f"</{self.prefix}row>".encode())
        return b"".join(made)

    def _new_cell(self, row: _Row, column: int) -> bytes:
        """A blank cell, formatted as its row or column is, but marked."""
        severity = row.wanted.pop(column)
        base = int(self._column_styles.at(column, 0)) if row.style is None else row.style
        number = self.styles.marked(base, severity)
        return f'<{self.prefix}c r="{cell_address(column, row.number)}" s="{number}"/>'.encode()
