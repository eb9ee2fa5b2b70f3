"""Locks between processes, and who holds them.

In: the path of a lock. Out: the lock, held while a block runs; who holds it, and whether they are stopped.

A lock is the system's (`flock`): it is free at once when its holder ends, however that ends, and nobody can take it
from a holder that lives. So none that was thought dead wakes up and goes on writing beside its successor; but one that
is stopped keeps everybody waiting, for so long as each is ready to wait. Who that is, is told.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.home import Home, InstallationError

_PROCESSES = Path("/proc")
_STOPPED = ("T", "t")
"""States of a process that was stopped, by a signal or by a debugger."""


class BusyError(InstallationError):
    """Another process holds the lock. Carries `path`; the work may be tried again later."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name}: another process is at this work")
        self.of("busy", path=path.name)
        self.path = path


@dataclass(frozen=True)
class Holder:
    """A process that has a lock's file open, and since when it runs. It holds the lock, or waits for it."""

    process: int
    since: datetime
    is_stopped: bool


@contextmanager
def locked(path: Path, wait_seconds: float = 0.0) -> Iterator[int]:
    """Hold the lock of that path; yields its descriptor, which a child may inherit and so hold on to.

    The system frees the lock when its last holder ends, however it ends. Raises BusyError when that takes
    longer than `wait_seconds`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + wait_seconds
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise BusyError(path) from None
                time.sleep(0.1)
        yield descriptor
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock of that path at this moment. Creates nothing."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def stopped_holders(home: Home) -> list[tuple[Path, Holder]]:
    """The locks of a home that are held, and by whom of those that are stopped: until they go on or end nobody else
    can do that work. Creates nothing, waits for nobody."""
    held = {path: path.stat() for path in _locks_of(home) if is_locked(path)}
    if not held:
        return []
    by_file = {(state.st_dev, state.st_ino): path for path, state in held.items()}
    found = []
    for process in _PROCESSES.glob("[0-9]*"):
        holder = _holder(process)
        if holder is not None and holder.is_stopped:
            found += [(by_file[file], holder) for file in _open_files(process) if file in by_file]
    return sorted(set(found), key=lambda each: (each[0], each[1].process))


def _locks_of(home: Home) -> list[Path]:
    folders = (home.root, home.drop, home.restricted, home.builds, home.published, home.lake)
    return [path for folder in folders if folder.is_dir() for path in sorted(folder.glob(".*lock"))]


def _holder(process: Path) -> Holder | None:
    with suppress(OSError, ValueError, IndexError):
        # The name, in brackets, may hold anything.
        fields = (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        began = _booted() + int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return Holder(int(process.name), datetime.fromtimestamp(began, UTC), fields[0] in _STOPPED)
    return None


def _booted() -> float:
    """When the machine began, in seconds of its clock."""
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)


def _open_files(process: Path) -> set[tuple[int, int]]:
    """Device and inode of what a process has open, as far as that may be asked."""
    found: set[tuple[int, int]] = set()
    with suppress(OSError):
        for entry in (process / "fd").iterdir():
            with suppress(OSError):
                state = entry.stat()
                found.add((state.st_dev, state.st_ino))
    return found
