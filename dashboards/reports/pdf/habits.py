"""Which habits of good statistical bulletins a finished PDF breaks, as far as a program can read it.

In: bytes. Out: one line a fault; none where all is as it should be. A summary with a fault is not sent.

Not read here: whether a heading is a finding, whether the message is the chart's title, whether one colour leads. That
bars begin at nought follows from `axis`, which draws them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from dashboards.reports.pdf.printed import Printed, printed
from dashboards.reports.pdf.tagged import Element, tagged
from dashboards.reports.pdf.words import LANGUAGES, words

_STANDARDS = ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<")
_EDGE = 12.0
"""Nothing is printed nearer to the edge of a page, in points."""
_DIFFERENCE = re.compile(r"[+\u2212]\d(?:\u00a0?\d)*(?:,\d+)?\s?%")
_NUMBER = re.compile(r"[+\u2212]?\d[\d\u00a0]*(?:,(\d+))?[pr]?")
_LEAST_LETTERS = 250
"""Header and footer alone have fewer."""


def broken(made: bytes) -> list[str]:
    """What is wrong with a PDF, in words for whoever mends it."""
    try:
        reader = PdfReader(io.BytesIO(made))
        pages = [list(printed(page, reader)) for page in reader.pages]
        root = tagged(reader, pages)
    except (PyPdfError, ValueError, KeyError) as error:
        return [f"cannot be read: {error}"]
    language = str(reader.root_object.get("/Lang", ""))
    faults = list(_document(reader, language))
    if root is None:
        return [*faults, "has no tags"]
    faults += _figures(root)
    faults += _tables(root)
    faults += _pages(reader, pages)
    if language in LANGUAGES:
        faults += _told(pages[0], root, language)
    return faults


def _document(reader: PdfReader, language: str) -> Iterator[str]:
    if language not in LANGUAGES:
        yield f"says no language it could be in: {language or 'none'}"
    if not (reader.metadata and reader.metadata.title):
        yield "has no title"
    about: Any = reader.root_object.get("/Metadata")
    told = about.get_object().get_data().decode() if about is not None else ""
    for each in _STANDARDS:
        if each not in told:
            yield f"does not say {each}"
    if not reader.outline:
        yield "has no bookmarks"
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            if not _is_embedded(font.get_object()):
                yield f"does not hold the font {font.get_object()['/BaseFont']}"


def _is_embedded(font: Any) -> bool:
    described = [each.get_object() for each in font.get("/DescendantFonts", [font])]
    return all(
        "/FontDescriptor" in each
        and any(key in each["/FontDescriptor"] for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        for each in described
    )


def _figures(root: Element) -> Iterator[str]:
    for figure in root.all("Figure"):
        if not figure.alt.strip():
            yield f"a figure has no alternative text: {figure.text[:40]}"


def _tables(root: Element) -> Iterator[str]:
    for table in root.all("Table"):
        header = [cell.text for cell in table.all("TH")]
        if not header:
            yield f"a table has no header: {table.text[:40]}"
        rows = [[cell.text for cell in row.below if cell.tag == "TD"] for row in table.all("TR")]
        bodies = [row for row in rows if row]
        for at, name in enumerate(header):
            cells = [row[at] for row in bodies if at < len(row)]
            # Of a column of numbers alone: names of weeks have commas of their own.
            found = [match for cell in cells if (match := _NUMBER.fullmatch(cell))]
            digits = {len(match[1] or "") for match in found}
            if at and len(digits) > 1:
                yield f"a column has numbers of {sorted(digits)} decimals: {name}"


def _pages(reader: PdfReader, pages: Sequence[Sequence[Printed]]) -> Iterator[str]:
    for number, (page, found) in enumerate(zip(reader.pages, pages, strict=True), 1):
        wide, high = float(page.mediabox.width), float(page.mediabox.height)
        for each in found:
            if each.text.strip() and not (_EDGE < each.x < wide - _EDGE and _EDGE < each.y < high - _EDGE):
                yield f"page {number} has words outside: {each.text[:40]}"
        if len("".join(each.text for each in found)) < _LEAST_LETTERS:
            yield f"page {number} is all but empty"


def _told(page: Sequence[Printed], root: Element, language: str) -> Iterator[str]:
    """What is to stand in words: on the first page, under each table, at the end."""
    said = words(language)
    first = _flowing("".join(each.text for each in page))
    for key in ("status", "edition", "publication", "data_as_of", "next"):
        if _flowing(said[key]) not in first:
            yield f"the first page does not say: {said[key]}"
    whole = root.text
    for found in sorted(set(_DIFFERENCE.findall(whole))):
        yield f"a difference is told in per cent: {found}"
    if whole.count(f"{said['source']}:") < len(list(root.all("Figure"))):
        yield "a figure has no source"
    for key in ("legend_c", "legend_z", "legend_x", "legend_0", "legend_p", "legend_r"):
        if said[key] not in whole:
            yield f"the legend does not say: {said[key]}"


def _flowing(text: str) -> str:
    return "".join(text.split())
