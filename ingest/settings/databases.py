"""What an installation lets its databases of DuckDB take of the machine: the table `[duckdb]` of `bbaj.toml`.

In: the table as it was read. Out: `Room`, which without the table take half of the machine's memory and all
of its processors.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_KEYS = ("memory_gib", "spilled_gib", "threads")
_GIB = 1 << 30
_SHARE_OF_MEMORY = 0.5
_LEAST_MEMORY = 1 << 28
_GRANTED = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where Linux says what a container may take; on a machine of its own it says nothing, or more than there is."""


@dataclass(frozen=True)
class Room:
    """`memory`: bytes a database may hold before it turns to the disk, None where the system tells nobody what it has.
    `spilled`: bytes it may write there, None for what there is room for. `threads`: how many work at once."""

    memory: int | None = None
    spilled: int | None = None
    threads: int | None = None

    def room(self) -> Room:
        """The same, with this machine's share where nothing is said."""
        return Room(self.memory or _share_of_memory(), self.spilled, self.threads or processors())

    def config(self) -> dict[str, str | int]:
        """As DuckDB is told."""
        said: dict[str, str | int] = {}
        if self.memory:
            said["memory_limit"] = f"{self.memory // 1024}KiB"
        if self.spilled is not None:
            said["max_temp_directory_size"] = f"{self.spilled // 1024}KiB"
        if self.threads:
            said["threads"] = self.threads
        return said

    def within(self, other: Room) -> Room:
        """What neither of the two lets a database exceed."""
        return Room(
            _least(self.memory, other.memory),
            _least(self.spilled, other.spilled),
            _least(self.threads, other.threads),
        )


def room_said_in(said: object, wrong: Callable[..., Exception]) -> Room:
    """The settings of the table. Raises what `wrong` makes of a key, a kind and facts."""
    if said is None:
        return Room()
    if not isinstance(said, dict):
        raise wrong("duckdb", "wrong_type", expected="mapping", value=said)
    for name in said:
        if name not in _KEYS:
            raise wrong(f"duckdb.{name}", "unknown_key", found=name, known=list(_KEYS))
    threads = said.get("threads")
    if threads is not None and (
        isinstance(threads, bool) or not isinstance(threads, int) or not 1 <= threads <= 1000
    ):
        raise wrong("duckdb.threads", "wrong_type", expected="count", value=threads)
    sizes = {name: _bytes(name, said.get(name), wrong) for name in ("memory_gib", "spilled_gib")}
    memory = sizes["memory_gib"]
    if memory is not None and memory < _LEAST_MEMORY:
        raise wrong("duckdb.memory_gib", "wrong_type", expected="memory", value=said["memory_gib"])
    return Room(memory, sizes["spilled_gib"], threads)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _bytes(name: str, said: object, wrong: Callable[..., Exception]) -> int | None:
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, (int, float)) or not 0 <= said < 1_000_000:
        expected = "memory" if name == "memory_gib" else "amount"
        raise wrong(f"duckdb.{name}", "wrong_type", expected=expected, value=said)
    return int(said * _GIB)


def _share_of_memory() -> int | None:
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    for file in _GRANTED:
        with suppress(OSError, ValueError):
            there = min(there, int(file.read_text(encoding="ascii")))
    return max(int(there * _SHARE_OF_MEMORY), _LEAST_MEMORY)


def _least(one: int | None, other: int | None) -> int | None:
    said = [each for each in (one, other) if each is not None]
    return min(said) if said else None
