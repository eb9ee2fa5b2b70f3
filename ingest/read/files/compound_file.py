"""What a compound file of OLE is: an old workbook (xls), a locked one, a text document, a letter, or a torn one.

In: a path that begins with the signature of compound files. Out: the names of its streams, and the beginning of one.
Only the header, the table of sectors and the directory are read. Layout: MS-CFB, sections 2.2 to 2.6.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = 512
_ENTRY = 128
_LAST_SECTOR = 0xFFFFFFFA
"""Numbers above are no sectors: the end of a chain, a free one, one of the table itself."""
_STREAM, _ROOT = 2, 5
_SHORT_SECTOR = 64


class TornError(Exception):
    """The file ends before its contents do, or its tables lead nowhere."""


@dataclass(frozen=True)
class Stream:
    """`is_short`: kept in the stream of short ones, whose sectors are counted apart."""

    name: str
    first: int
    size: int
    is_short: bool


class CompoundFile:
    """The streams of one opened file. Raises TornError where its tables cannot be followed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        header = file.read(_HEADER)
        if len(header) < _HEADER:
            raise TornError
        shift, _, _, tables, directory, _, self._cutoff, short, _, further = struct.unpack_from(
            "<HH6xIIIIIIII", header, 30
        )
        if shift not in (9, 12):
            raise TornError
        self._sector = 1 << shift
        self._table = self._chains(array("I", header[76:_HEADER]), further, tables)
        self._first_short = short
        self.streams, self._root = self._directory(directory)

    def beginning_of(self, stream: Stream, most: int) -> bytes:
        """The first bytes of a stream; raises TornError where the file ends before the stream does."""
        if not stream.is_short:
            self._require(stream)
            return b"".join(self._read(stream.first, most))[: min(most, stream.size)]
        shorts = b"".join(self._read(self._root.first, self._root.size)) if self._root else b""
        pieces = (
            shorts[sector * _SHORT_SECTOR : (sector + 1) * _SHORT_SECTOR]
            for sector in self._followed_short(stream)
        )
        return b"".join(pieces)[: min(most, stream.size)]

    def _followed_short(self, stream: Stream) -> Iterator[int]:
        """The short sectors of a stream, as many as it needs."""
        table = array("I", b"".join(self._read(self._first_short, len(self._table) * self._sector)))
        sector = stream.first
        for _ in range(-(-stream.size // _SHORT_SECTOR)):
            if sector > _LAST_SECTOR:
                return
            yield sector
            sector = table[sector] if sector < len(table) else _LAST_SECTOR + 1

    def places_of(self, stream: Stream) -> list[tuple[int, int]]:
        """Where the pieces of a stream stand in the file, in its order: begin and length of each."""
        if not stream.is_short:
            return [((sector + 1) * self._sector, self._sector) for sector in self._followed(stream.first)]
        if self._root is None:
            return []
        # A short stream lies in pieces inside the root's own.
        held = [(sector + 1) * self._sector for sector in self._followed(self._root.first)]
        places = [sector * _SHORT_SECTOR for sector in self._followed_short(stream)]
        if places and max(places) >= len(held) * self._sector:
            raise TornError
        return [(held[place // self._sector] + place % self._sector, _SHORT_SECTOR) for place in places]

    def _require(self, stream: Stream) -> None:
        """That all sectors of a stream lie in the file; of the last only what the stream needs."""
        chain = list(self._followed(stream.first))
        held = self._file.seek(0, 2) - self._sector
        full = stream.size // self._sector
        rest = stream.size - full * self._sector
        needed = [*((sector + 1) * self._sector for sector in chain[:full])]
        needed += [chain[full] * self._sector + rest] if rest and len(chain) > full else []
        if len(chain) * self._sector < stream.size or max(needed, default=0) > held:
            raise TornError

    def _chains(self, numbers: array[int], further: int, tables: int) -> array[int]:
        """Sector → the one that follows it."""
        wanted = [number for number in numbers if number <= _LAST_SECTOR]
        while further <= _LAST_SECTOR and len(wanted) < tables:
            more = array("I", self._whole(further))
            wanted += [number for number in more[:-1] if number <= _LAST_SECTOR]
            further = more[-1]
        table = array("I")
        for number in wanted[:tables]:
            table.frombytes(self._whole(number))
        return table

    def _whole(self, sector: int) -> bytes:
        self._file.seek((sector + 1) * self._sector)
        content = self._file.read(self._sector)
        if len(content) < self._sector:
            raise TornError
        return content

    def _followed(self, sector: int) -> Iterator[int]:
        for _ in range(len(self._table)):
            if sector > _LAST_SECTOR:
                return
            if sector >= len(self._table):
                raise TornError
            yield sector
            sector = self._table[sector]

    def _read(self, first: int, most: int) -> Iterator[bytes]:
        read = 0
        for sector in self._followed(first):
            if read >= most:
                return
            self._file.seek((sector + 1) * self._sector)
            content = self._file.read(self._sector)
            read += len(content)
            yield content

    def _directory(self, first: int) -> tuple[tuple[Stream, ...], Stream | None]:
        content = b"".join(self._whole(sector) for sector in self._followed(first))
        streams, root = [], None
        for begin in range(0, len(content), _ENTRY):
            entry = content[begin : begin + _ENTRY]
            length, kind = struct.unpack_from("<HB", entry, 64)
            at, size = struct.unpack_from("<II", entry, 116)
            name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            if kind == _STREAM:
                streams.append(Stream(name, at, size, size < self._cutoff))
            elif kind == _ROOT:
                root = Stream(name, at, size, is_short=False)
        if root is None:
            raise TornError
        return tuple(streams), root
