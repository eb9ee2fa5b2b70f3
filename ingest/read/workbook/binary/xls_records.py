"""The records that Excel's old binary workbooks (xls) are written in.

In: the bytes of a workbook. Out: the stream of its book, its records, and where each sheet begins.
Layout: MS-XLS, sections 2.1.4 (records), 2.4.28 (BoundSheet8) and 2.5.240 (ShortXLUnicodeString); books of Excel 5 and
95 keep their texts in a code page.
"""

from __future__ import annotations

import codecs
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.read.files.compound_file import CompoundFile, TornError

_NAMES = ("workbook", "book")
_SHEET, _BEGIN, _END, _CODE_PAGE = 0x0085, 0x0809, 0x000A, 0x0042
_WIDE_SINCE = 0x0600
_TORN = (TornError, StopIteration, IndexError, ValueError, struct.error)


@dataclass(frozen=True)
class Record:
    """`at`: where it begins in the stream of the book."""

    at: int
    kind: int
    body: bytes


@dataclass(frozen=True)
class Book:
    """`records`: the stream of the book; `places`: begin and length of its pieces in the file; `code_page`: of its
    texts, None where they are Unicode."""

    records: bytes
    places: list[tuple[int, int]]
    code_page: str | None

    def globals(self) -> Iterator[Record]:
        """The records of the book itself, which stand before those of its sheets."""
        for record in records_from(self.records, 0):
            if record.kind == _END:
                return
            yield record

    def text_in(self, body: bytes, begin: int, *, of_two_bytes: bool = False) -> str:
        """A text that says its length first; `of_two_bytes`: the length, of texts in Unicode."""
        if self.code_page:
            return body[begin + 1 : begin + 1 + body[begin]].decode(self.code_page, "replace")
        count = struct.unpack_from("<H", body, begin)[0] if of_two_bytes else body[begin]
        behind = begin + (2 if of_two_bytes else 1)
        is_wide = body[behind] & 1
        text = body[behind + 1 : behind + 1 + count * (2 if is_wide else 1)]
        return text.decode("utf-16-le" if is_wide else "latin-1", "replace")


def book_of(content: bytes) -> Book | None:
    """The book of a workbook; None where its records cannot be followed."""
    try:
        compound = CompoundFile(io.BytesIO(content))
        stream = next(each for name in _NAMES for each in compound.streams if each.name.casefold() == name)
        places = compound.places_of(stream)
        records = b"".join(content[begin : begin + length] for begin, length in places)[: stream.size]
        return Book(records, places, _code_page(records)) if places else None
    except _TORN:
        return None


def _code_page(records: bytes) -> str | None:
    """How texts are encoded; None for those of Excel 97 and later."""
    kind, _, version = struct.unpack_from("<HHH", records)
    if kind != _BEGIN or version >= _WIDE_SINCE:
        return None
    for record in records_from(records, 0):
        if record.kind in (_CODE_PAGE, _END):
            number = struct.unpack_from("<H", record.body)[0] if record.kind == _CODE_PAGE else 0
            try:
                return codecs.lookup(f"cp{number}").name
            except LookupError:
                break
    return "cp1252"


def records_from(records: bytes, begin: int) -> Iterator[Record]:
    """The records from a place in the stream on."""
    while begin + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, begin)
        yield Record(begin, kind, records[begin + 4 : begin + 4 + length])
        begin += 4 + length


def sheets_of(book: Book) -> Iterator[tuple[str, int]]:
    """The name of each sheet of cells, and where its records begin."""
    for record in book.globals():
        if record.kind == _SHEET and record.body[5] == 0:
            yield book.text_in(record.body, 6), struct.unpack_from("<I", record.body)[0]
