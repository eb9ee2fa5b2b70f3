"""Asking a process apart to do a job: the asker goes on whatever becomes of it.

In: a `Job`, and who hears how far it has come. Out: its result; or what it raised, or that it went beyond its limits,
or that its process ended. A process is begun at the first job, serves one after another, and is replaced when it ended
or holds too much. Where the system cannot fork there is no process apart (`can_be_apart`).
"""

from __future__ import annotations

import atexit
import logging
import os
import pickle
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import Any

from ingest.progress import Tell, tell_nobody
from ingest.read.sandbox.patience import Polled, TimeUpError
from ingest.read.sandbox.protocol import receive, send
from warehouse.services.apart.child import unpacked
from warehouse.services.apart.messages import (
    AT,
    BEYOND,
    DONE,
    LOGGED,
    RAISED,
    TOLD,
    Job,
)
from warehouse.services.apart.template import Beginner, Template, UnableError

_ENDED_BY_LIMITS = {getattr(signal, name, None) for name in ("SIGXCPU", "SIGABRT")}


class ApartError(Exception):
    """A job came to no result. `at`: what it was at; `kind`: why, without anything a file holds."""

    def __init__(self, at: str, kind: str) -> None:
        super().__init__(f"{at}: {kind}")
        self.at, self.kind = at, kind


class BeyondError(ApartError):
    """It needed more memory, disk or processor time than it may have."""


class EndedError(ApartError):
    """Its process ended, or had to be ended, for another reason."""


class RaisedError(ApartError):
    """It raised something. `where`: the lines of the program it came from. `error`: the same, if it can travel."""

    def __init__(self, at: str, kind: str, where: str = "", error: Exception | None = None) -> None:
        super().__init__(at, kind)
        self.where, self.error = where, error


class Worker:
    """One process apart and its replacements; may be asked from many threads, does one job after another."""

    def __init__(self, beginner: Beginner) -> None:
        self.beginner = beginner
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.number: int | None = None

    def ask(self, job: Job, tell: Tell = tell_nobody) -> Any:
        """The result of the job. Raises what it raised, else one of `ApartError`; UnableError."""
        with self._lock:
            connection = self._begun(job.ahead)
            try:
                return self._answer(connection, job, tell)
            except BaseException as error:
                # Whoever is interrupted leaves nobody at work behind.
                if not isinstance(error, Exception) or isinstance(error, EndedError):
                    self._end(kill=True)
                raise

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()
            self.beginner.close()

    def forget(self) -> None:
        """After a fork: the process is the parent's."""
        if self._socket is not None:
            self._socket.close()

    def _begun(self, ahead: str) -> socket.socket:
        if self._socket is not None and not self.beginner.is_there():
            self._end()
        if self._socket is None:
            mine, other = socket.socketpair()
            with other:
                try:
                    self.number = self.beginner.begin(other, ahead)
                except BaseException:
                    mine.close()
                    raise
            self._socket = mine
        return self._socket

    def _answer(self, connection: socket.socket, job: Job, tell: Tell) -> Any:
        at = ""
        try:
            with connection.makefile("wb") as stream:
                send(stream, [pickle.dumps(job)])
            while True:
                # As long as it says something it is not stuck; what it spends the kernel counts.
                frames = receive(Polled(connection.fileno(), job.limits.patience))
                if frames[0] == TOLD:
                    tell(pickle.loads(frames[1]))
                elif frames[0] == AT:
                    at = frames[1].decode()
                elif frames[0] == LOGGED:
                    _log(pickle.loads(frames[1]))
                else:
                    break
        except TimeUpError:
            raise EndedError(at, "stuck") from None
        except (EOFError, OSError):
            raise self._how_it_ended(at) from None
        if pickle.loads(frames[1]):
            self._end()
        return _result(frames[0], frames[2:], at)

    def _how_it_ended(self, at: str) -> ApartError:
        signalled = self._end()
        if signalled in _ENDED_BY_LIMITS:
            return BeyondError(at, signal.Signals(signalled).name)
        name = signal.Signals(signalled).name if signalled else "ended"
        return EndedError(at, name)

    def _end(self, *, kill: bool = False) -> int:
        """End the process; the signal it has ended by, 0 for none."""
        connection, number = self._socket, self.number
        self._socket = self.number = None
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        if number is None:
            return 0
        if kill:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        status = self.beginner.ended(number)
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _result(word: bytes, rest: list[bytes], at: str) -> Any:
    if word == DONE:
        return pickle.loads(rest[0])
    if word == BEYOND:
        raise BeyondError(at, rest[0].decode())
    assert word == RAISED
    packed, kind, stops, where = rest
    if stops:
        raise unpacked(packed) if packed else UnableError(kind.decode()).of("unable_apart")
    raise RaisedError(at, kind.decode(), where.decode(), unpacked(packed) if packed else None)


def _log(said: dict[str, Any]) -> None:
    record = logging.makeLogRecord(said)
    logging.getLogger(record.name).handle(record)


def can_be_apart() -> bool:
    """Whether this system can fork and limit what a process may take."""
    return sys.platform == "linux" and hasattr(os, "fork")


def installation_environment() -> dict[str, str]:
    """What the environment says of the installation at this moment."""
    return {name: value for name, value in os.environ.items() if name.startswith("BBAJ_")}


_template = Template()
_worker = Worker(_template)


def ask(job: Job, tell: Tell = tell_nobody) -> Any:
    """Have a job done in this process's process apart (see `Worker.ask`)."""
    return _worker.ask(job, tell)


def warm(ahead: str) -> None:
    """Let the libraries be loaded while the caller does something else."""
    if can_be_apart():
        _template.start(ahead)


def _after_fork() -> None:
    global _template, _worker  # noqa: PLW0603
    _worker.forget()
    _template.forget()
    _template = Template()
    _worker = Worker(_template)


def _at_exit() -> None:
    _worker.close()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
