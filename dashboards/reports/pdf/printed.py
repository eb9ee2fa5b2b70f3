"""What is printed on a page of a PDF, as it is drawn: each text with where it begins and to which tag it belongs.

In: a page. Out: texts. They are decoded by what the fonts say their glyphs mean, for any reader does so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream, DictionaryObject

_PAIRS = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SHOWS = (b"Tj", b"TJ", b"'", b'"')
_HOLDS = (b"BDC", b"BMC")
_UNSEEN = str.maketrans("", "", "\u200b\u2060")
_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True)
class Printed:
    """A text. `piece`: the number by which the tree of tags knows it, None of headers, footers and decoration."""

    text: str
    x: float
    y: float
    piece: int | None


@dataclass
class _State:
    """Where the pen is. `said`: the text is told beside the drawing, which is then not read."""

    base: _Matrix = _SAME
    line: _Matrix = _SAME
    kept: list[_Matrix] = field(default_factory=list)
    marked: list[tuple[int | None, bool]] = field(default_factory=lambda: [(None, False)])
    letters: dict[int, str] = field(default_factory=dict)

    def at(self) -> tuple[float, float]:
        moved = _times(self.line, self.base)
        return moved[4], moved[5]

    def move(self, operator: bytes, operands: Any) -> None:
        """What changes where the pen is."""
        if operator == b"q":
            self.kept.append(self.base)
        elif operator == b"Q":
            self.base = self.kept.pop()
        elif operator == b"cm":
            self.base = _times(_matrix(operands), self.base)
        elif operator == b"BT":
            self.line = _SAME
        elif operator == b"Tm":
            self.line = _matrix(operands)
        elif operator in (b"Td", b"TD"):
            self.line = _times((1, 0, 0, 1, float(operands[0]), float(operands[1])), self.line)


def printed(page: PageObject, reader: PdfReader) -> Iterator[Printed]:
    """Every text of the page."""
    resources: Any = page["/Resources"]
    fonts = resources.get_object().get("/Font", DictionaryObject()).get_object()
    known = {name: _letters(font.get_object()) for name, font in fonts.items()}
    state = _State()
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        number, is_said = state.marked[-1]
        if operator == b"Tf":
            state.letters = known[operands[0]]
        elif operator in _HOLDS:
            about: Any = operands[1] if len(operands) > 1 and isinstance(operands[1], dict) else {}
            number = int(about["/MCID"]) if "/MCID" in about else number
            if "/ActualText" in about:
                yield Printed(str(about["/ActualText"]).translate(_UNSEEN), *state.at(), number)
                is_said = True
            state.marked.append((number, is_said))
        elif operator == b"EMC":
            state.marked.pop()
        elif operator in _SHOWS:
            if not is_said:
                yield Printed(_shown(operands, state.letters), *state.at(), number)
        else:
            state.move(operator, operands)


def _matrix(operands: Any) -> _Matrix:
    a, b, c, d, e, f = (float(each) for each in operands)
    return a, b, c, d, e, f


def _times(one: _Matrix, other: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    u, v, w, x, y, z = other
    return a * u + b * w, a * v + b * x, c * u + d * w, c * v + d * x, e * u + f * w + y, e * v + f * x + z


def _shown(operands: Any, letters: dict[int, str]) -> str:
    pieces = operands[-1] if isinstance(operands[-1], list) else [operands[-1]]
    codes = b"".join(
        _bytes(each) for each in pieces if not isinstance(each, (int, float)) and hasattr(each, "encode")
    )
    pairs = (int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes) - 1, 2))
    return "".join(letters.get(each, "") for each in pairs).translate(_UNSEEN)


def _bytes(text: Any) -> bytes:
    raw: bytes = text if isinstance(text, bytes) else text.original_bytes
    return raw


def _letters(font: DictionaryObject) -> dict[int, str]:
    """Glyph → letters, as the font says in its table for readers."""
    table: Any = font.get("/ToUnicode")
    found: dict[int, str] = {}
    if table is None:
        return found
    said: bytes = table.get_object().get_data()
    for block in said.split(b"beginbfchar")[1:]:
        for glyph, text in _PAIRS.findall(block.partition(b"endbfchar")[0]):
            found[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return found
