"""Ways in which stored files are damaged, drawn from a seed: what disks, copies and hands do to them.

In: a file and a source of chance. Out: the file damaged. Each way leaves something else than there was.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Spoil = Callable[[Path, random.Random], None]


def flip_a_bit(file: Path, chance: random.Random) -> None:
    held = bytearray(file.read_bytes())
    held[chance.randrange(len(held))] ^= 1 << chance.randrange(8)
    _write(file, bytes(held))


def cut(file: Path, chance: random.Random) -> None:
    _write(file, file.read_bytes()[: chance.randrange(1, max(file.stat().st_size, 2))])


def lengthen(file: Path, chance: random.Random) -> None:
    _write(file, file.read_bytes() + chance.randbytes(chance.randrange(1, 600)))


def fill_with_zeros(file: Path, chance: random.Random) -> None:
    """A block of the disk, or as much of one as the file has, never what was zeros before."""
    held = bytearray(file.read_bytes())
    places = [place for place, byte in enumerate(held) if byte]
    start = chance.choice(places)
    size = min(512, len(held) - start)
    held[start : start + size] = bytes(size)
    _write(file, bytes(held))


def fill_with_noise(file: Path, chance: random.Random) -> None:
    _write(file, chance.randbytes(file.stat().st_size))


def empty(file: Path, chance: random.Random) -> None:
    _write(file, b"")


def remove(file: Path, chance: random.Random) -> None:
    file.unlink()


SPOILINGS: dict[str, Spoil] = {
    each.__name__: each
    for each in (flip_a_bit, cut, lengthen, fill_with_zeros, fill_with_noise, empty, remove)
}


@contextmanager
def kept(*files: Path) -> Iterator[None]:
    """Whatever is done to these files inside is undone."""
    before = {file: file.read_bytes() if file.exists() else None for file in files}
    modes = {file: file.stat().st_mode for file in files if file.exists()}
    try:
        yield
    finally:
        for file, content in before.items():
            file.unlink(missing_ok=True)
            if content is not None:
                file.write_bytes(content)
                file.chmod(modes[file])


def _write(file: Path, content: bytes) -> None:
    """As a disk does it: in place, under the same name and mode."""
    with file.open("r+b") as out:
        out.write(content)
        out.truncate(len(content))
        os.fsync(out.fileno())
