"""Reading apart: files are read in a process of their own that a hostile one may kill without harm.

In: a path and the means to read it by; or a path and a folder, as for `write_plain`. Out: the `Reading`, or what
was `Written`; for a file beyond its limits (`limits`) or one that ends the process, one that says so. The process
is started at the first file, or ahead by `warm`, with its libraries imported once; it reads one file after another
and is replaced when it has ended.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ingest.read.plain.written import Written, not_written, reader_failed
from ingest.read.sandbox.asked import BEYOND, BY_CONTRACT, FAULT, LAST_READING, READ, READY, WHOLE, WRITE
from ingest.read.sandbox.ends import EndedError, blamed_on_the_file, too_expensive
from ingest.read.sandbox.limits import Limits, limits_of
from ingest.read.sandbox.patience import TimeUpError, listen
from ingest.read.sandbox.protocol import Frames, believed, prefix_of, receive, send, sweep
from ingest.schema.texts.finding import Finding

# Who reads without contracts loads nothing that knows of them.
if TYPE_CHECKING:
    from ingest.read.reading import Reading
    from ingest.schema.forms.contract import Contract
    from ingest.schema.forms.means import Means

_START_SECONDS = 120
_LEAVE_SECONDS = 5
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from ingest.read.sandbox.child import main; "
# No secret of the installation is handed to the process that opens what strangers send.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TZ")
# Arrow's allocator otherwise reserves a gigabyte and keeps it, so that after one large file the process would have to
# be replaced; asking the kernel for each piece costs no more and gives all of it back.
_ALLOCATOR = {"MIMALLOC_DISALLOW_ARENA_ALLOC": "1"}


class ReadError(Exception):
    """A file could not be read through a fault of ours. Says its kind, never what the file holds."""


@dataclass(frozen=True)
class _Task:
    """To read a file by these means, or without any to write what it holds into `folder`."""

    asked: bytes
    path: Path
    folder: Path
    means: Means | None = None


_Answer = tuple[Frames, Path, int]
"""The frames of an answer, the folder of its files and the process that wrote them."""


class Worker:
    """One reading process and its replacements; may be asked from many threads, answers one after another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._means: Means | None = None
        self._ready = False

    @property
    def pid(self) -> int | None:
        """The process that reads at present."""
        return self._process.pid if self._process else None

    def read(self, path: Path, by: Contract | Means, scratch: Path | None = None) -> Reading:
        """The file's reading by a contract with what stands beside it now, or by given means.

        Large tables pass through `scratch`, or the machine's folder for such things. Raises OSError when the
        file cannot be opened, ReadError for a fault of ours.
        """
        folder = scratch or Path(tempfile.gettempdir())
        self.warm()
        from ingest.read.reading import unreadable
        from ingest.read.sandbox.reading_frames import unpack

        found = self._answered(_Task(READ, path, folder, self._means_of(by)))
        return unreadable(found) if isinstance(found, Finding) else unpack(*found)

    def _means_of(self, by: Contract | Means) -> Means:
        """The same for the same contract one after another: what was sent once need not be sent again."""
        from ingest.schema.forms.means import Means, means_of

        if isinstance(by, Means):
            return by
        known = self._means
        return known if known and known.contract is by else means_of(by)

    def write(self, path: Path, folder: Path, *, whole: bool = False) -> Written:
        """Read the file without a contract and write what it holds into `folder`; the `whole` of a workbook as it is.

        Raises OSError when the file cannot be opened or the folder not written to. A fault of ours is said of
        the file, by its kind: other files are read all the same.
        """
        try:
            found = self._answered(_Task(WHOLE if whole else WRITE, path, folder))
        except ReadError as fault:
            return not_written(reader_failed(str(fault)))
        if isinstance(found, Finding):
            return not_written(found)
        frames, _, pid = found
        written = believed(frames[0], Written)
        if not all(sheet.file == Path(sheet.file).name for sheet in written.sheets) or not all(
            sheet.file.startswith(prefix_of(pid)) for sheet in written.sheets
        ):
            raise ValueError("not a file of this reading")
        return written

    def _answered(self, task: _Task) -> _Answer | Finding:
        """The answer, or what is to be said of a file that kept the process from giving one."""
        with self._lock:
            try:
                return self._answer_to(task)
            except EndedError as ended:
                if (found := blamed_on_the_file(ended, task.path)) is not None:
                    return found
            # Ended by somebody else, or it never began: that says nothing about the file.
            try:
                return self._answer_to(task)
            except EndedError as ended:
                if ended.code == -getattr(signal, "SIGKILL", 0):
                    return too_expensive()
                raise ReadError(f"the reading process ended twice ({ended.code})") from None

    def warm(self) -> None:
        """Start the process, what forms are read by loaded ahead, without waiting for it."""
        with self._lock:
            self._start(BY_CONTRACT)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def forget(self) -> None:
        """After a fork: the process is the parent's. Its pipes are closed here, nothing else is touched."""
        if self._process is None:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                os.close(pipe.fileno())
        _inherited.append(self._process)

    def _answer_to(self, task: _Task) -> _Answer | Finding:
        limits = limits_of(task.path)
        if limits.is_hopeless and task.asked == READ:
            return too_expensive()
        process = self._start()
        if not self._ready:
            if self._answer(process, _START_SECONDS) != [READY]:
                raise ReadError("the reading process began with something else")
            self._ready = True
        try:
            frames = self._ask(process, task, limits)
        except EndedError:
            sweep(task.folder, process.pid)
            raise
        if frames[0] in (FAULT, BEYOND):
            sweep(task.folder, process.pid)
            return too_expensive() if frames[0] == BEYOND else _raised(frames, task.path)
        if frames[0] == LAST_READING:
            # The next file finds a process that has its libraries already; nobody waits for the old one's end.
            self._leave()
            self._start(*([BY_CONTRACT] if task.asked == READ else []))
        return frames[1:], task.folder, process.pid

    def _ask(self, process: subprocess.Popen[bytes], task: _Task, limits: Limits) -> Frames:
        paths = [os.fsencode(path.absolute()) for path in (task.path, task.folder)]
        request = [task.asked, *paths, pickle.dumps(limits)]
        if task.means and task.means is not self._means:
            request.append(pickle.dumps(task.means, protocol=5))
            self._means = task.means
        with contextlib.suppress(OSError):  # it has ended: the answer says so
            assert process.stdin is not None
            send(process.stdin, request)
        return self._answer(process, limits.patience)

    def _answer(self, process: subprocess.Popen[bytes], seconds: int) -> Frames:
        """What the process says within that time. Raises EndedError when it ends instead."""
        stopped = False
        try:
            with listen(process, seconds) as said:
                return receive(said)
        except EOFError:
            pass
        except TimeUpError:
            process.kill()
            stopped = True
        code = process.wait()
        self._end()
        raise EndedError(code, stopped=stopped)

    def _start(self, *ahead: str) -> subprocess.Popen[bytes]:
        if self._process is None:
            program = f"{_PROGRAM}main(*{ahead!r})"
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", program, *(entry or str(Path.cwd()) for entry in sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        return self._process

    def _leave(self) -> None:
        """Let the process end by itself."""
        process = self._forgotten()
        if process is not None:
            threading.Thread(target=_ended, args=[process], daemon=True).start()

    def _end(self) -> None:
        process = self._forgotten()
        if process is not None:
            _ended(process)

    def _forgotten(self) -> subprocess.Popen[bytes] | None:
        process, self._process = self._process, None
        self._means, self._ready = None, False
        return process


