"""Tables in texts that are no csv: a web page saved as .xls, Excel's XML of 2003, a table of SYLK or DIF.

In: the bytes of the file, or the text of the page. Out: for each table the name of its sheet where one is stated, and
its rows as text; a cell that spans columns is followed by empty ones, one that spans rows has empty ones below, and
which span what is told beside. Scripts, styles and everything outside tables is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import NamedTuple

from ingest.read.files.container_kind import is_sylk
from ingest.read.files.text_kind import is_dif, is_web_archive, plain_start
from ingest.read.text.encodings.encoding import decode
from ingest.read.workbook.beside_cells import Annotations, NotShown
from ingest.read.workbook.markup.dif import rows_of_dif
from ingest.read.workbook.markup.followed_sheet import FollowedSheet, MarkupCell
from ingest.read.workbook.markup.page_looks import Look, looks_of_classes
from ingest.read.workbook.markup.page_names import listed_sheets, only_sheet, page_called
from ingest.read.workbook.markup.page_sheet import PageSheet
from ingest.read.workbook.markup.sylk import rows_of_sylk
from ingest.read.workbook.markup.xml_sheet import XmlSheet, XmlStyle, is_xml_of_2003, styles_of
from ingest.schema.texts.finding import Finding
from ingest.schema.values.letters import small_number

_ROW = {"tr", "row", "ss:row"}
_CELL = {"td", "th", "cell", "ss:cell"}
_TABLE = {"table", "ss:table"}
_SHEET = {"worksheet", "ss:worksheet"}
_COLUMN = {"column", "ss:column", "col"}
_GROUP = {"thead", "tbody", "tfoot"}
_COMMENT = {"comment", "ss:comment", "a"}
"""What may hold a comment on a cell."""
_HIDDEN = {"script", "style"}
_VISIBLE = {"visible", "x:visible"}
_MOST_SPANNED = 1000
_LOOKED_AT = 1 << 12
_ENDS = re.compile(rb"^--[^\r\n]{1,200}--\s*$", re.MULTILINE)
"""How the last part of an archive of pages is closed."""
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
"""As many as a sheet of Excel has."""


class MarkupTable(NamedTuple):
    """`merged`: first row, first column, last row, last column of each cell that spans several; from 1.
    `is_hidden`: the whole sheet is. A sheet that has a name stands here though nothing is on it."""

    name: str | None
    rows: list[list[str]]
    merged: list[tuple[int, int, int, int]]
    hidden: NotShown
    noted: Annotations
    is_hidden: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell for row in self.rows for cell in row)


def tables_of(content: bytes) -> tuple[list[MarkupTable], list[Finding]]:
    """Every table of the file, and the notes on what it was read as."""
    start = plain_start(content[:_LOOKED_AT])
    if is_web_archive(start):
        pages = [(address, decode(page).text) for address, page in pages_of(content)]
        is_cut = not _ENDS.search(content[-_LOOKED_AT:]) or any(_breaks_off(page) for _, page in pages)
        return _of_pages(pages), _of_web(is_cut=is_cut)
    text = decode(content).text
    if is_sylk(start) or is_dif(start):
        hidden = NotShown()
        is_of_sylk = is_sylk(start)
        rows = rows_of_sylk(text, hidden) if is_of_sylk else rows_of_dif(text)
        found = [MarkupTable(None, rows, [], hidden, Annotations())] if rows else []
        return found, [Finding("sylk_read" if is_of_sylk else "dif_read")]
    if is_xml_of_2003(text):
        return tables_in(text), [Finding("xml_workbook_read")]
    return tables_in(text), _of_web(is_cut=_breaks_off(text))


def _of_web(*, is_cut: bool) -> list[Finding]:
    return [Finding("web_page_read"), *([Finding("page_breaks_off")] if is_cut else [])]


def _breaks_off(page: str) -> bool:
    """Whether a page ends within a table."""
    last = page.lower()
    return last.rfind("<table") > last.rfind("</table")


def _of_pages(pages: list[tuple[str, str]]) -> list[MarkupTable]:
    """The tables of an archive of pages, those of a sheet under its name."""
    listed = {own.page: own for _, page in pages for own in listed_sheets(page) if own.page}
    found = []
    for address, page in pages:
        own, tables = listed.get(page_called(address)), tables_in(page)
        if own:
            tables = tables or [MarkupTable(None, [], [], NotShown(), Annotations())]
            tables = [table._replace(name=own.name, is_hidden=own.is_hidden) for table in tables]
        found += tables
    return found


def pages_of(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The web pages of an archive of them, as their letter has them packed, with the address each states."""
    from email import message_from_bytes  # seldom needed

    for part in message_from_bytes(content).walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            page = part.get_payload(decode=True)
            if isinstance(page, bytes):
                yield str(part.get("Content-Location") or ""), page


def tables_in(text: str) -> list[MarkupTable]:
    """Every table with its rows, in order; tables within tables stand for themselves."""
    is_xml = is_xml_of_2003(text)
    reader = _Tables(styles_of(text)) if is_xml else _Tables(None, looks_of_classes(text))
    reader.feed(text)
    reader.close()
    reader.finish()
    if not is_xml and (own := only_sheet(text)):
        named = [table._replace(name=own.name, is_hidden=own.is_hidden) for table in reader.found]
        return [table for table in named if not table.is_blank]
    return [table for table in reader.found if table.name is not None or not table.is_blank]


