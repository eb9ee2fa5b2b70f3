"""A folder for what a program writes on its way: gone when it ends, taken away by the next one when it was killed.

In: a program that begins. Out: temporary files of its own, of libraries and of the processes that read, judge and mark
for it lie in one private folder. What passes through holds what schools say of their learners: the system's folder for
temporary files is emptied by nobody on Windows, and for a month or until the machine begins anew elsewhere.

A program holds the lock of its folder while it lives, and the system frees that however it ends; so whose folder is
left over can be told without guessing by age or by process numbers, which come again.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

_NAME = "bbaj-scratch"
_LOCK = ".lock"
_ATTEMPTS = 3


def keep_scratch() -> Path | None:
    """From here on temporary files lie in a folder of this process's own, which goes when the process ends.

    None, and nothing is changed, where nobody can keep one: the system's folder for temporary files is full, its part
    for this user belongs to somebody else, or the system knows no locks. Takes away what ended programs have left.
    """
    own = None
    with suppress(OSError):
        own = keep_folder(_base(Path(tempfile.gettempdir())))
    if own is not None:
        tempfile.tempdir = str(own)
    return own


def keep_folder(base: Path) -> Path | None:
    """A folder below `base` that is this process's own and goes when it ends; None as above. Takes away what ended
    programs have left there."""
    take = _lock_of_the_system()
    if take is None:
        return None
    with suppress(OSError):
        sweep(base)
        for _ in range(_ATTEMPTS):
            own = base / secrets.token_hex(8)
            lock = own.with_suffix(_LOCK)
            held = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            if take(held) and _is(held, lock):
                own.mkdir(mode=0o700)
                atexit.register(partial(_leave, own, held, os.getpid()))
                return own
            os.close(held)  # somebody who tidied up came between the two steps
    return None


def sweep(base: Path) -> None:
    """Take away the folders below `base` whose program has ended."""
    take = _lock_of_the_system()
    for lock in base.glob(f"*{_LOCK}") if take else ():
        # What is in use cannot be locked, or not even opened: it stays.
        with suppress(OSError):
            tried = os.open(lock, os.O_RDWR)
            try:
                is_left_over = take is not None and take(tried)
                if is_left_over:
                    shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            finally:
                os.close(tried)
            if is_left_over:
                _forget(lock)


def _forget(lock: Path) -> None:
    """Remove the lock of a folder that is gone; one that could not be taken away whole is tried again next time."""
    if not lock.with_suffix("").exists():
        lock.unlink(missing_ok=True)


def _base(temporary: Path) -> Path:
    """The folder of this user's scratch folders. Raises OSError where another has put something of that name."""
    # On Windows each user has temporary files of their own.
    user = f"-{os.getuid()}" if hasattr(os, "getuid") else ""
    base = temporary / f"{_NAME}{user}"
    base.mkdir(mode=0o700, exist_ok=True)
    found = base.lstat()
    if not stat.S_ISDIR(found.st_mode) or (user and found.st_uid != os.getuid()):
        raise PermissionError(str(base))
    return base


def _leave(own: Path, held: int, process: int) -> None:
    """What was forked from the owner ends without taking anything away."""
    if os.getpid() == process:
        if tempfile.tempdir == str(own):
            tempfile.tempdir = None
        shutil.rmtree(own, ignore_errors=True)
        os.close(held)
        with suppress(OSError):
            _forget(own.with_suffix(_LOCK))


def _lock_of_the_system() -> Callable[[int], bool] | None:
    """Takes the lock of an open file without waiting and says whether that could be done; None without such locks."""
    try:
        import fcntl
    except ImportError:
        return _lock_of_windows()

    def take(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    return take


def _lock_of_windows() -> Callable[[int], bool] | None:
    try:
        import msvcrt
    except ImportError:
        return None

    def take(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True

    return take


def _is(descriptor: int, path: Path) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.fstat(descriptor), path.stat())
    return False
