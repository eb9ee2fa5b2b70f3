"""Whether some process holds a file open for writing: quiet time alone is no proof that a copy has ended.

In: a path. Out: `none`, `some`, or `unknown` where this machine cannot tell: a file of a network share may be open on
another machine. Linux is asked in two ways: for a lease, which the kernel grants only where nobody writes, and where
it grants this account none, for the open files of all processes.
"""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

Writers = Literal["none", "some", "unknown"]

_PROCESSES = Path("/proc")
_MOUNTS = _PROCESSES / "self" / "mountinfo"
# File systems whose files other machines may have open. A name that begins with `fuse.` is one as well.
_SHARED = (
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "virtiofs",
    "fuse",
)


@contextmanager
def closed_to_writers(path: Path) -> Iterator[Writers]:
    """Who writes the file; where it is nobody, whoever begins to is kept waiting while the block runs.

    The wait is the kernel's (45 seconds usually). `is_wanted` says inside the block that somebody waits. Raises
    OSError where the file cannot be opened, one that is no regular file included.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        yield "unknown" if _is_shared(path) else _leased(descriptor)
    finally:
        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        os.close(descriptor)


def writers_of(path: Path) -> Writers:
    """Who writes the file at this moment. Raises OSError."""
    with closed_to_writers(path) as found:
        return found


def _leased(descriptor: int) -> Writers:
    """Ask the kernel for a lease; it stays until the descriptor closes."""
    try:
        # Told by a signal nobody minds: the usual one would end the process when somebody opens the file.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return "some"
    except OSError:  # not this account's file, or no leases here
        return _open_for_writing(os.fstat(descriptor))
    return "none"


def _open_for_writing(wanted: os.stat_result) -> Writers:
    """Look through the open files of all processes."""
    sees_all = True
    for process in _PROCESSES.glob("[0-9]*"):
        try:
            descriptors = os.listdir(process / "fd")  # noqa: PTH208  # names alone, of thousands
        except FileNotFoundError:
            continue  # it has ended
        except OSError:
            sees_all = False
            continue
        for number in descriptors:
            try:
                opened = os.stat(process / "fd" / number)  # noqa: PTH116
                is_same = (opened.st_dev, opened.st_ino) == (wanted.st_dev, wanted.st_ino)
                if is_same and _writes(process / "fdinfo" / number):
                    return "some"
            except FileNotFoundError:
                continue
            except OSError:
                sees_all = False
    return "none" if sees_all else "unknown"


def _writes(info: Path) -> bool:
    for line in info.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("flags:"):
            return int(line.split()[1], 8) & os.O_ACCMODE != os.O_RDONLY
    return True


def _is_shared(path: Path) -> bool:
    """Whether the file lies on a file system that other machines may write to."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return True  # no Linux, so no leases either
    place, kind = "", ""
    whole = str(path.parent.resolve())
    for line in lines:
        head, _, tail = line.partition(" - ")
        mounted = head.split()[4].encode().decode("unicode_escape")
        if whole == mounted or whole.startswith(mounted.rstrip("/") + "/"):
            # The later of two mounts on one place hides the earlier.
            place, kind = (mounted, tail.split()[0]) if len(mounted) >= len(place) else (place, kind)
    return kind in _SHARED or kind.startswith("fuse.")
