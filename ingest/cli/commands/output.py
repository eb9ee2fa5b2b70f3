"""Files that a command writes where it is told to.

In: a path and content. Out: the file, readable by its owner alone: it may name persons.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ingest.cli.frame.faults import reason_of
from ingest.cli.frame.speech import refuse

# Windows has no modes, and translates line ends of what is not opened as binary.
_HAS_MODES, _BINARY = hasattr(os, "fchmod"), getattr(os, "O_BINARY", 0)


def write_private(output: Path, content: bytes) -> None:
    """Write the file. Raises RefusedError where the system does not let it be written."""
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            if _HAS_MODES and stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.fchmod(descriptor, 0o600)  # also where a file of that name was there before
            file.write(content)
    except OSError as error:
        raise refuse("not_written", file=output, why=reason_of(error)) from None
