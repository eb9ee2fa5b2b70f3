"""Taking times: medians of repeated runs, alternating between what is compared, since the machine is shared.

In: named pieces of work. Out: seconds by name.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

RUNS = 5


class Taken(NamedTuple):
    """Seconds of the clock, and those of the processor: of this process and of all it started, ended or not."""

    clock: float
    processor: float


def medians(pieces: Mapping[str, Callable[[], object]], runs: int = RUNS) -> dict[str, float]:
    """Run every piece in turn, `runs` times round; the median seconds of each."""
    return {name: seconds.clock for name, seconds in clock_and_processor(pieces, runs).items()}


def clock_and_processor(pieces: Mapping[str, Callable[[], object]], runs: int = RUNS) -> dict[str, Taken]:
    """As `medians`, and the least that each took of the processor: what else the machine does only ever adds to it."""
    taken: dict[str, list[Taken]] = {name: [] for name in pieces}
    for _ in range(runs):
        for name, work in pieces.items():
            clock, processor = time.perf_counter(), _of_this_and_its_processes()
            work()
            taken[name].append(Taken(time.perf_counter() - clock, _of_this_and_its_processes() - processor))
    return {
        name: Taken(statistics.median(each.clock for each in every), min(each.processor for each in every))
        for name, every in taken.items()
    }


def processor_seconds(commands: Mapping[str, Sequence[str]], runs: int = RUNS) -> dict[str, float]:
    """The least that each command took of the processor, with all that it started and awaited; each in turn, `runs`
    times round. The least, for what else the machine does only ever adds."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            before = _of_children()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            taken[name].append(_of_children() - before)
    return {name: min(seconds) for name, seconds in taken.items()}


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _of_this_and_its_processes() -> float:
    return time.process_time() + _of_children() + sum(map(_of_living, _children()))


def _children() -> set[int]:
    """The processes this one has started that have not ended."""
    return {
        int(pid)
        for thread in Path("/proc/self/task").iterdir()
        for pid in (thread / "children").read_text(encoding="ascii").split()
    }


def _of_living(pid: int) -> float:
    """Processor seconds of a process until now; of one that ended meanwhile, none: they are counted as a child's."""
    with suppress(OSError):
        # Behind the name, which may hold blanks, and eleven further entries: what it took itself and in the kernel.
        entries = (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
        return (int(entries[11]) + int(entries[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def start_up(statement: str, runs: int = 3) -> float:
    """Median seconds of a fresh Python that executes one statement, less those of one that does nothing."""

    def fresh(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    taken = medians({"with": fresh(statement), "without": fresh("pass")}, runs)
    return taken["with"] - taken["without"]
