"""Which cell styles of a workbook colour a cell or strike its text out.

In: the part `styles.xml` of Excel's open format. Out: the number of a style → its colour, and the styles that strike.
White is no colour, and neither is the pattern every workbook holds besides none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

_TAG = re.compile(rb"<(/?)(?:\w+:)?(fills|fill|patternFill|fgColor|fonts|font|strike|cellXfs|xf)\b([^<>]*)>")
_ATTRIBUTE = re.compile(rb'(?<![\w:])(\w+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_NO_PATTERNS = (b"none", b"gray125", b"")
_WHITE = (b"rgb=ffffffff", b"rgb=00ffffff", b"indexed=9", b"indexed=64", b"theme=0")
_FALSE = (b"0", b"false")
Item = TypeVar("Item")


@dataclass
class CellStyles:
    """`colours`: style → a word that is the same for the same colour; `struck`: styles that strike out."""

    colours: dict[int, str] = field(default_factory=dict)
    struck: set[int] = field(default_factory=set)


def cell_styles(styles: bytes) -> CellStyles:
    """What that part says."""
    fills: list[str] = []
    fonts: list[bool] = []
    found = CellStyles()
    inside = b""
    number = 0
    for slash, name, rest in _TAG.findall(styles):
        is_end, given = bool(slash), _attributes(rest)
        if name in (b"fills", b"fonts", b"cellXfs"):
            inside = b"" if is_end else name
        elif inside == b"fills" and not is_end:
            _take_fill(fills, name, given)
        elif inside == b"fonts" and not is_end:
            if name == b"font":
                fonts.append(False)
            elif name == b"strike" and fonts:
                fonts[-1] = given.get(b"val", b"1") not in _FALSE
        elif inside == b"cellXfs" and name == b"xf" and not is_end:
            if colour := _at(fills, given.get(b"fillId")):
                found.colours[number] = colour
            if _at(fonts, given.get(b"fontId")):
                found.struck.add(number)
            number += 1
    return found


def _take_fill(fills: list[str], name: bytes, given: dict[bytes, bytes]) -> None:
    if name == b"fill":
        fills.append("")
    elif name == b"patternFill" and fills and given.get(b"patternType", b"") not in _NO_PATTERNS:
        fills[-1] = "pattern"
    elif name == b"fgColor" and fills and fills[-1]:
        said = b" ".join(b"%b=%b" % pair for pair in sorted(given.items())).lower()
        fills[-1] = "" if said in _WHITE else said.decode("utf-8", "replace")


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(text)}


def _at(items: Sequence[Item], number: bytes | None) -> Item | None:
    place = int(number) if number and number.isdigit() and len(number) < 7 else 0
    return items[place] if place < len(items) else None
