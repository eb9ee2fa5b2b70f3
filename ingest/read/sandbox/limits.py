"""How much one file may cost: memory and time by what it is and how large it is on disk.

In: a path. Out: `Limits`. A small file that wants much is a bomb; a large honest one needs much: a text becomes
about five times its size (its bytes, its columns, what mends it), a workbook is packed and unpacks to some
fifteen times. So every file has the same floor, and what it may cost beyond grows with its packed size. Of a
text only what fills its cells counts: a hundred megabytes of separators are no hundred megabytes of report. A row takes
time of its own, however short: a text of a million rows of one digit may take as much as one of longer rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MIB = 1 << 20
FLOOR_MEMORY = 512 * MIB
"""Bytes the whole reading process may hold for a small file, the libraries included."""
FLOOR_SECONDS = 8
"""Processor seconds for a small file: with a new process in place of a stopped one it stays within ten."""
MOST_MEMORY = 6 << 30
WAITING = 30
"""A machine at its limits gives a process a share only, and what it spends the kernel counts: the clock on the wall is
for a process that is stuck, and may show this many times more."""

_SMALL = 2 * MIB
_SAMPLES, _SAMPLE = 64, 1 << 16
_SEPARATORS = b',;\t|\r\n "\0'
_PACKED = b"PK\x03\x04"
# Bytes of memory per byte beyond a small file's, and bytes read in a second on a slow machine.
_TEXT_GROWTH, _PACKED_GROWTH = 10, 40
_TEXT_PACE, _PACKED_PACE = MIB, MIB // 4
# Rows of a text that are few, and those beyond that are read in a second on a slow machine.
_FEW_ROWS, _ROWS_PACE = 100_000, 40_000
_SHORTEST_ROW = 2
_LINE_ENDS = b"\r\n"


@dataclass(frozen=True)
class Limits:
    """`memory`: bytes resident in the reading process, `mapped` of them the file itself. `seconds`: of the
    processor. `patience`: of the clock. `is_hopeless`: the file itself is more than may be mapped, and little of it is
    anything but separators: to read it whole is not worth a try."""

    memory: int
    seconds: int
    mapped: int = 0
    is_hopeless: bool = False

    @property
    def patience(self) -> int:
        return self.seconds * WAITING


def limits_of(path: Path) -> Limits:
    """What reading the file may cost. Raises OSError when it cannot be opened."""
    size = path.stat().st_size
    rows = 0
    with path.open("rb") as file:
        packed = file.read(len(_PACKED)) == _PACKED
        beyond = max(0, size - _SMALL)
        if size > _SHORTEST_ROW * _FEW_ROWS and not packed:
            share, rows = _filled(file, size)
            beyond = int(beyond * share)
    growth, pace = (_PACKED_GROWTH, _PACKED_PACE) if packed else (_TEXT_GROWTH, _TEXT_PACE)
    memory = min(MOST_MEMORY, FLOOR_MEMORY + growth * beyond)
    mapped = 0 if packed else min(size, memory // 2)
    hopeless = not packed and size > max(mapped, FLOOR_MEMORY // 2)
    seconds = max(beyond // pace, max(0, rows - _FEW_ROWS) // _ROWS_PACE)
    return Limits(memory, FLOOR_SECONDS + seconds, mapped, hopeless)


def _filled(file: BinaryIO, size: int) -> tuple[float, int]:
    """The share of a text's bytes that are no separators, and how many rows hold any, by samples spread over it."""
    samples = []
    for place in range(_SAMPLES):
        file.seek(size // _SAMPLES * place)
        samples.append(file.read(_SAMPLE))
    sampled = b"".join(samples)
    filled = sampled.translate(None, bytes(set(_SEPARATORS) - set(_LINE_ENDS)))
    rows = sum(map(bool, filled.replace(b"\r", b"\n").split(b"\n")))
    return len(sampled.translate(None, _SEPARATORS)) / len(sampled), rows * size // len(sampled)
