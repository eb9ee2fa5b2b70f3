"""What work costs the processes that do it: memory and processor time, by looking at them again and again.

In: a process whose children work. Out: `Cost`, of all that lived in the meantime.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

_EVERY_SECONDS = 0.02


@dataclass
class Cost:
    """`memory`: bytes resident in the largest process at its worst. `seconds`: of processor time, all processes
    together."""

    _own: dict[tuple[int, float], tuple[int, float, float]] = field(default_factory=dict)

    @property
    def memory(self) -> int:
        return max((memory for memory, _, _ in self._own.values()), default=0)

    @property
    def seconds(self) -> float:
        return sum(last - first for _, first, last in self._own.values())

    def look_at(self, process: psutil.Process, *, is_new: bool) -> None:
        with suppress(psutil.Error):
            facts, times = process.memory_info(), process.cpu_times()
            spent = times.user + times.system
            key = process.pid, process.create_time()
            memory, first, _ = self._own.get(key, (0, 0.0 if is_new else spent, 0.0))
            self._own[key] = (max(memory, facts.rss), first, spent)


@contextmanager
def weighed(pid: int | None = None, *, itself: bool = False, is_new: bool = False) -> Iterator[Cost]:
    """The cost of everything below a process, by default this one, while the block runs. `itself`: and of it; `is_new`:
    it has just begun, what it has spent already counts."""
    cost, over = Cost(), threading.Event()
    root = psutil.Process(pid)

    def look(*, is_new: bool) -> None:
        with suppress(psutil.Error):
            for process in [*([root] if itself else []), *root.children(recursive=True)]:
                cost.look_at(process, is_new=is_new)

    def watch() -> None:
        while not over.wait(_EVERY_SECONDS):
            look(is_new=True)

    look(is_new=is_new)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield cost
        look(is_new=True)
    finally:
        over.set()
        watcher.join()
