"""The processes apart: one that begins others and does nothing else, and those it begins, which work and may die.

In: requests on a socket. Out: for each job its result, what it raised, or that it went beyond its limits; on the way
how far it has come and what it logs. `serve_beginnings` imports the libraries once and has no threads, no database and
no ledger open, so that what it begins has all of them loaded and shares nothing. A process ends with who asked it,
however that ends; between jobs it keeps no connection.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import pickle
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from ingest.blame import lacked_memory, stops_everything
from ingest.garbage import look_as_usual, look_past_what_is_there
from ingest.private import keep_private
from ingest.progress import Step
from ingest.read.sandbox.limits import MIB
from ingest.read.sandbox.protocol import receive, send
from ingest.receive import failpoint
from warehouse.services.apart.limits import Limits
from warehouse.services.apart.messages import (
    AT,
    BEGIN,
    BEYOND,
    DONE,
    LOGGED,
    RAISED,
    READY,
    TOLD,
    Job,
)

resource: Any
try:
    import resource
except ImportError:  # where there is no fork there is no process apart either
    resource = None

NUMBER = struct.Struct("<q")
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_STATUS = Path("/proc/self/status")
_KEPT = 192 * MIB
"""A process that holds so much more than at its beginning is replaced."""
_STACK = 8 * MIB
_STACKS = 24
_LIBRARIES = 48 * MIB


def serve_beginnings(*ahead: str) -> None:
    """Begin a process for each request until nobody asks any more. `ahead`: what is loaded before the first."""
    _die_with(os.getppid())
    # Ctrl-C is for who asks; that one ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    _hush()
    # Nothing is thrown away while libraries are loaded, and to look for it takes a fifth of that time.
    gc.disable()
    for module in ahead:
        import_module(module)
    # What is there now is never collected: a collection would copy the pages that all of them share.
    look_past_what_is_there()
    gc.enable()
    control.sendall(READY)
    while True:
        said, handed, _, _ = socket.recv_fds(control, 64, 1)
        if not said:
            return
        if said.startswith(BEGIN):
            control.sendall(NUMBER.pack(_begin(control, handed[0], NUMBER.unpack(said[len(BEGIN) :])[0])))
        else:
            number = NUMBER.unpack(said[-NUMBER.size :])[0]
            control.sendall(NUMBER.pack(os.waitpid(number, 0)[1]))


def _begin(control: socket.socket, handed: int, asker: int) -> int:
    """A new process that serves whoever holds the other end; its number."""
    beginner = os.getpid()
    number = os.fork()
    if number:
        os.close(handed)
        return number
    control.close()
    serve_apart(handed, asker, beginner)
    os._exit(0)


def serve_apart(handed: int, asker: int, beginner: int) -> None:
    """Do one job after another for the `asker` at the other end of the socket, in a process just forked."""
    _die_with(beginner)
    failpoint.ends_with_us(asker)
    # What it was forked from may have begun before its asker said so of itself.
    keep_private()
    look_as_usual()
    with suppress(EOFError, OSError), socket.socket(fileno=handed) as connection:
        said, answers = connection.makefile("rb"), connection.makefile("wb")
        footing = _Footing()
        while True:
            (asked,) = receive(said)
            frames = _answer(pickle.loads(asked), Spoken(answers), footing)
            # What a library has reserved for a job that failed it may never give back.
            keeps_too_much = frames[0] != DONE or footing.grown() > _KEPT
            send(answers, [frames[0], pickle.dumps(keeps_too_much), *frames[1:]])
            if keeps_too_much:
                return


class Spoken:
    """What a job says on its way."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers

    def tell(self, step: Step) -> None:
        """How far it has come."""
        send(self._answers, [TOLD, pickle.dumps(step)])

    def at(self, step: str) -> None:
        """What it is at now, by the name people are told should it fail there."""
        send(self._answers, [AT, step.encode()])

    def log(self, record: logging.LogRecord) -> None:
        """A line of the log, put into words here: what it is made of stays here."""
        said = {
            "name": record.name,
            "levelno": record.levelno,
            "levelname": record.levelname,
            "msg": record.getMessage(),
        }
        send(self._answers, [LOGGED, pickle.dumps(said)])


