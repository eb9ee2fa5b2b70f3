"""What Excel's XML of 2003 says beside the values of a sheet: per cent, colours, comments, hidden rows, formulas.

In: the text of the file; attributes of its tags, which a reader of tags hands over. Out: its styles; the text of a cell
as it is shown; what stands beside the cells.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ingest.read.workbook.beside_cells import MOST_NOTED, Annotations, NotShown, Place
from ingest.read.workbook.markup.column_looks import MOST_COLUMNS, ColumnLooks
from ingest.read.workbook.markup.followed_sheet import FollowedSheet, MarkupCell
from ingest.read.workbook.markup.page_looks import Given
from ingest.schema.values.letters import small_number

_XML_OF_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
_ID = re.compile(r'ss:ID="([^"]*)"')
_COLOUR = re.compile(r'<(?:ss:)?Interior\s[^<>]*\bss:Color="(#[0-9A-Fa-f]{6})"')
_STRIKES = re.compile(r'<(?:ss:)?Font\s[^<>]*\bss:StrikeThrough="1"')
_FORMAT = re.compile(r'<(?:ss:)?NumberFormat\s[^<>]*\bss:Format="([^"]*)"')
_DATA = {"data", "ss:data"}
_COMMENT = {"comment", "ss:comment"}


@dataclass(frozen=True)
class XmlStyle:
    """How a cell looks. `colour`: empty for none and for white."""

    colour: str
    is_struck: bool
    is_per_cent: bool


def is_xml_of_2003(text: str) -> bool:
    """Whether a text is a workbook of that kind."""
    return _XML_OF_2003 in text


def styles_of(text: str) -> dict[str, XmlStyle]:
    """The styles of a workbook by their names; none of another text."""
    found: dict[str, XmlStyle] = {}
    if not is_xml_of_2003(text):
        return found
    for piece in re.split(r"<(?:ss:)?Style\s", text)[1:]:
        own = piece[: end if (end := piece.find("Style>")) >= 0 else piece.find(">")]
        if name := _ID.search(own):
            colour, code = _COLOUR.search(own), _FORMAT.search(own)
            shown = colour[1].lower() if colour else ""
            is_per_cent = bool(code and (code[1] == "Percent" or "%" in code[1]))
            found[name[1]] = XmlStyle(
                "" if shown == "#ffffff" else shown, bool(_STRIKES.search(own)), is_per_cent
            )
    return found


class XmlSheet(FollowedSheet):
    """Follows the cells of one sheet."""

    def __init__(self, styles: Mapping[str, XmlStyle]) -> None:
        self._styles = styles
        self._columns = ColumnLooks("")
        self._of_row = ""
        self._not_shown, self.noted = NotShown(), Annotations()

    @property
    def hidden(self) -> NotShown:
        """What is not shown of the rows so far."""
        return self._not_shown

    def take_column(self, given: Given) -> None:
        """How columns look, and whether they are hidden."""
        first = min(small_number(given.get("ss:index") or "", self._columns.last + 1), MOST_COLUMNS)
        last = min(first + small_number(given.get("ss:span") or "", 0), MOST_COLUMNS)
        self._columns.say(first, last, given.get("ss:styleid") or "")
        if given.get("ss:hidden") == "1":
            self._not_shown.columns.append((first, last))

    def take_group(self, given: Given) -> None:
        """Its rows belong to none."""
        return

    def end_group(self) -> None:
        """Its rows belong to none."""
        return

    def take_row(self, given: Given, number: int) -> None:
        """A row begins."""
        self._of_row = given.get("ss:styleid") or ""
        if given.get("ss:hidden") == "1":
            self._not_shown.rows.add(number)

    def cell(self, given: Given) -> MarkupCell:
        """A cell begins."""
        return MarkupCell(given.get("ss:styleid") or "", has_formula=bool(given.get("ss:formula")))

    def take_within(self, cell: MarkupCell, tag: str, given: Given) -> bool:
        """A tag within a cell; whether a comment begins there, which is no text of the cell."""
        is_comment = tag in _COMMENT
        if not is_comment and tag in _DATA:
            cell.kind = given.get("ss:type") or ""
        cell.is_commented = cell.is_commented or is_comment
        return is_comment

    def shown(self, cell: MarkupCell, text: str, place: Place) -> str:
        """The text of a cell as a person sees it; what stands beside it is kept."""
        row, column = place
        if cell.has_formula and not text and cell.kind != "String":
            self._not_shown.uncomputed.setdefault(column, array("i")).append(row)
        if cell.is_commented:
            self.noted.comments.add(place)
        style = self._styles.get(cell.style or self._of_row or self._columns.of(column))
        if style is None:
            return text
        if style.colour and len(self.noted.colours) < MOST_NOTED:
            self.noted.colours[place] = style.colour
        if style.is_struck:
            self.noted.struck.add(place)
        return _in_per_cent(text) if style.is_per_cent and cell.kind == "Number" else text


def _in_per_cent(text: str) -> str:
    try:
        return f"{(Decimal(text) * 100).normalize():f}%" if text else text
    except ArithmeticError:
        return text
