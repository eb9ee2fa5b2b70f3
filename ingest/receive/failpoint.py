"""Named places at which a test may end the process as a power cut would.

In: the environment variable BBAJ_FAILPOINT. Out: nothing, unless it names the place reached: then the process
kills itself without a chance to clean up.
"""

from __future__ import annotations

import os
import signal

_ARMED = os.environ.get("BBAJ_FAILPOINT")


def reach(name: str) -> None:
    """Say that this place was reached."""
    if name == _ARMED:
        os.kill(os.getpid(), signal.SIGKILL)
