"""Rows and cells of an xlsx that do not say where they stand, or say what another has said already.

In: an xlsx. Out: a copy in which each row and cell has a place of its own, and what is said of those that had none. A
row whose number is taken goes below all others, since a library keeps the last alone; of two cells with one address in
a row the last is kept, as programs show it, and the other's text is said. Where each has its place there is no copy.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from html import unescape

from ingest.read.column_numbers import column_number
from ingest.read.files.package_parts import PACKAGE_DAMAGE, sheet_parts
from ingest.read.row_numbers import listed
from ingest.read.workbook.copies.mended_copy import Source, as_library_input, copied
from ingest.schema.texts.finding import Finding, cell_address

_TAG = re.compile(rb"<(/?)((?:\w+:)?)(row|c)(?=[\s/>])([^<>]*)>")
_CELL = re.compile(rb'<(?:\w+:)?c(?=[\s/>])(?:[^<>]*?\sr="([A-Z]{1,3}\d{1,7})")?')
_NUMBER = re.compile(rb'(?<![\w:])r="(\d{1,7})"')
_ADDRESS = re.compile(rb'(?<![\w:])r="([A-Z]{1,3})(\d{1,7})"')
_TEXT = re.compile(rb"<(?:\w+:)?(?:t|v)\b[^<>]*>([^<]*)<")
_SHARED = re.compile(rb"<(?:\w+:)?si(?=[\s/>])[^<>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_IS_SHARED = re.compile(rb'\bt="s"')
_END_OF_ROWS = re.compile(rb"</(?:\w+:)?sheetData")
_STRINGS = "sharedstrings.xml"
_MOST_SHOWN = 200
_DAMAGED: tuple[type[Exception], ...] = (*PACKAGE_DAMAGE, ValueError, IndexError)


@dataclass(frozen=True)
class NumberedCopy:
    """`content`: of the copy; `findings`: on what had no place of its own."""

    content: bytes
    findings: tuple[Finding, ...]


def numbered_copy(source: Source) -> NumberedCopy | None:
    """The copy; None where every row and cell has its place, or the file is no xlsx."""
    try:
        with zipfile.ZipFile(as_library_input(source)) as archive:
            parts = {part: name for name, part in sheet_parts(archive)}
            contents = {part: archive.read(part) for part in parts}
            sheets = {part: _Sheet(content) for part, content in contents.items() if _may_lack(content)}
            changed = {part: sheet for part, sheet in sheets.items() if sheet.is_changed}
            if not changed:
                return None
            texts = _shared_texts(archive) if any(sheet.lost for sheet in changed.values()) else []
            findings = [
                said for part, sheet in changed.items() for said in sheet.findings(parts[part], texts)
            ]
            written = {part: sheet.written() for part, sheet in changed.items()}
            return NumberedCopy(copied(archive, written), tuple(findings))
    except _DAMAGED:
        return None


def _may_lack(part: bytes) -> bool:
    """Whether some cell has no address, or not one of its own: a quick look, since most of what is asked about is
    sound."""
    addresses = _CELL.findall(part)
    return not all(addresses) or len(set(addresses)) < len(addresses)


def _shared_texts(archive: zipfile.ZipFile) -> list[bytes]:
    name = next((name for name in archive.namelist() if name.lower().endswith(_STRINGS)), None)
    return [found[1] or b"" for found in _SHARED.finditer(archive.read(name))] if name else []


@dataclass
class _Row:
    """A row as it stands in the part: where its tag stands, its number, and its cells: column, where the tag and the
    whole cell stand, and whether anything is in it."""

    at: tuple[int, int]
    number: int
    is_stated: bool
    cells: list[_Cell] = field(default_factory=list)


@dataclass
class _Cell:
    at: tuple[int, int]
    column: int
    row: int
    is_stated: bool
    end: int = 0

    @property
    def is_filled(self) -> bool:
        return self.end > self.at[1]


class _Sheet:
    """The rows of one part, each given a place. `lost`: cells whose address another cell of the row says again;
    `moved`: number of a row → the numbers its repetitions got."""

    def __init__(self, part: bytes) -> None:
        self._part = part
        self._rows = _rows_of(part)
        self.lost: list[tuple[_Cell, _Cell]] = []
        self.moved: dict[int, list[int]] = {}
        self._give_places()
        self.is_changed = bool(
            self.lost
            or self.moved
            or any(not row.is_stated or not all(cell.is_stated for cell in row.cells) for row in self._rows)
        )

    def _give_places(self) -> None:
        taken: dict[tuple[int, int], _Cell] = {}
        last = max((max([row.number, *(cell.row for cell in row.cells)]) for row in self._rows), default=0)
        for row in self._rows:
            filled = [cell for cell in row.cells if cell.is_filled]
            if any((cell.row, cell.column) in taken for cell in filled):
                last += 1
                self.moved.setdefault(row.number, []).append(last)
                row.number = last
                for cell in row.cells:
                    cell.row = last
            own: dict[tuple[int, int], _Cell] = {}
            for cell in filled:
                place = (cell.row, cell.column)
                if place in own:
                    self.lost.append((own[place], cell))
                own[place] = cell
            taken |= own

    def written(self) -> bytes:
        """The part, each row and cell with its place, rows in their order, without cells that another says again."""
        begins = [row.at[0] for row in self._rows]
        behind = _END_OF_ROWS.search(self._part, begins[-1])
        ends = [*begins[1:], behind.start() if behind else len(self._part)]
        gone = {cell.at[0] for cell, _ in self.lost}
        rows = [(row.number, self._row(row, end, gone)) for row, end in zip(self._rows, ends, strict=True)]
        written = (text for _, text in sorted(rows, key=lambda each: each[0]))
        return b"".join([self._part[: begins[0]], *written, self._part[ends[-1] :]])

    def _row(self, row: _Row, end: int, gone: Container[int]) -> bytes:
        """The text from one row to where the next one begins."""
        places = [(row.at, b"%d" % row.number)]
        places += [(cell.at, cell_address(cell.column, cell.row).encode()) for cell in row.cells]
        left_out = {
            cell.at[0]: self._part.find(b">", cell.end) + 1 for cell in row.cells if cell.at[0] in gone
        }
        pieces, done = [], row.at[0]
        for (begin, behind), place in places:
            pieces.append(self._part[done:begin])
            if done := left_out.get(begin, 0):
                continue
            tag = _NUMBER.sub(b"", _ADDRESS.sub(b"", self._part[begin:behind], count=1), count=1)
            name = _TAG.match(self._part, begin)
            head = len(b"<" + name[2] + name[3]) if name else 0
            pieces += [tag[:head], b' r="', place, b'"', tag[head:]]
            done = behind
        return b"".join([*pieces, self._part[done:end]])

    def findings(self, sheet: str, texts: Sequence[bytes]) -> list[Finding]:
        """What is said of rows and cells that had no place of their own."""
        found = []
        for number, places in self.moved.items():
            params = {"times": len(places) + 1, "rows": listed(places)}
            found.append(Finding("row_number_twice", sheet, row=number, params=params))
        for lost, kept in self.lost:
            address = cell_address(lost.column, lost.row)
            params = {"kept": self._text_of(kept, texts)}
            value = self._text_of(lost, texts)
            found.append(Finding("cell_address_twice", sheet, address, lost.row, value=value, params=params))
        return found

    def _text_of(self, cell: _Cell, texts: Sequence[bytes]) -> str:
        begin, behind = cell.at
        said = b"".join(_TEXT.findall(self._part[behind : cell.end]))
        if _IS_SHARED.search(self._part[begin:behind]) and said.isdigit() and int(said) < len(texts):
            said = b"".join(_TEXT.findall(texts[int(said)]))
        return unescape(said.decode("utf-8", "replace"))[:_MOST_SHOWN]


def _rows_of(part: bytes) -> list[_Row]:
    """The rows and cells in the order of the part, those without a place where a library would put them."""
    rows: list[_Row] = []
    number = column = 0
    for tag in _TAG.finditer(part):
        is_end, is_row, rest = bool(tag[1]), tag[3] == b"row", tag[4]
        if is_row and not is_end:
            stated = _NUMBER.search(rest)
            number, column = int(stated[1]) if stated else number + 1, 0
            rows.append(_Row(tag.span(), number, bool(stated)))
        elif not is_row and rows and is_end:
            rows[-1].cells[-1].end = tag.start()
        elif not is_row and rows:
            at = _ADDRESS.search(rest)
            column = column_number(at[1]) if at else column + 1
            row = int(at[2]) if at else number
            rows[-1].cells.append(_Cell(tag.span(), column, row, bool(at)))
    return rows
