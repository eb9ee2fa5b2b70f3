"""Comments on cells: the part that holds their texts and the drawing that shows them.

In: texts by cell, and the two parts of a sheet where it has them. Out: both parts with the comments in them. A
comment somebody else wrote stays, ours is written below it; those of an earlier marking go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from expectations.marked.elements import (
    Edit,
    Element,
    UnmarkableError,
    content,
    elements,
    inside,
    named,
    spliced,
    utf8,
)
from expectations.marked.sheet import Spans, coordinates

AUTHOR = "bbaj: тексеру / проверка"
# What our text begins with inside a comment of somebody else, so that a second marking finds it again.
_SIGN = "[bbaj]"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    f'<comments xmlns="{_MAIN}"><authors></authors><commentList></commentList></comments>'
).encode()
_EMPTY_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="{block}"/></o:shapelayout></xml>'
)
# Excel's own names are declared again on each shape: the drawing may be another program's.
_SHAPE = (
    '<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_NOTE = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{id}" type="#_x0000_t202"'
    ' style="position:absolute;z-index:{order};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_BLOCK = re.compile(rb'<o:idmap[^<>]*?data="([\d, ]*)"')
_IDS = re.compile(rb"_x0000_s(\d{1,9})(?!\d)")
_SHAPE_BEGINS, _SHAPE_ENDS = re.compile(rb"<v:shape\b"), re.compile(rb"</v:shape\s*>")
_ROW, _COLUMN = re.compile(rb"<x:Row>\s*(\d{1,9})(?!\d)"), re.compile(rb"<x:Column>\s*(\d{1,9})(?!\d)")
_IDS_IN_BLOCK, _BLOCKS_OF_A_SHEET = 1024, 16
# Characters a line of a comment holds, and how wide it should at least be shown, in characters of a column.
_LINE, _WIDTH, _MOST_TEXT = 46, 42.0, 32_000
_USUAL_WIDTH = 8.43


def with_comments(
    part: bytes | None, texts: Mapping[str, str], *, keep_discussions: bool = False
) -> tuple[bytes, set[str], set[str]]:
    """The part with these texts (by address) in it.

    Also which addresses need a shape of their own in the drawing, and at which an earlier one of ours is gone.
    `keep_discussions`: the sheet has threaded discussions, whose comments are not ours to add to.
    """
    xml = utf8(part or _EMPTY)
    found = elements(xml)
    authors, entries = _only(found, "authors"), _only(found, "commentList")
    names = [_text_of(xml, element) for element in inside(found, authors)]
    prefix = authors.prefix
    edits: list[Edit] = []
    own = names.index(AUTHOR) if AUTHOR in names else len(names)
    if own == len(names):
        edits.append(authors.append(f"<{prefix}author>{content(AUTHOR)}</{prefix}author>".encode()))
    gone: set[str] = set()
    standing: dict[str, Element] = {}
    for element in inside(found, entries):
        address = element.attributes.get("ref", "")
        if element.attributes.get("authorId") == str(own):
            edits.append(Edit(element.begin, element.end, b""))
            gone.add(address)
        else:
            standing[address] = element
            edits += _earlier_texts(xml, found, element)
    fresh = {address: text for address, text in texts.items() if address not in standing}
    if not keep_discussions:
        for address in texts.keys() & standing.keys():
            edits += _added_to(xml, found, standing[address], texts[address])
    edits.append(entries.append("".join(_comment(prefix, a, own, t) for a, t in fresh.items()).encode()))
    return spliced(xml, edits), set(fresh), gone


def _only(found: list[Element], name: str) -> Element:
    element = next(named(found, name), None)
    if element is None:
        raise UnmarkableError(f"comments without {name}")
    return element


def _text_of(xml: bytes, element: Element) -> str:
    return xml[element.head_end : element.tail].decode() if not element.is_closed else ""


def _run(prefix: str, text: str) -> str:
    p = prefix
    return (
        f'<{p}r><{p}rPr><{p}sz val="9"/><{p}color indexed="81"/><{p}rFont val="Arial"/></{p}rPr>'
        f'<{p}t xml:space="preserve">{content(text)}</{p}t></{p}r>'
    )


def _comment(prefix: str, address: str, author: int, text: str) -> str:
    cut = text if len(text) <= _MOST_TEXT else text[:_MOST_TEXT] + " …"
    p = prefix
    return f'<{p}comment ref="{address}" authorId="{author}"><{p}text>{_run(p, cut)}</{p}text></{p}comment>'


def _added_to(xml: bytes, found: list[Element], comment: Element, text: str) -> list[Edit]:
    """Our text below that of somebody else's comment, whose own text becomes a run where it is none."""
    within = next((element for element in inside(found, comment) if element.name == "text"), None)
    if within is None:
        return []
    edits = []
    for element in inside(found, within):
        if element.name == "t":
            p = element.prefix
            whole = xml[element.begin : element.end]
            edits.append(Edit(element.begin, element.end, f"<{p}r>".encode() + whole + f"</{p}r>".encode()))
    return [*edits, within.append(_run(comment.prefix, f"\n\n{_SIGN} {text}").encode())]


