"""What a program finds in a PDF that reads it to those who do not see it: its tree of tags, with their text.

In: a PDF and what is printed on its pages. Out: elements in the order they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from dashboards.reports.pdf.printed import Printed


@dataclass(frozen=True)
class Element:
    """A tag, its text with that of all below it, what it is described by, and the elements below it."""

    tag: str
    text: str
    alt: str
    below: tuple[Element, ...]

    def all(self, tag: str) -> Iterator[Element]:
        """The elements of that tag among it and what is below it."""
        if self.tag == tag:
            yield self
        for each in self.below:
            yield from each.all(tag)


def tagged(reader: PdfReader, pages: Sequence[Sequence[Printed]]) -> Element | None:
    """The root of the tree of tags, None where there is none. `pages`: what is printed on each."""
    root: Any = reader.root_object.get("/StructTreeRoot")
    if root is None:
        return None
    texts: dict[tuple[int, int], str] = {}
    for page, found in zip(reader.pages, pages, strict=True):
        reference = page.indirect_reference
        for each in found:
            if each.piece is not None:
                key = (reference.idnum if reference else 0, each.piece)
                texts[key] = texts.get(key, "") + each.text
    return _element(root.get_object(), 0, texts)


def _element(found: DictionaryObject, page: int, texts: dict[tuple[int, int], str]) -> Element:
    page = found.raw_get("/Pg").idnum if "/Pg" in found else page
    kids: Any = found.get("/K", ArrayObject())
    kids = kids.get_object()
    parts: list[str] = []
    below: list[Element] = []
    for kid in kids if isinstance(kids, ArrayObject) else [kids]:
        each = kid.get_object()
        if isinstance(each, int):
            parts.append(texts.get((page, int(each)), ""))
        elif "/S" in each:
            below.append(_element(each, page, texts))
            parts.append(below[-1].text)
        elif "/MCID" in each:
            on = each.raw_get("/Pg").idnum if "/Pg" in each else page
            parts.append(texts.get((on, int(each["/MCID"])), ""))
    name = str(found.get("/S", "/Root"))[1:]
    return Element(name, "".join(parts), str(found.get("/Alt", "")), tuple(below))
