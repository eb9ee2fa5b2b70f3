"""A process begun by one that forks it and waits for it (`tests.warm.attending`), as much of it as is asked here.

In: the socket of whoever waits for it. Out: its number and how it ends; it may be ended.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path


class Attended:
    """As much of `subprocess.Popen` as is asked of a process, whoever begins it."""

    def __init__(self, control: socket.socket, asked: bytes, handed: Sequence[int]) -> None:
        """`asked` and the files `handed`: what whoever begins it is told."""
        self._told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            socket.send_fds(control, [asked], [*handed, theirs.fileno()])
        self.pid = int(self._told.recv(64))
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative for a signal. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            self._told.settimeout(timeout)
            try:
                self.returncode = int(self._told.recv(64))
            except TimeoutError:
                raise subprocess.TimeoutExpired([], timeout or 0) from None
            self._told.close()
        return self.returncode

    def kill(self) -> None:
        """End it."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


def control_of(driver: Path, environment: Mapping[str, str], *switches: str) -> socket.socket:
    """Where the driver is asked, whose processes all of them are forked from; it ends when nobody can ask any more."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    scratch = tempfile.TemporaryDirectory(prefix=f"bbaj-{driver.stem}-")
    with theirs:
        python = [sys.executable, "-P", *switches]
        process = subprocess.Popen(
            [*python, str(driver)], cwd=scratch.name, env=environment, stdin=theirs.fileno()
        )

    def close() -> None:
        mine.close()
        process.wait()
        scratch.cleanup()

    mine_alone = os.getpid()
    atexit.register(lambda: close() if os.getpid() == mine_alone else None)
    return mine
