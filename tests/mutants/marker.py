"""Writes down which blocks were come to, in whatever process that is: into the file that is being written now.

In: the name of a block. Out: a line of the file `executed/current` beside the tests, once for each process and test.
A process that works for many tests learns that another one began from `executed/turn`, which all of them share in
memory. Tests put functions of `os` out of order, and their programs close what they did not open: each line opens and
closes the file by functions nobody replaces.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from posix import O_APPEND, O_WRONLY
from posix import close as _close
from posix import open as _open
from posix import write as _write

_FOLDER = Path(__file__).parents[2] / "executed"
CURRENT = str(_FOLDER / "current")
TURN = _FOLDER / "turn"
_SIZE = 4


class _Telling:
    """What this process told since the turn it saw last."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._seen = b""
        self._turns: mmap.mmap | None = None
        self.look()

    def look(self) -> None:
        """Look at the turns from now on, where somebody counts them."""
        if TURN.exists():
            with TURN.open("r+b") as file:
                self._turns = mmap.mmap(file.fileno(), _SIZE)

    def count(self) -> None:
        """Another test begins, in every process: what was told before is told again."""
        if self._turns is not None:
            self._turns[:] = (int.from_bytes(self._turns[:], "big") + 1).to_bytes(_SIZE, "big")

    def mark(self, place: str) -> None:
        """Tell it, where it was not told before."""
        if self._turns is not None and self._turns[:] != self._seen:
            self._seen = self._turns[:]
            self._told.clear()
        if place not in self._told:
            self._told.add(place)
            _tell(place)


def _tell(place: str) -> None:
    try:
        file = _open(CURRENT, O_WRONLY | O_APPEND)
    except OSError:
        return
    try:
        _write(file, f"{place}\n".encode())
    except OSError:
        pass
    finally:
        _close(file)


_telling = _Telling()
mark = _telling.mark
look = _telling.look
count = _telling.count
