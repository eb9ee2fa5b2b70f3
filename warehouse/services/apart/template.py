"""The process that begins the others (`child.serve_beginnings`), as the asker sees it.

In: the end of a socket that a new process is to serve. Out: its number, and later how it has ended.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Protocol

from ingest.home import InstallationError
from warehouse.services.apart.child import NUMBER
from warehouse.services.apart.messages import BEGIN, READY, WAIT

_START_SECONDS = 300
_LEAVE_SECONDS = 10
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:];"
    "from warehouse.services.apart.child import serve_beginnings; serve_beginnings(*{!r})"
)
# Linear algebra over several threads is of no use here, and a process with threads is not to be forked.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MIMALLOC_DISALLOW_ARENA_ALLOC": "1"}
# Processes of the parent of a forked process: kept, so that nothing waits for or ends them here.
_inherited: list[subprocess.Popen[bytes]] = []


class UnableError(InstallationError):
    """No process apart can be begun, or each ends at once: the fault of the machine and of no file."""


class Beginner(Protocol):
    """Begins processes that serve the other end of a socket (`child.serve_apart`)."""

    def begin(self, handed: socket.socket, ahead: str) -> int:
        """A new one; its number. `ahead`: what is to be loaded, should nothing be yet."""

    def ended(self, number: int) -> int:
        """How one has ended, as `os.waitpid` says it; waits for that."""

    def is_there(self) -> bool:
        """Whether it lives, and with it what it has begun: it ends with the thread that started it."""

    def close(self) -> None:
        """Begin no more."""


class Template:
    """Begins processes from one that has the libraries loaded and nothing else; starts that when it is needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._is_ready = False

    def start(self, ahead: str) -> None:
        """Start it without waiting for it."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        self._control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-c",
                    _PROGRAM.format((ahead,)),
                    *(each or str(Path.cwd()) for each in sys.path),
                ],
                stdin=other.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **_ENVIRONMENT, "TMPDIR": tempfile.gettempdir()},
            )

    def begin(self, handed: socket.socket, ahead: str) -> int:
        """See `Beginner`. Raises UnableError."""
        self.start(ahead)
        assert self._control is not None
        if not self._is_ready:
            self._is_ready = self._heard(_START_SECONDS) == READY
        try:
            socket.send_fds(self._control, [BEGIN + NUMBER.pack(os.getpid())], [handed.fileno()])
        except OSError as error:
            raise self._unable() from error
        return int(NUMBER.unpack(self._heard(_START_SECONDS))[0])

    def is_there(self) -> bool:
        """See `Beginner`."""
        return self._process is not None and self._process.poll() is None

    def ended(self, number: int) -> int:
        """See `Beginner`. A process whose beginner is gone was killed with it."""
        if self._control is None:
            return int(signal.SIGKILL)
        try:
            self._control.sendall(WAIT + NUMBER.pack(number))
            return int(NUMBER.unpack(self._heard(_START_SECONDS))[0])
        except (OSError, UnableError):
            self.close()
            return int(signal.SIGKILL)

    def _heard(self, seconds: float) -> bytes:
        assert self._control is not None
        self._control.settimeout(seconds)
        try:
            said = self._control.recv(64)
        except OSError as error:
            raise self._unable() from error
        if not said:
            raise self._unable()
        return said

    def _unable(self) -> UnableError:
        self.close()
        return UnableError("no process apart can be begun").of("unable_apart")

    def close(self) -> None:
        """End it, and with it all that it has begun."""
        process, self._process, self._is_ready = self._process, None, False
        if self._control is not None:
            self._control.close()
            self._control = None
        if process is not None:
            try:
                process.wait(_LEAVE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def forget(self) -> None:
        """After a fork: it is the parent's."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            _inherited.append(self._process)
