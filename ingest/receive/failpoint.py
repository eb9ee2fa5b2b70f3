"""Named places at which a test may end the process as a power cut would.

In: the environment variable BBAJ_FAILPOINT. Out: nothing, unless it names the place reached: then the process
kills itself without a chance to clean up, and with it whoever asked it for its work: a power cut spares nobody.
"""

from __future__ import annotations

import os
import signal

_ARMED = os.environ.get("BBAJ_FAILPOINT")


_with_us: list[int] = []


def ends_with_us(process: int) -> None:
    """Let that process, which this one works for, end with it."""
    _with_us.append(process)


def reach(name: str) -> None:
    """Say that this place was reached."""
    if name == _ARMED:
        for process in (*_with_us, os.getpid()):
            os.kill(process, signal.SIGKILL)
