"""A program's output in files of bounded size: `python -m ingest.kept_log FILE [--tee] PROGRAM ARGUMENT…`.

In: a program, whose standard output and errors are read line by line. Out: FILE, turned over to FILE.1 … FILE.5 at
ten megabytes; with `--tee` also what comes by, on the own output. The exit code is the program's, and 0 where it ended
by the signal that asked it to: that is no failure.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

from ingest.private import keep_private

LARGEST = 10 * 1024 * 1024
KEPT = 5
_LONGEST_LINE = 64 * 1024


def log_of(file: Path, largest: int = LARGEST) -> RotatingFileHandler:
    """A file for lines that is turned over before it grows beyond `largest` bytes. Turning over never waits."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        file, maxBytes=largest, backupCount=KEPT, encoding="utf-8", errors="replace"
    )
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler


def run(file: Path, command: list[str], *, tee: bool = False, largest: int = LARGEST) -> int:
    """Run a program, keep its output, return its exit code. Asked to end, this process asks the program and keeps
    its last words; a program that so ended has done what it was told, and systemd calls no such unit failed."""
    handler = log_of(file, largest)
    asked = set[int]()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as program:
        assert program.stdout is not None

        def pass_on(sign: int, _frame: FrameType | None) -> None:
            asked.add(sign)
            program.send_signal(sign)

        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, pass_on)
        output = program.stdout
        for line in iter(lambda: output.readline(_LONGEST_LINE), b""):
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            handler.handle(logging.makeLogRecord({"msg": text}))
            if tee:
                sys.stdout.write(text + "\n")
                sys.stdout.flush()
    handler.close()
    code = program.returncode
    if -code in asked:
        return 0
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    """See the module."""
    keep_private()
    file, *command = arguments
    tee = command[:1] == ["--tee"]
    return run(Path(file), command[1:] if tee else command, tee=tee)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
