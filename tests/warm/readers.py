"""Reading processes forked from one that has their libraries loaded.

In: what `ingest.read.sandbox.parent` gives to `subprocess.Popen`. Out: a process as it would have been started, for
whoever asks, be it one forked itself: it reads within the same limits, may be killed, and ends with its asker.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from tests.warm import PROJECT
from tests.warm.attended import Attended, control_of

_DRIVER = Path(__file__).with_name("readers_driver.py")


class Begun(Attended):
    """What an asker asks of its reading process."""

    def __init__(
        self, command: Sequence[str], *, stdin: int, stdout: int, stderr: int, env: Mapping[str, str]
    ) -> None:
        """`command`: Python, two switches, the program and its words."""
        _python, _alone, _switch, code, *words = command
        assert (stdin, stdout, stderr) == (subprocess.PIPE, subprocess.PIPE, subprocess.DEVNULL)
        asked = {"code": code, "words": words, "env": dict(env), "cwd": str(Path.cwd())}
        into, requests = os.pipe()
        answers, out = os.pipe()
        try:
            super().__init__(control(), json.dumps(asked).encode(), [into, out])
        finally:
            os.close(into)
            os.close(out)
        self.stdin, self.stdout = os.fdopen(requests, "wb"), os.fdopen(answers, "rb", 0)


# In place of the module `subprocess`.
WARM = SimpleNamespace(
    Popen=Begun,
    PIPE=subprocess.PIPE,
    DEVNULL=subprocess.DEVNULL,
    TimeoutExpired=subprocess.TimeoutExpired,
)


@cache
def control() -> socket.socket:
    """Where reading processes are asked for. Asked for here first, it is the same in all that is forked from here."""
    return control_of(_DRIVER, {**os.environ, "PYTHONPATH": str(PROJECT)})
