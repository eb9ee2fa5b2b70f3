"""The formats of a workbook, with those that marks need added behind them.

In: the bytes of `styles.xml`. Out: for each format of a cell the number of one that differs in its fill alone,
and the formats of the sheet of findings. Existing formats keep their numbers.
"""

from __future__ import annotations

from typing import Literal

from expectations.marked.elements import (
    Edit,
    Element,
    UnmarkableError,
    elements,
    inside,
    named,
    spliced,
    utf8,
    whole,
    with_attributes,
)
from ingest.schema.forms.contract import Severity

Look = Literal["title", "hint", "heading", "text", "value", "link", "answer", "error", "query", "note"]

# Colours of no usual palette: in a workbook that comes back once more, they tell our marks from its own fills.
FILLS: dict[Severity, str] = {"error": "FFFFC9C8", "query": "FFFFEBA7", "note": "FFD5E8FB"}
_FONT = '<{p}sz val="10"/>{color}<{p}name val="Arial"/><{p}family val="2"/>'
_FONTS = {
    "plain": "<{p}font>" + _FONT + "</{p}font>",
    "bold": "<{p}font><{p}b/>" + _FONT + "</{p}font>",
    "title": '<{p}font><{p}b/><{p}sz val="14"/><{p}name val="Arial"/><{p}family val="2"/></{p}font>',
    "link": "<{p}font><{p}u/>" + _FONT + "</{p}font>",
}
_LINK_COLOUR = '<{p}color rgb="FF0563C1"/>'
_SIDE = '<{{p}}{name} style="thin"><{{p}}color rgb="FF7F7F7F"/></{{p}}{name}>'
_FRAME = (
    "<{p}border>"
    + "".join(_SIDE.format(name=name) for name in ("left", "right", "top", "bottom"))
    + "<{p}diagonal/></{p}border>"
)
_TOP = '<{p}alignment vertical="top" wrapText="1"/>'
_EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)
MOST_FORMATS = 64_000


class Styles:
    """The formats of one workbook. Raises UnmarkableError where the part lacks what every workbook has."""

    def __init__(self, part: bytes | None) -> None:
        self._xml = utf8(part or _EMPTY)
        found = elements(self._xml)
        self._prefix = found[0].prefix if found else ""
        self._fonts, self._fills, self._formats = (
            self._list(found, name) for name in ("fonts", "fills", "cellXfs")
        )
        self._existing = inside(found, self._formats)
        self._borders = next((place for place in named(found, "borders") if place.depth == 1), None)
        if self._borders and self._borders.is_closed:
            self._borders = None
        self._frame = len(inside(found, self._borders)) if self._borders else 0
        fills = inside(found, self._fills)
        own = {colour.encode() for colour in FILLS.values()}
        ours = {
            number
            for number, fill in enumerate(fills)
            if any(colour in self._xml[fill.begin : fill.end] for colour in own)
        }
        self._ours = {
            number
            for number, element in enumerate(self._existing)
            if whole(element.attributes.get("fillId")) in ours
        }
        self._first_fill, self._first_font = len(fills), len(inside(found, self._fonts))
        self._added: dict[tuple[str, ...], tuple[int, bytes]] = {}

    def _list(self, found: list[Element], name: str) -> Element:
        element = next((element for element in named(found, name) if element.depth == 1), None)
        if element is None:
            raise UnmarkableError(f"formats without {name}")
        return element

    @property
    def holds_earlier_marks(self) -> bool:
        """Whether the workbook was marked before."""
        return bool(self._ours)

    def is_ours(self, number: int) -> bool:
        """Whether a format is one that an earlier marking gave."""
        return number in self._ours

    def marked(self, number: int, severity: Severity) -> int:
        """The format that differs from `number` in the fill of that severity alone."""
        return self._filled(number, self._first_fill + list(FILLS).index(severity))

    def unmarked(self, number: int) -> int:
        """The format of an earlier marking without its fill."""
        return self._filled(number, 0)

    def _filled(self, number: int, fill: int) -> int:
        key = ("filled", str(number), str(fill))
        if key in self._added:  # asked for again with every marked cell
            return self._added[key][0]
        if number >= len(self._existing):
            raise UnmarkableError("a format that is not there")
        element = self._existing[number]
        raw = self._xml[element.begin : element.end]
        head = element.head_end - element.begin
        changed = with_attributes(raw[:head], {"fillId": str(fill), "applyFill": "1"}) + raw[head:]
        return self._add(key, changed)

    def look(self, look: Look) -> int:
        """The format of a part of the sheet of findings."""
        if ("look", look) in self._added:
            return self._added["look", look][0]
        fonts = {"title": 2, "heading": 1, "error": 1, "query": 1, "note": 1, "link": 3}
        font = self._first_font + fonts.get(look, 0)
        places = {str(severity): place for place, severity in enumerate(FILLS)}
        places["answer"] = places["query"]
        fill = self._first_fill + places[look] if look in places else 0
        # Text whatever it looks like, also when somebody presses Enter in its cell.
        literal = ' numFmtId="49" quotePrefix="1"' if look in ("value", "text", "answer") else ' numFmtId="0"'
        wrap = "" if look in ("title", "hint", *FILLS) else _TOP
        # Where something is to be written there is a frame around it.
        border = self._frame if look == "answer" else 0
        p = self._prefix
        raw = (
            f'<{p}xf{literal} fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyNumberFormat="1"'
            f' applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{wrap.format(p=p)}</{p}xf>'
        )
        return self._add(("look", look), raw.encode())

    def _add(self, key: tuple[str, ...], raw: bytes) -> int:
        if key not in self._added:
            number = len(self._existing) + len(self._added)
            if number >= MOST_FORMATS:
                raise UnmarkableError("more formats than a workbook can have")
            self._added[key] = (number, raw)
        return self._added[key][0]

    def xml(self) -> bytes:
        """The part with everything that was asked for in it."""
        p = self._prefix
        fonts = "".join(
            font.format(p=p, color=_LINK_COLOUR.format(p=p) if name == "link" else "")
            for name, font in _FONTS.items()
        )
        fills = "".join(
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/>'
            f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
            for colour in FILLS.values()
        )
        formats = b"".join(raw for _, raw in self._added.values())
        edits: list[Edit] = []
        edits += self._grown(self._fonts, fonts.encode(), self._first_font + len(_FONTS))
        edits += self._grown(self._fills, fills.encode(), self._first_fill + len(FILLS))
        if self._borders:
            edits += self._grown(self._borders, _FRAME.format(p=p).encode(), self._frame + 1)
        edits += self._grown(self._formats, formats, len(self._existing) + len(self._added))
        return spliced(self._xml, edits)

    def _grown(self, element: Element, more: bytes, count: int) -> list[Edit]:
        """A list with more entries and its count put right."""
        if element.is_closed:
            raise UnmarkableError(f"an empty list of {element.name}")
        head = self._xml[element.begin : element.head_end]
        return [
            Edit(element.begin, element.head_end, with_attributes(head, {"count": str(count)})),
            element.append(more),
        ]
