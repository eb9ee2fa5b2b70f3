"""How much judging so many bytes may cost: memory and time of the process that judges.

In: the paths of the files judged together. Out: `Limits`. As for reading (`ingest.read.sandbox.limits`): every batch
has the same floor, and what it may cost beyond grows with what fills its files.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.read.sandbox.limits import FLOOR_MEMORY, MIB, MOST_MEMORY, limits_of

WAITING = 30
"""The clock may show so many times more than the processor spends: reading counts there, and how busy a machine is."""

_FLOOR_SECONDS, _SECONDS_OF_A_FILE = 8, 1
_MOST_SECONDS = 3600
_DATABASE = 0.4
"""The share of its memory the database may fill before it turns to the disk."""
_LEAST_SPILLED = 1 << 30
_THREADS = 4


@dataclass(frozen=True)
class Limits:
    """`memory`: bytes the process may hold. `seconds`: of its processor time. `database`: bytes of `memory` that the
    database may take; `spilled`: bytes it may write to the disk beyond them."""

    memory: int
    seconds: int
    database: int
    spilled: int
    threads: int = _THREADS

    @property
    def patience(self) -> int:
        """Seconds of the clock after which a process that says nothing is taken for stuck."""
        return self.seconds * WAITING


def limits_for(files: Iterable[Path]) -> Limits:
    """What judging these files together may cost. Files that are not there cost nothing."""
    memory, seconds = FLOOR_MEMORY, _FLOOR_SECONDS
    for path in files:
        with suppress(OSError):
            own = limits_of(path)
            memory += own.memory - FLOOR_MEMORY
            seconds += _SECONDS_OF_A_FILE + (own.memory - FLOOR_MEMORY) // (10 * MIB)
    memory = min(memory, MOST_MEMORY)
    return Limits(
        memory=memory,
        seconds=min(seconds, _MOST_SECONDS),
        database=int((memory - FLOOR_MEMORY // 2) * _DATABASE),
        spilled=max(_LEAST_SPILLED, 4 * memory),
    )
