"""dbt begun for builds from a process that has it loaded and has parsed the model once.

In: what a build gives to `subprocess.Popen` (`warehouse.storage.builds.dbt_process`). Out: a process as it would have
been started: it may be killed, outlives who asked for it, and holds on to what it was handed.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO

_DRIVER = Path(__file__).with_name("models_driver.py")


class Begun:
    """As much of `subprocess.Popen` as a build asks of dbt."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdout: IO[bytes],
        stderr: IO[bytes],
        pass_fds: Sequence[int],
    ) -> None:
        """`command`: Python, a switch, the program, the number of the pipe on which it tells, and dbt's words.
        `pass_fds`: the lock, and that pipe."""
        _python, _switch, program, _pipe, *words = command
        assert stdout is stderr and len(pass_fds) == 2
        asked = {"program": program, "words": words, "env": dict(env), "cwd": str(cwd)}
        self._told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            handed = [stdout.fileno(), *pass_fds, theirs.fileno()]
            socket.send_fds(_control(), [json.dumps(asked).encode()], handed)
        self.pid = int(self._told.recv(64))
        self.returncode: int | None = None

    def wait(self) -> int:
        """Its exit code, negative for a signal."""
        if self.returncode is None:
            self.returncode = int(self._told.recv(64))
            self._told.close()
        return self.returncode

    def kill(self) -> None:
        """End it."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def __enter__(self) -> Begun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wait()


@cache
def _control() -> socket.socket:
    """Where the process is asked that all of them are forked from; it ends when nobody can ask any more."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    scratch = tempfile.TemporaryDirectory(prefix="bbaj-models-")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with theirs:
        # What the builds reserve is let go of by the system, and nobody is to be warned of that.
        python = [sys.executable, "-P", "-W", "ignore:resource_tracker:UserWarning"]
        process = subprocess.Popen([*python, str(_DRIVER)], cwd=scratch.name, env=environment, stdin=theirs)

    def close() -> None:
        mine.close()
        process.wait()
        scratch.cleanup()

    mine_alone = os.getpid()
    atexit.register(lambda: close() if os.getpid() == mine_alone else None)
    return mine