class _Logged(logging.Handler):
    def __init__(self, spoken: Spoken) -> None:
        super().__init__(logging.WARNING)
        self._spoken = spoken

    def emit(self, record: logging.LogRecord) -> None:
        self._spoken.log(record)


def _answer(job: Job, spoken: Spoken, footing: _Footing) -> list[bytes]:
    module, _, name = job.work.partition(":")
    work: Callable[..., Any] = getattr(import_module(module), name)
    try:
        with _environment(job.environment), _logging_to(spoken), _limited(job.limits, footing):
            return [DONE, pickle.dumps(work(spoken, *job.args))]
    except BaseException as error:
        if lacked_memory(error) and not stops_everything(error):
            return [BEYOND, type(error).__name__.encode()]
        if not isinstance(error, Exception):
            raise
        # Where it was raised, without its words: these may hold what the file holds.
        where = "".join(traceback.format_tb(error.__traceback__))
        stops = b"1" if stops_everything(error) else b""
        return [RAISED, _packed(error), type(error).__name__.encode(), stops, where.encode()]
    finally:
        _let_go()


def _packed(error: Exception) -> bytes:
    """What the error is made of, nothing where that cannot travel: many cannot be made anew by their own means."""
    with suppress(Exception):
        packed = pickle.dumps((type(error), error.args, error.__dict__))
        unpacked(packed)
        return packed
    return b""


def unpacked(packed: bytes) -> Exception:
    """The error."""
    kind, args, said = pickle.loads(packed)
    error: Exception = kind.__new__(kind, *args)
    error.__dict__.update(said)
    return error


def _let_go() -> None:
    """Between jobs no connection stays open, and memory goes back."""
    if django := sys.modules.get("django.db"):
        django.connections.close_all()
    gc.collect()
    if arrow := sys.modules.get("pyarrow"):
        arrow.default_memory_pool().release_unused()


@contextmanager
def _environment(wanted: dict[str, str]) -> Iterator[None]:
    """What the environment says of the installation is what it says to the asker."""
    for name in [name for name in os.environ if name.startswith("BBAJ_") and name not in wanted]:
        del os.environ[name]
    os.environ.update(wanted)
    yield


@contextmanager
def _logging_to(spoken: Spoken) -> Iterator[None]:
    handler, root = _Logged(spoken), logging.getLogger()
    before, root.handlers = root.handlers, [handler]
    try:
        yield
    finally:
        root.handlers = before


class _Footing:
    """What the process holds before its first job."""

    def __init__(self) -> None:
        self.resident, self.own = _status("VmRSS"), _status("VmData")

    def grown(self) -> int:
        """Bytes it holds, or has reserved, beyond that now."""
        return max(_status("VmRSS") - self.resident, _status("VmData") - self.own - _STACKS * _STACK)


def _status(name: str) -> int:
    """Bytes the kernel states; 0 where it states nothing of the kind."""
    with suppress(OSError):
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0


@contextmanager
def _limited(limits: Limits, footing: _Footing) -> Iterator[None]:
    """The kernel holds the process to its limits: beyond memory libraries fail, beyond time it is ended."""
    room = limits.memory - footing.resident - _LIBRARIES
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _set(resource.RLIMIT_DATA, footing.own + room + _STACKS * _STACK)
    _set(resource.RLIMIT_CPU, int(spent.ru_utime + spent.ru_stime) + 1 + limits.seconds)
    _set(resource.RLIMIT_CORE, 0)
    try:
        yield
    finally:
        for kind in (resource.RLIMIT_DATA, resource.RLIMIT_CPU):
            resource.setrlimit(kind, (resource.getrlimit(kind)[1],) * 2)


def _set(kind: int, value: int) -> None:
    most = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (value if most == resource.RLIM_INFINITY else min(value, most), most))


def _die_with(parent: int) -> None:
    """End when that process ends, however it ends."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it was faster
        os._exit(0)


def _hush() -> None:
    """What a library prints goes nowhere, for it may hold what a file holds."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
