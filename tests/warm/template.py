"""The process that begins the others apart, forked from a command before that does anything instead of started anew.

In: a program of `tests.warm`, which has the large libraries already. Out: what `warehouse.services.apart.template`
starts, without loading them again; it does nothing until it is needed. Whoever needs a second one starts that as usual.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress

from ingest.home import InstallationError
from ingest.ledger.store.connection import configure
from tests import warm
from warehouse.services.apart import child, parent, template

_AHEAD = (*warm.JUDGING, "warehouse.services.apart.ahead")
BBAJ = f"from tests.warm.template import fork_template; fork_template()\n{warm.BBAJ}"
"""The command line."""


def run_bbaj(*words: object, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """`bbaj` with these words, forked from a process that has loaded what judging needs, ours as well.

    What a command loads by itself is tried where an interpreter is begun for it.
    """
    return warm.run_python(BBAJ, *words, env=env, ahead=_AHEAD, ours=True)


class _Forked:
    """As much of `subprocess.Popen` as a template asks of its process."""

    def __init__(self) -> None:
        self.control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self.control.close()
                _become(other)
            finally:
                os._exit(0)
        other.close()

    def poll(self) -> int | None:
        if self.returncode is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, seconds: float = float("inf")) -> int:
        until = time.monotonic() + seconds
        while (ended := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("template", seconds)
            time.sleep(0.005)
        return ended

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def _become(control: socket.socket) -> None:
    """Wait until it is said what to load; who never says it ends this."""
    ahead, _, scratch = control.recv(4096).decode().partition("\0")
    if not ahead:
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    for descriptor, number in ((control.fileno(), 0), (nothing, 1), (nothing, 2)):
        os.dup2(descriptor, number)
    control.close()
    os.environ.update(template._ENVIRONMENT, TMPDIR=scratch)
    tempfile.tempdir = None
    child.serve_beginnings(ahead)


class _Template(template.Template):
    """Its first process is there before it is needed."""

    def __init__(self) -> None:
        super().__init__()
        self._first: _Forked | None = _Forked()

    def start(self, ahead: str) -> None:
        first, self._first = self._first, None
        if first is None:
            return super().start(ahead)
        first.control.sendall(f"{ahead}\0{tempfile.gettempdir()}".encode())
        self._control = first.control
        self._process = first  # type: ignore[assignment]
        return None


def fork_template() -> None:
    """Once, before anything else of the program."""
    try:
        configure()  # Django is loaded, and what is forked asks whether it has something open
    except InstallationError:
        return  # the command will say so
    parent._template = found = _Template()
    parent._worker = parent.Worker(found)
