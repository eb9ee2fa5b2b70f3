"""What the end of a reading process says of the file that it was reading.

In: how the process ended before it answered. Out: a finding on the file; None where its end was not the file's doing.
"""

from __future__ import annotations

import signal

from ingest.schema.texts.finding import Finding

# Deaths a file causes: out of memory in a library, out of processor time; and a library gone astray.
_BEYOND = {-getattr(signal, name) for name in ("SIGABRT", "SIGXCPU") if hasattr(signal, name)}
_ASTRAY = {
    -getattr(signal, name) for name in ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE") if hasattr(signal, name)
}


class EndedError(Exception):
    """The process ended before it answered. `code` as in Popen; `stopped`: its time was up."""

    def __init__(self, code: int, *, stopped: bool) -> None:
        super().__init__(code)
        self.code, self.stopped = code, stopped


def blamed_on_the_file(ended: EndedError) -> Finding | None:
    """The finding of a file that ended the process, by going beyond its limits or by leading a library astray."""
    if ended.stopped or ended.code in _BEYOND:
        return too_expensive()
    return Finding("breaks_the_reader") if ended.code in _ASTRAY else None


def too_expensive() -> Finding:
    """The finding of a file whose reading went beyond its limits."""
    return Finding("too_expensive_to_read")