class _Tables(HTMLParser):
    """`styles`: of Excel's XML; None for a web page, which has looks of `classes`."""

    def __init__(
        self, styles: Mapping[str, XmlStyle] | None, classes: Mapping[str, Look] | None = None
    ) -> None:
        super().__init__(convert_charrefs=True)
        self._styles, self._classes = styles, classes or {}
        self.found: list[MarkupTable] = []
        self._name: str | None = None
        self._open: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._span = self._depth = 1
        self._hidden = 0
        # Of the sheet that is open: its tables begin here; whether its word on being seen is next.
        self._first, self._in_visible = 0, False
        # Of each open table: column → 0-based last row that a cell above takes there.
        self._below: list[dict[int, int]] = []
        self._merged: list[list[tuple[int, int, int, int]]] = []
        self._sheets: list[FollowedSheet] = []
        # Of the cell that is open: whether within a comment, and what its tags say.
        self._in_comment = False
        self._own = MarkupCell()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _SHEET:
            self._name, self._first = given.get("ss:name"), len(self.found)
        elif tag in _VISIBLE:
            self._in_visible = True
        elif tag in _TABLE:
            self._end_cell()
            self._open.append([])
            self._below.append({})
            self._merged.append([])
            is_page = self._styles is None
            self._sheets.append(PageSheet(self._classes, given) if is_page else XmlSheet(self._styles or {}))
        elif tag in _COLUMN and self._open:
            self._sheets[-1].take_column(given)
        elif tag in _ROW and self._open:
            self._end_cell()
            self._blank_until(self._open[-1], given.get("ss:index"), list)
            self._open[-1].append([])
            self._sheets[-1].take_row(given, len(self._open[-1]))
        elif tag in _CELL and self._open:
            self._end_cell()
            if not self._open[-1]:
                self._open[-1].append([])
            self._blank_until(self._open[-1][-1], given.get("ss:index"), str)
            self._pass_cells_from_above()
            self._cell, self._own = [], self._sheets[-1].cell(given)
            down = given.get("rowspan") or given.get("ss:mergedown") or ""
            further = 1 if "ss:mergedown" in given else 0
            self._depth = min(small_number(down, 1 - further) + further, _MOST_SPANNED)
            across = given.get("colspan") or given.get("ss:mergeacross") or ""
            more = 1 if "ss:mergeacross" in given else 0
            self._span = min(small_number(across, 1 - more) + more, _MOST_SPANNED)
        elif tag in _GROUP and self._open:
            self._sheets[-1].take_group(given)
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")
        elif self._cell is not None and self._open and not self._in_comment:
            self._in_comment = self._sheets[-1].take_within(self._own, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _VISIBLE:
            self._in_visible = False
        elif tag in _SHEET:
            if self._name is not None and self._first == len(self.found) and not self._open:
                self.found.append(MarkupTable(self._name, [], [], NotShown(), Annotations()))
            self._name = None
        elif tag in _COMMENT:
            self._in_comment = False
        elif tag in _GROUP and self._open:
            self._end_cell()
            self._sheets[-1].end_group()
        elif tag in _CELL or tag in _ROW:
            self._end_cell()
        elif tag in _TABLE and self._open:
            self._end_cell()
            self._close()

    def handle_data(self, data: str) -> None:
        if self._in_visible and "hidden" in data.lower():
            own = self.found[self._first :]
            self.found[self._first :] = [table._replace(is_hidden=True) for table in own]
        if self._cell is not None and not self._hidden and not self._in_comment:
            self._cell.append(data)

    def finish(self) -> None:
        """Close what a page cut off left open: its rows are kept."""
        self._end_cell()
        while self._open:
            self._close()

    def _close(self) -> None:
        self._below.pop()
        sheet = self._sheets.pop()
        self.found.append(
            MarkupTable(self._name, self._open.pop(), self._merged.pop(), sheet.hidden, sheet.noted)
        )

    def _pass_cells_from_above(self) -> None:
        """Empty cells where one above reaches down."""
        number, cells = len(self._open[-1]) - 1, self._open[-1][-1]
        while self._below[-1].get(len(cells), -1) >= number:
            cells.append("")

    def _end_cell(self) -> None:
        if self._cell is None or not self._open:
            return
        first, last = len(self._open[-1][-1]), len(self._open[-1]) + self._depth - 2
        if self._depth > 1 or self._span > 1:
            self._merged[-1].append((len(self._open[-1]), first + 1, last + 1, first + self._span))
        if self._depth > 1:
            self._below[-1].update(dict.fromkeys(range(first, first + self._span), last))
        lines = (" ".join(line.split()) for line in "".join(self._cell).split("\n"))
        text = self._sheets[-1].shown(self._own, "\n".join(lines).strip(), (len(self._open[-1]), first + 1))
        self._open[-1][-1].extend([text, *[""] * (self._span - 1)])
        self._cell, self._in_comment = None, False

    @staticmethod
    def _blank_until(
        places: list[object] | list[str] | list[list[str]], index: str | None, kind: type
    ) -> None:
        """Excel's XML leaves out empty rows and cells and says the number of the next."""
        most = _MOST_COLUMNS if kind is str else _MOST_ROWS
        while len(places) < min(small_number(index or "", 0) - 1, most):
            places.append(kind())
