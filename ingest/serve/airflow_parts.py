"""Airflow's parts as one program, `python -m ingest.serve.airflow_parts`, in the environment of `airflow_environment`.

In: Airflow's settings. Out: its metadata brought to this version, then scheduler, DAG processor and API server
until told to end. A part that ends is started again, after a pause that grows; only when one part cannot stay up
are the others ended too, so that whoever started the program notices. `airflow standalone` is the same for developers:
it insists on accounts without passwords of their own, and what ended in it stays ended. There is no triggerer: it wakes
tasks that wait outside of a process, which none of ours does (`tests/dags`).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from ingest.serve.airflow_schema import is_current, note_current

# Logs lie where the server of the API reads them: nobody has to serve them, by default on every address of the machine.
PARTS = {
    "scheduler": ["--skip-serve-logs"],
    "dag-processor": [],
    "api-server": [],
}
PROGRAM = [sys.executable, "-m", "ingest.serve.airflow_program"]
_LOOK_SECONDS = 1.0
_GRACE_SECONDS = 8.0
_MOST_STARTS = 6
"""So often in a row is a part started that does not stay up: about a minute."""
_STAYED_SECONDS = 60.0
"""A part that ran so long had come up: what ended it since is another story."""


@dataclass
class Part:
    """One program that is to run for ever. `starts`: how often in a row it was started without staying up."""

    name: str
    command: Sequence[str]
    clock: Callable[[], float] = time.monotonic
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    since: float = 0.0
    again_at: float = 0.0

    def keep_up(self) -> bool:
        """Start it where it does not run and its pause is over; False when it was started in vain too often."""
        if self.process is not None and self.process.poll() is not None:
            self._say(f"ended with {self.process.returncode}")
            if self.clock() - self.since >= _STAYED_SECONDS:
                self.starts = 0
            if self.starts >= _MOST_STARTS:
                return False
            self.again_at = self.clock() + 2.0 ** (self.starts - 1 if self.starts else 0)
            self.process = None
        if self.process is None and self.clock() >= self.again_at:
            self.starts, self.since = self.starts + 1, self.clock()
            self.process = subprocess.Popen(list(self.command))
            if self.starts > 1:
                self._say("started again")
        return True

    def ask_to_end(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def end(self, seconds: float) -> None:
        """Wait for it to end, then end it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()

    def _say(self, what: str) -> None:
        print(f"{datetime.now(UTC).isoformat(timespec='seconds')} airflow {self.name} {what}", flush=True)


def keep_up_all(parts: Sequence[Part], is_told: Callable[[], bool], pause: float = _LOOK_SECONDS) -> bool:
    """Keep programs up until told to end; False when one of them cannot stay up. Ends them all, in their order."""
    try:
        while not is_told():
            if not all(part.keep_up() for part in parts):
                return False
            time.sleep(pause)
        return True
    finally:
        *workers, server = parts
        _end(workers)  # they have last words for the server
        _end([server])


def main() -> int:
    """Run until told to end, or until a part cannot stay up."""
    if failed := migrate():
        return failed
    told: list[int] = []

    def end(sign: int, _frame: FrameType | None) -> None:
        told.append(sign)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    parts = [Part(name, [*PROGRAM, name, *options]) for name, options in PARTS.items()]
    port = int(os.environ["AIRFLOW__API__PORT"])
    await_server(parts[-1], lambda: bool(told) or _answers(port))
    return 0 if keep_up_all(parts, lambda: bool(told)) else 1


def migrate(program: Sequence[str] = PROGRAM) -> int:
    """Bring the metadata to this version, where they are not yet; the exit code of the program that does."""
    address = os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    note = Path(os.environ["AIRFLOW_HOME"]) / "schema.json"
    if is_current(address, note):
        return 0
    done = subprocess.run([*program, "db", "migrate"], check=False)
    if not done.returncode:
        note_current(address, note)
    return done.returncode


def await_server(server: Part, is_over: Callable[[], bool], pause: float = _LOOK_SECONDS) -> None:
    """Give the server of the API a start: tasks that find nobody to report to fail at once."""
    while not is_over() and server.keep_up():
        time.sleep(pause)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
        return True
    return False


def _end(parts: Sequence[Part]) -> None:
    for part in parts:
        part.ask_to_end()
    until = time.monotonic() + _GRACE_SECONDS
    for part in parts:
        part.end(until - time.monotonic())


if __name__ == "__main__":
    sys.exit(main())
