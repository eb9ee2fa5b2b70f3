"""Processes apart that know what a test has changed: forked from the test itself.

In: nothing. Out: a `Beginner` for `warehouse.services.apart.parent.Worker`.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

from warehouse.services.apart import child
from warehouse.services.apart.child import serve_apart

_LEAVE_SECONDS = 5.0
_TEMPLATE = 256 * 1024 * 1024
"""Bytes."""


def _let_go_of_locks() -> None:
    """A forked process holds on to the locks of its parent; one begun as programs are never has them."""
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if str(entry.readlink()).endswith(".lock"):
                os.close(int(entry.name))


class _Footing(child._Footing):
    """What a template would hold: that the tests' own process has grown leaves a job no less room."""

    def __init__(self) -> None:
        super().__init__()
        self._beyond = max(self.resident - _TEMPLATE, 0)
        self.resident -= self._beyond

    def grown(self) -> int:
        return super().grown() - self._beyond


class Forked:
    """Begins a process by forking this one."""

    def begin(self, handed: socket.socket, ahead: str) -> int:
        mine = os.getpid()
        number = os.fork()
        if number == 0:
            faulthandler.disable()  # deaths are what is tried here
            # As in a template: looking through all that the tests hold would copy it, job by job.
            gc.freeze()
            _let_go_of_locks()
            child._Footing = _Footing
            try:
                serve_apart(os.dup(handed.fileno()), mine, mine)
            finally:
                os._exit(0)
        return number

    def is_there(self) -> bool:
        return True

    def ended(self, number: int) -> int:
        """It holds our end of the socket too, so it does not always notice that we are gone."""
        until = time.monotonic() + _LEAVE_SECONDS
        while time.monotonic() < until:
            found, status = os.waitpid(number, os.WNOHANG)
            if found:
                return status
            time.sleep(0.01)
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
        return os.waitpid(number, 0)[1]

    def close(self) -> None:
        """Nothing is kept."""
