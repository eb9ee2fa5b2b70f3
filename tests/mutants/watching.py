"""A process watched with whatever it begins, and ended where one part of it goes on without end.

In: what it does, what it says it is doing now, how long one part may take. Out: how it ended. Nothing that it began is
left running, whatever session it is in. A part that waits for ever costs no processor: how long nothing of it runs is
counted as well, apart from how long it is kept from running.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil

_ADOPT = 36  # PR_SET_CHILD_SUBREAPER: whoever loses its parent is a child of this process from then on
_POLL, _LOOK = 0.05, 1.0
_KILLED_WITHIN = 20.0
_RUNNING = (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP)


@dataclass(frozen=True)
class Patience:
    """With one part. `processor`: seconds of a processor. `waiting`: seconds in which nothing runs. `memory`: bytes."""

    processor: float
    waiting: float = 60.0
    memory: int = 8 << 30


@dataclass(frozen=True)
class Ended:
    """`code`: as a process ends, negative for a signal; None where it was ended. `why`: what there was no end of."""

    code: int | None
    why: str = ""


def watch(
    run: Callable[[], int], part: Callable[[], str], patience: Patience, is_asked: Callable[[], bool]
) -> Ended:
    """Run it in a process of its own until it ends, there is no end of a part, or nobody asks for it any more."""
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.setsid()
            code = run()
        finally:
            os._exit(code)
    try:
        return _until_end(child, part, patience, is_asked)
    finally:
        _end_all()


def _until_end(
    child: int, part: Callable[[], str], patience: Patience, is_asked: Callable[[], bool]
) -> Ended:
    clock, look = _Clock(part()), time.monotonic() + _LOOK
    while True:
        gone, status = os.waitpid(-1, os.WNOHANG)
        if gone == child:
            return Ended(os.waitstatus_to_exitcode(status))
        if gone:
            continue
        if time.monotonic() >= look:
            if not is_asked():
                return Ended(None, "nobody asks for it any more")
            if why := clock.beyond(part(), patience):
                return Ended(None, why)
            look = time.monotonic() + _LOOK
        time.sleep(_POLL)


class _Clock:
    """How long the part has taken that runs now, by looks that are about as far from one another."""

    def __init__(self, part: str) -> None:
        self._part, self._began, self._waited = part, 0.0, 0.0
        self._last = time.monotonic()

    def beyond(self, part: str, patience: Patience) -> str:
        """Of what there is no end; nothing where there may be one."""
        spent, memory, is_running = _looked_at()
        now = time.monotonic()
        if part != self._part:
            self._part, self._began, self._waited = part, spent, 0.0
        elif not is_running:
            self._waited += now - self._last
        self._last = now
        if spent - self._began > patience.processor:
            return f"more than {patience.processor:g} seconds of a processor"
        if self._waited > patience.waiting:
            return f"waited for more than {patience.waiting:g} seconds"
        return f"more than {patience.memory >> 20} MiB of memory" if memory > patience.memory else ""


def _looked_at() -> tuple[float, int, bool]:
    """Of all that was begun: seconds of a processor so far, bytes now, whether anything runs or would."""
    spent, memory, is_running = sum(os.times()[:4]), 0, False
    for each in psutil.Process().children(recursive=True):
        with suppress(psutil.Error), each.oneshot():
            spent += sum(each.cpu_times()[:4])
            memory += each.memory_info().rss
            is_running = is_running or each.status() in _RUNNING
    return spent, memory, is_running


def _end_all() -> None:
    """Until nothing is left; what is begun meanwhile is ended as well."""
    until = time.monotonic() + _KILLED_WITHIN
    while time.monotonic() < until:
        for each in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                each.send_signal(signal.SIGKILL)
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.01)
        except ChildProcessError:
            return
