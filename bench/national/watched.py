"""A process watched over: what it and all it starts take of processor and memory, ended where that is too much.

In: a command. Out: its last line, seconds of the clock and of the processor, the most memory held at once.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_EVERY = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")


class TooMuchError(Exception):
    """It held more memory than it may."""


@dataclass(frozen=True)
class Watched:
    """`memory`: bytes that it and its processes held together at the most, shared pages of each counted."""

    said: dict[str, Any]
    clock: float
    processor: float
    memory: int


def watch(command: Sequence[str], environment: Mapping[str, str], most_memory: int) -> Watched:
    """Run it to its end. Raises TooMuchError, and CalledProcessError where it fails."""
    began, most = time.perf_counter(), 0
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    while True:
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        most = max(most, _memory_of(process.pid))
        if most > most_memory:
            os.killpg(process.pid, signal.SIGKILL)
            raise TooMuchError(f"{command}: {most / 2**30:.1f} GiB")
        time.sleep(_EVERY)
    process.returncode = os.waitstatus_to_exitcode(status)
    said = process.stdout.read().strip().splitlines()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    clock = time.perf_counter() - began
    return Watched(
        json.loads(said[-1]), clock, used.ru_utime + used.ru_stime, max(most, used.ru_maxrss * 1024)
    )


def _memory_of(pid: int) -> int:
    """Of a process and all below it."""
    held = 0
    with suppress(OSError, ValueError):
        held = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
        for task in Path(f"/proc/{pid}/task").iterdir():
            children = (task / "children").read_text(encoding="ascii").split()
            held += sum(_memory_of(int(child)) for child in children)
    return held
