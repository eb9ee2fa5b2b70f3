"""Taking times: medians of repeated runs, alternating between what is compared, since the machine is shared.

In: named pieces of work. Out: seconds by name.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

RUNS = 5


def medians(pieces: Mapping[str, Callable[[], object]], runs: int = RUNS) -> dict[str, float]:
    """Run every piece in turn, `runs` times round; the median seconds of each."""
    taken: dict[str, list[float]] = {name: [] for name in pieces}
    for _ in range(runs):
        for name, work in pieces.items():
            begin = time.perf_counter()
            work()
            taken[name].append(time.perf_counter() - begin)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


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


def start_up(statement: str, runs: int = 3) -> float:
    """Median seconds of a fresh Python that executes one statement, less those of one that does nothing."""

    def fresh(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    taken = medians({"with": fresh(statement), "without": fresh("pass")}, runs)
    return taken["with"] - taken["without"]
