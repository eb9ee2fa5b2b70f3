"""Disks of one's own for a trial: a small one that fills up, and one whose power fails.

In: a folder to mount at. Out: a mounted disk, gone again afterwards. Raises UnableHereError where nobody may mount.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.trials.unable import UnableHereError

# Of ext4 and xfs: end all writing at once, without what was not asked to be durable (`shutdown` of xfs_io).
_SHUTDOWN = 0x8004587D
_WITHOUT_LOG = 2


@contextmanager
def small_disk(at: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes, in memory."""
    with _mounted(at, ["-t", "tmpfs", "-o", f"size={size}", "tmpfs"]):
        yield at


class FailingDisk:
    """An ext4 whose power can be cut: what no program asked to be made durable is gone then.

    Nothing but a request makes it durable (`commit`: the journal waits; `noauto_da_alloc`: a rename asks for nothing),
    so that what is kept by luck elsewhere is lost here.
    """

    def __init__(self, image: Path, at: Path, options: str = "") -> None:
        self.image, self.at = image, at
        self.options = ",".join(filter(None, ("loop,noauto_da_alloc,commit=900", options)))

    def make(self, size: int) -> None:
        """An empty disk."""
        self.image.unlink(missing_ok=True)
        with self.image.open("wb") as out:
            out.truncate(size)
        _called(["mkfs.ext4", "-q", "-F", "-m", "0", str(self.image)])

    def mount(self) -> None:
        """As a machine does that starts: what the journal has is brought into place."""
        self.at.mkdir(parents=True, exist_ok=True)
        _called(["mount", "-o", self.options, str(self.image), str(self.at)])

    def unmount(self) -> None:
        """Everything that was written is durable afterwards, if the power has not failed before."""
        _called(["umount", str(self.at)])

    def cut_power(self) -> None:
        """Let it end, without what nobody asked to be durable, and start again. Nobody may have a file open."""
        descriptor = os.open(self.at, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, _SHUTDOWN, struct.pack("I", _WITHOUT_LOG))
        except OSError as error:
            raise UnableHereError(f"this system ends no file system at once: {error}") from None
        finally:
            os.close(descriptor)
        self.unmount()
        self.mount()

    def remove(self) -> None:
        """Whatever became of the trial, nothing of it stays."""
        with suppress(UnableHereError):
            self.unmount()
        self.image.unlink(missing_ok=True)


def fill(disk: Path, but: int) -> Path:
    """Take all the room there is but so many bytes; the file that took it."""
    ballast = disk / "ballast"
    room = shutil.disk_usage(disk).free - but
    with ballast.open("wb") as out, suppress(OSError):
        os.posix_fallocate(out.fileno(), 0, max(room, 1))
    return ballast


@contextmanager
def _mounted(at: Path, words: Sequence[str]) -> Iterator[None]:
    at.mkdir(parents=True, exist_ok=True)
    _called(["mount", *words, str(at)])
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(at)], check=False)


def _called(words: Sequence[str]) -> None:
    try:
        done = subprocess.run(list(words), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise UnableHereError(f"{words[0]} is not installed") from None
    if done.returncode:
        raise UnableHereError(f"{words[0]}: {done.stderr.strip()}")
