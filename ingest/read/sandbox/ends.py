"""What the end of a reading process says of the file that it was reading.

In: how the process ended before it answered. Out: a finding on the file; None where its end was not the file's doing.
"""

from __future__ import annotations

import signal
from pathlib import Path

from ingest.read.files.compound_file import SIGNATURE
from ingest.schema.texts.finding import Finding

# Deaths a file causes: out of memory in a library, out of processor time; and a library gone astray.
_BEYOND = {-getattr(signal, name) for name in ("SIGABRT", "SIGXCPU") if hasattr(signal, name)}
_ASTRAY = {
    -getattr(signal, name) for name in ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE") if hasattr(signal, name)
}
# An old workbook packs nothing: a small one that asks for more than there is states sizes that it does not have.
_SMALL = 1 << 20


class EndedError(Exception):
    """The process ended before it answered. `code` as in Popen; `stopped`: its time was up."""

    def __init__(self, code: int, *, stopped: bool) -> None:
        super().__init__(code)
        self.code, self.stopped = code, stopped


def blamed_on_the_file(ended: EndedError, path: Path) -> Finding | None:
    """The finding of a file that ended the process, by going beyond its limits or by leading a library astray."""
    if not ended.stopped and ended.code == -getattr(signal, "SIGABRT", 0) and _is_small_compound(path):
        return Finding("breaks_the_reader")
    if ended.stopped or ended.code in _BEYOND:
        return too_expensive()
    return Finding("breaks_the_reader") if ended.code in _ASTRAY else None


def _is_small_compound(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(SIGNATURE)) == SIGNATURE and path.stat().st_size <= _SMALL


def too_expensive() -> Finding:
    """The finding of a file whose reading went beyond its limits."""
    return Finding("too_expensive_to_read")