def _environment() -> dict[str, str]:
    """What a reading process knows of its surroundings; it leaves temporary files where its asker leaves them."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return kept | _ALLOCATOR | {"TMPDIR": tempfile.gettempdir()}


def _ended(process: subprocess.Popen[bytes]) -> None:
    """Close the pipes of a process, which tells it to end, and see to it that it does."""
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            if pipe is not None:
                pipe.close()
    try:
        process.wait(_LEAVE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _raised(frames: Frames, path: Path) -> NoReturn:
    """Raise here what was raised there: OSError or ReadError."""
    if len(frames) > 2:
        code = int(frames[2])
        raise OSError(code, os.strerror(code), str(path))
    raise ReadError(frames[1].decode(errors="replace"))


_worker = Worker()
# Reading processes of the parent of a forked process: kept, so that nothing waits for or ends them here.
_inherited: list[subprocess.Popen[bytes]] = []


def read_apart(path: Path, by: Contract | Means, scratch: Path | None = None) -> Reading:
    """Read a file in this process's reading process (see `Worker.read`)."""
    return _worker.read(path, by, scratch)


def write_apart(path: Path, folder: Path, *, whole: bool = False) -> Written:
    """Read a file without a contract in this process's reading process (see `Worker.write`)."""
    return _worker.write(path, folder, whole=whole)


def warm() -> None:
    """Let the reading process import its libraries while the caller does something else."""
    _worker.warm()


def _after_fork() -> None:
    global _worker  # noqa: PLW0603
    _worker.forget()
    _worker = Worker()


def _at_exit() -> None:
    _worker.close()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
