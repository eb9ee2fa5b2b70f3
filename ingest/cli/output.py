"""Files that a command is given and files that it writes where it is told to.

In: a path, and content. Out: a file readable by its owner alone: it may name persons; refusals; exit codes.
"""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

from ingest.cli.frame.faults import reason_of
from ingest.cli.frame.speech import refuse

# Windows has no modes, and translates line ends of what is not opened as binary.
_HAS_MODES, _BINARY = hasattr(os, "fchmod"), getattr(os, "O_BINARY", 0)


EXIT_CODES = {"accepted": 0, "rejected": 1, "unreadable": 2}


def must_exist(path: Path, only_files: bool = False) -> None:
    """Raises RefusedError where there is no such file, or a folder in its place."""
    if only_files and path.is_dir():
        raise refuse("is_folder", file=path, all=f"{shlex.quote(str(path))}/*")
    if not (path.is_file() if only_files else path.exists()):
        raise refuse("no_file", file=path)


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
