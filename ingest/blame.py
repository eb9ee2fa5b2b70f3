"""Whose fault it is when something raises: of one file, which is put aside, or of the installation, which must stop.

In: an exception. Out: whether going on with other files makes sense, and whether memory was what it lacked. A full
disk, a database that is away or a wrong setting fails every file alike: no file is blamed for it, everything keeps
waiting.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from ingest.authored import AuthorError
from ingest.home import InstallationError

T = TypeVar("T")
# A disk that takes no more, and what a process may not have more of. A file that cannot be read (a bad sector, a
# share that forgot it) is that file's trouble. Not every system knows each.
_NAMES = ("ENOSPC", "EDQUOT", "EROFS", "EMFILE", "ENFILE", "ENOMEM")
_OF_THE_MACHINE = frozenset(getattr(errno, name) for name in _NAMES if hasattr(errno, name))
# DuckDB carries no number of the system, only its words, which it takes from the C library in English.
_WORDS_OF_THE_MACHINE = (
    "No space left on device",
    "Disk quota exceeded",
    "Read-only file system",
)


def stops_everything(error: BaseException) -> bool:
    """Whether other files would fail alike, so that none may be blamed."""
    return any(_is_of_the_installation(each) for each in _with_causes(error))


def first_at_fault(together: Sequence[T], fails: Callable[[Sequence[T]], bool]) -> int:
    """Of things that fail together, the place of the one that makes them: without what follows it they fail as well,
    without it they do not. `fails`: whether some of them, in their order, do; asked a few times, never about none."""
    sound, failing = 0, len(together)
    while failing - sound > 1:
        half = (sound + failing) // 2
        if fails(together[:half]):
            failing = half
        else:
            sound = half
    return failing - 1


def lacked_memory(error: BaseException) -> bool:
    """Whether there was no memory left, or no disk beside it, of what a process may have."""
    duckdb = sys.modules.get("duckdb")
    return any(
        isinstance(each, MemoryError)
        or (duckdb is not None and isinstance(each, duckdb.OutOfMemoryException))
        for each in _with_causes(error)
    )


def _is_of_the_installation(error: BaseException) -> bool:
    if isinstance(error, (AuthorError, InstallationError)):
        return True
    if isinstance(error, OSError):
        return error.errno in _OF_THE_MACHINE
    # A library that was never loaded has raised nothing: none is loaded for this question.
    if (sqlite := sys.modules.get("sqlite3")) and isinstance(error, sqlite.OperationalError):
        return True
    if (django := sys.modules.get("django.db")) and isinstance(error, django.DatabaseError):
        # What the ledger refuses to store is of the file; that it cannot be asked at all is not.
        return not isinstance(error, (django.DataError, django.IntegrityError))
    if (duckdb := sys.modules.get("duckdb")) and isinstance(error, duckdb.Error):
        return is_said_of_the_machine(str(error))
    return False


def is_said_of_the_machine(message: str) -> bool:
    """Whether a database's words are about the machine and not about what it was given."""
    return any(words in message for words in _WORDS_OF_THE_MACHINE)


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
