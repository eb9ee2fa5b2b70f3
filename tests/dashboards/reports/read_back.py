"""What a reader finds in a PDF: its text as it flows, its tree of tags."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject


def reader(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def flowing(text: str) -> str:
    """Without what only breaks lines: a name is the same over two of them."""
    return "".join(text.replace("\u200b", "").replace("\u2060", "").split())


@cache
def text_of(made: bytes) -> str:
    """All of its text. No word begins beside a page."""
    return flowing(" ".join(map(_inside, reader(made).pages)))


def _inside(page: Any) -> str:
    wide, high = float(page.mediabox.width), float(page.mediabox.height)
    outside: list[tuple[float, float, str]] = []

    def seen(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if text.strip() and not (30 < x < wide - 30 and 20 < y < high - 20):
            outside.append((x, y, text))

    text: str = page.extract_text(visitor_text=seen)
    assert not outside, outside
    return text


def tags(made: bytes) -> Iterator[DictionaryObject]:
    """Every element of the tree of tags, in the order it is read."""
    yield from below(reader(made).root_object["/StructTreeRoot"])


def below(element: Any) -> Iterator[DictionaryObject]:
    """The elements of a tree of tags, in the order they are read."""
    found = element.get_object()
    if isinstance(found, DictionaryObject):
        if "/S" in found:
            yield found
        kids: Any = found.get("/K", ArrayObject())
        kids = kids.get_object()
        for kid in kids if isinstance(kids, ArrayObject) else [kids]:
            yield from below(kid)
