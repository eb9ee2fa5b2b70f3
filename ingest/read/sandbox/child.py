"""The process that reads: one file after another, within limits, for the process that started it.

In: requests on its standard input (`protocol`): what is asked for, a path, a folder for large tables, the limits, and
what a form is read by where that is needed and it is another than before. Out: for each a reading, or what was written
of a file read without a contract, or the fault that kept it from either. It ends when its asker does, and by itself
when a file left it with so much memory that the next would not have its due. It begins with what texts are read by
alone; what a form or a workbook needs besides is loaded before the first of its kind, outside of any file's limits.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import pickle
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ingest.garbage import look_as_usual, look_past_what_is_there
from ingest.read.files.any_kind import may_be_plain_text
from ingest.read.plain.writer import write_plain, write_whole
from ingest.read.sandbox.asked import (
    BEYOND,
    BY_CONTRACT,
    FAULT,
    LAST_READING,
    READ,
    READING,
    READY,
    WHOLE,
    WORKBOOKS,
)
from ingest.read.sandbox.limits import FLOOR_MEMORY, MIB, Limits
from ingest.read.sandbox.protocol import Frames, receive, send

if TYPE_CHECKING:
    from ingest.schema.forms.means import Means

resource: Any
try:
    import resource
except ImportError:  # Windows: the asker's clock is the limit there
    resource = None

_STATUS = Path("/proc/self/status")
_KEPT = 96 * MIB
# Pages of libraries that come into use with a file are no memory of the process's own.
_LIBRARIES = 48 * MIB
_STACKS = 2 * 8 * 8 * MIB
"""Of the threads a library may have begun for a file."""
_UNUSED = ("pandas",)
"""Arrow loads it for the first list it is given, only to ask whether the list is one of its own: nothing here is, and
it takes as long to load as all that reads."""


@dataclass(frozen=True)
class _Footing:
    """Bytes the process holds before its first file: resident, and of memory of its own."""

    resident: int
    own: int


def main(*ahead: str) -> None:
    """Serve until the asker is gone. `ahead`: what is loaded before anything is asked for."""
    requests, answers = _streams()
    look_as_usual()
    sys.meta_path.insert(0, _Hidden)
    for module in ahead:
        _load(module)
    footing = _footing()
    send(answers, [READY])
    means: Means | None = None
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            asked, path, folder, allowed, *other = receive(requests)
            if other:
                means = pickle.loads(other[0])
            if means is None and asked == READ:
                raise ValueError("no contract yet")
            file = Path(os.fsdecode(path))
            if (needed := _needed(asked, file)) and needed not in sys.modules:
                _load(needed)
                footing = _footing()
            _limit(pickle.loads(allowed), footing)
            frames = _answer(asked, file, means, Path(os.fsdecode(folder)))
            _lift()
            if frames[0] == READING and _keeps_too_much(footing):
                frames[0] = LAST_READING
            send(answers, frames)
            if frames[0] == LAST_READING:
                return


def _streams() -> tuple[IO[bytes], IO[bytes]]:
    """The two pipes; what a library prints goes nowhere, for it may hold what a file holds."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    return sys.stdin.buffer, answers


def _load(module: str) -> None:
    """Nothing is thrown away while libraries are loaded, and to look for it takes a tenth of that time."""
    gc.disable()
    try:
        import_module(module)
    finally:
        look_past_what_is_there()
        gc.enable()


class _Hidden:
    """Looks for modules before all others do, and says of some that there are none."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name in _UNUSED:
            raise ModuleNotFoundError(f"{name} is of no use here", name=name)


def _needed(asked: bytes, path: Path) -> str | None:
    """The module to load beforehand; None where a plain text is to be read."""
    if asked == READ:
        return BY_CONTRACT
    with contextlib.suppress(OSError):
        return None if may_be_plain_text(path) else WORKBOOKS
    return None


def _answer(asked: bytes, path: Path, means: Means | None, folder: Path) -> Frames:
    """The reading by a contract and what belongs to it, or what was written into the folder."""
    try:
        if asked != READ or means is None:
            written = (write_whole if asked == WHOLE else write_plain)(path, folder)
            return [READING, pickle.dumps(written, protocol=5)]
        from ingest.read.sandbox.by_contract import read_packed

        return [READING, *read_packed(path, means, folder)]
    except (MemoryError, RecursionError):
        return [BEYOND]
    except OSError as error:
        if error.errno == errno.ENOMEM:
            return [BEYOND]
        return [FAULT, type(error).__name__.encode(), str(error.errno or 0).encode()]
    except Exception as error:
        # Its kind alone: its words may hold what the file holds.
        return [FAULT, type(error).__name__.encode()]


def _footing() -> _Footing:
    return _Footing(_status("VmRSS"), _status("VmData"))


def _status(name: str) -> int:
    """Bytes the kernel states; 0 where it states nothing of the kind."""
    with contextlib.suppress(OSError):
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0


def _limit(limits: Limits, footing: _Footing) -> None:
    """Let the kernel hold the process to its limits; beyond memory libraries fail, beyond time it is ended."""
    if resource is None:
        return
    room = limits.memory - limits.mapped - (footing.resident or FLOOR_MEMORY // 4) - _LIBRARIES
    _set(resource.RLIMIT_DATA, footing.own + room)
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _set(resource.RLIMIT_CPU, int(spent.ru_utime + spent.ru_stime) + 1 + limits.seconds)
    _set(resource.RLIMIT_CORE, 0)


def _lift() -> None:
    """Between files nothing is held against the process."""
    if resource is not None:
        for kind in (resource.RLIMIT_DATA, resource.RLIMIT_CPU):
            resource.setrlimit(kind, (resource.getrlimit(kind)[1],) * 2)


def _set(kind: int, value: int) -> None:
    most = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (value if most == resource.RLIM_INFINITY else min(value, most), most))


def _keeps_too_much(footing: _Footing) -> bool:
    if module := sys.modules.get(BY_CONTRACT):
        module.release_memory()
    return _status("VmData") - footing.own > _KEPT + _STACKS
