"""What a library of Windows takes from others and what it gives to them.

In: the bytes of a file of 64 bits (PE32+). Out: names. General readers make an object of each of a hundred thousand
names, which takes them half a minute.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

AMD64 = 0x8664
_BY_NUMBER = 1 << 63


class PortableExecutable:
    """`machine`: the processor it is for."""

    def __init__(self, content: bytes) -> None:
        (header,) = struct.unpack_from("<I", content, 60)
        mark, self.machine, sections = struct.unpack_from("<4sHH", content, header)
        (optional,) = struct.unpack_from("<H", content, header + 20)
        (kind,) = struct.unpack_from("<H", content, header + 24)
        (size,) = struct.unpack_from("<I", content, header + 24 + 56)
        assert (content[:2], mark, kind) == (b"MZ", b"PE\0\0", 0x20B)
        self._exports, _, self._imports, _ = struct.unpack_from("<4I", content, header + 24 + 112)
        # As it would lie in memory: what the tables name are places there.
        image = bytearray(size)
        for number in range(sections):
            place = header + 24 + optional + 40 * number
            virtual, address, stored, begins = struct.unpack_from("<4I", content, place + 8)
            taken = min(virtual, stored)
            image[address : address + taken] = content[begins : begins + taken]
        self._image = bytes(image)

    def imported(self) -> dict[str, set[bytes]]:
        """Library, in small letters → the names taken from it."""
        found: dict[str, set[bytes]] = {}
        place = self._imports
        while place:
            named, _, _, library, bound = struct.unpack_from("<5I", self._image, place)
            if not library:
                break
            names = found.setdefault(self._text(library).decode().lower(), set())
            names.update(self._text(each + 2) for each in self._thunks(named or bound))
            place += 20
        return found

    def exported(self) -> set[bytes]:
        """The names given to others."""
        if not self._exports:
            return set()
        count, _, table = struct.unpack_from("<III", self._image, self._exports + 24)
        return {self._text(start) for start in struct.unpack_from(f"<{count}I", self._image, table)}

    def _thunks(self, place: int) -> Iterator[int]:
        while True:
            (thunk,) = struct.unpack_from("<Q", self._image, place)
            if not thunk:
                return
            if not thunk & _BY_NUMBER:
                yield thunk
            place += 8

    def _text(self, start: int) -> bytes:
        return self._image[start : self._image.index(0, start)]
