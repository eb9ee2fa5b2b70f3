"""Listening to a process for so long and no longer.

In: the process and the seconds. Out: something to read its answer from, which raises TimeUpError when they are over.
Where the system can wait for a pipe with a limit no thread is needed, and a small file costs as much less.
"""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import threading
import time
from collections.abc import Iterator

from ingest.read.sandbox.protocol import Readable

_PIECE = 1 << 20


class TimeUpError(Exception):
    """The time is up before all was said."""


@contextlib.contextmanager
def listen(process: subprocess.Popen[bytes], seconds: float) -> Iterator[Readable]:
    """What the process says, for so long. Nothing else may read from it meanwhile."""
    assert process.stdout is not None
    if hasattr(select, "poll"):
        yield Polled(process.stdout.fileno(), seconds)
        return
    is_up = threading.Event()

    def stop() -> None:
        is_up.set()
        process.kill()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield process.stdout
    except EOFError:
        if is_up.is_set():
            raise TimeUpError from None
        raise
    finally:
        timer.cancel()


class Polled:
    """A pipe or socket, read for so many seconds and no longer."""

    def __init__(self, pipe: int, seconds: float) -> None:
        self._pipe, self._until = pipe, time.monotonic() + seconds
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)

    def read(self, size: int, /) -> bytes:
        """So many bytes, fewer where the pipe ends. Raises TimeUpError."""
        pieces = []
        while size:
            left = self._until - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                raise TimeUpError
            piece = os.read(self._pipe, min(size, _PIECE))
            if not piece:
                break
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)
