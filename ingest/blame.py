"""Whose fault it is when something raises: of one file, which is put aside, or of the installation, which must stop.

In: an exception. Out: whether going on with other files makes sense. A full disk, a database that is away or a wrong
setting fails every file alike: no file is blamed for it, everything keeps waiting.
"""

from __future__ import annotations

import errno
import sqlite3
import sys
from collections.abc import Iterator

from ingest.authored import AuthorError
from ingest.home import InstallationError

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


def _is_of_the_installation(error: BaseException) -> bool:
    if isinstance(error, (AuthorError, InstallationError, sqlite3.OperationalError)):
        return True
    if isinstance(error, OSError):
        return error.errno in _OF_THE_MACHINE
    # A library that was never loaded has raised nothing: none is loaded for this question.
    if (django := sys.modules.get("django.db")) and isinstance(error, django.DatabaseError):
        # What the ledger refuses to store is of the file; that it cannot be asked at all is not.
        return not isinstance(error, (django.DataError, django.IntegrityError))
    if (duckdb := sys.modules.get("duckdb")) and isinstance(error, duckdb.Error):
        return any(words in str(error) for words in _WORDS_OF_THE_MACHINE)
    return False


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