def _earlier_texts(xml: bytes, found: list[Element], comment: Element) -> list[Edit]:
    """What an earlier marking wrote below somebody else's comment goes."""
    return [
        Edit(run.begin, run.end, b"")
        for text in inside(found, comment)
        for run in inside(found, text)
        if run.name == "r"
        and any(
            _text_of(xml, element).lstrip().startswith(_SIGN)
            for element in inside(found, run)
            if element.name == "t"
        )
    ]


def with_shapes(
    drawing: bytes | None,
    texts: Mapping[str, str],
    gone: set[str],
    widths: Spans,
    number: int,
) -> bytes:
    """The drawing with a hidden box for each text, those of `gone` taken out. `number`: any of its own."""
    xml = drawing or _EMPTY_DRAWING.format(block=number).encode()
    if gone:
        dropped = {element for address in gone if (element := coordinates(address))}
        xml = _without_shapes(xml, dropped)
    xml, first = _numbered(xml, len(texts), number, is_new=drawing is None)
    shapes = [
        _NOTE.format(
            id=first + element,
            order=element + 1,
            row=address[0] - 1,
            column=address[1] - 1,
            anchor=_anchor(address, text, widths),
        )
        for element, (address, text) in enumerate(_by_cell(texts))
    ]
    head = "" if b'id="_x0000_t202"' in xml or not shapes else _SHAPE
    end = xml.rfind(b"</xml")
    if end < 0:
        raise UnmarkableError("a drawing without an end")
    return xml[:end] + (head + "".join(shapes)).encode() + xml[end:]


def _without_shapes(xml: bytes, dropped: set[tuple[int, int]]) -> bytes:
    """The drawing without the boxes that belong to these cells."""
    kept, done = [], 0
    while begin := _SHAPE_BEGINS.search(xml, done):
        end = _SHAPE_ENDS.search(xml, begin.end())
        if end is None:
            break
        is_dropped = _cell_of(xml[begin.start() : end.end()]) in dropped
        kept.append(xml[done : begin.start() if is_dropped else end.end()])
        done = end.end()
    return b"".join([*kept, xml[done:]])


def _numbered(xml: bytes, count: int, number: int, *, is_new: bool) -> tuple[bytes, int]:
    """The drawing with blocks of numbers claimed for so many shapes, and the first number of ours.

    In a drawing of ours alone they are blocks of its own; in another's they come behind all of its.
    """
    taken = [
        int(block) for data in _BLOCK.findall(xml) for block in re.findall(rb"(?<!\d)\d{1,9}(?!\d)", data)
    ]
    taken += [int(shape) // _IDS_IN_BLOCK for shape in _IDS.findall(xml)]
    begin = number * _BLOCKS_OF_A_SHEET if is_new else max(taken, default=0) + 1
    blocks = range(begin, begin + count // (_IDS_IN_BLOCK - 1) + 1)
    claimed = ",".join(map(str, blocks)).encode()

    def claim(found: re.Match[bytes]) -> bytes:
        more = claimed if is_new else found[1] + b"," + claimed
        return found[0].replace(b'data="' + found[1] + b'"', b'data="' + more + b'"')

    return _BLOCK.sub(claim, xml, count=1), begin * _IDS_IN_BLOCK + 1


def _by_cell(texts: Mapping[str, str]) -> list[tuple[tuple[int, int], str]]:
    placed = [(element, text) for address, text in texts.items() if (element := coordinates(address))]
    return sorted(placed)


def _cell_of(shape: bytes) -> tuple[int, int] | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column else None


def _anchor(address: tuple[int, int], text: str, widths: Spans) -> str:
    """Where the box stands: right of its cell, as many columns wide and rows high as its text needs."""
    row, column = address
    lines = sum(len(line) // _LINE + 1 for line in text.split("\n"))
    right, room = column + 1, 0.0
    while room < _WIDTH:
        room += max(1.0, widths.at(right, _USUAL_WIDTH))
        right += 1
    top = max(0, row - 2)
    return f"{column}, 15, {top}, 4, {right - 1}, 15, {top + lines + 1}, 4"
