"""Writes down which blocks were come to, in whatever process that is: into the file that is being written now.

In: the name of a block. Out: a line of the file `executed/current` beside the tests, once for each process and test.
Tests put functions of `os` out of order, and their programs close what they did not open: each line opens and closes
the file by functions nobody replaces.
"""

from __future__ import annotations

from pathlib import Path
from posix import O_APPEND, O_WRONLY
from posix import close as _close
from posix import open as _open
from posix import write as _write

CURRENT = str(Path(__file__).parents[2] / "executed" / "current")
_told: set[str] = set()


def mark(place: str) -> None:
    """Tell it, where it was not told before."""
    if place not in _told:
        _told.add(place)
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


def forget() -> None:
    """Another test begins: what was told before is told again."""
    _told.clear()
