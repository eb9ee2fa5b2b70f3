"""What work costs the processes that do it: memory and processor time, by looking at them again and again.

In: a process whose children work. Out: `Cost`, of all that lived in the meantime.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_EVERY_SECONDS = 0.02
_TICK, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


@dataclass
class Cost:
    """`memory`: bytes resident in the largest process at its worst. `seconds`: of processor time, all processes
    together."""

    _own: dict[tuple[int, int], tuple[int, float, float]] = field(default_factory=dict)

    @property
    def memory(self) -> int:
        return max((memory for memory, _, _ in self._own.values()), default=0)

    @property
    def seconds(self) -> float:
        return sum(last - first for _, first, last in self._own.values())

    def look_at(self, pid: int, *, is_new: bool) -> None:
        with suppress(OSError):
            # What follows the name, which may hold anything: the state is the third of proc(5)'s fields.
            said = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
            user, system, begun, _, pages = (int(said[nth - 3]) for nth in (14, 15, 22, 23, 24))
            spent, key = (user + system) / _TICK, (pid, begun)
            memory, first, _ = self._own.get(key, (0, 0.0 if is_new else spent, 0.0))
            self._own[key] = (max(memory, pages * _PAGE), first, spent)


def _below(pid: int) -> Iterator[int]:
    """The processes below one, as the kernel lists them: to look through all of the machine's would cost as much as
    what is weighed."""
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                for child in (task / "children").read_bytes().split():
                    yield int(child)
                    yield from _below(int(child))


@contextmanager
def weighed(pid: int | None = None, *, itself: bool = False, is_new: bool = False) -> Iterator[Cost]:
    """The cost of everything below a process, by default this one, while the block runs. `itself`: and of it; `is_new`:
    it has just begun, what it has spent already counts."""
    cost, over = Cost(), threading.Event()
    root = pid or os.getpid()

    def look(*, is_new: bool) -> None:
        for each in [*([root] if itself else []), *_below(root)]:
            cost.look_at(each, is_new=is_new)

    def watch() -> None:
        while not over.wait(_EVERY_SECONDS):
            look(is_new=True)

    look(is_new=is_new)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield cost
        look(is_new=True)
        assert cost.memory, "nothing was weighed: this kernel does not list the processes below one"
    finally:
        over.set()
        watcher.join()
