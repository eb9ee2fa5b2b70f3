"""What is said of a fault that no command expects: of the system, of the installation, of the program itself.

In: an exception. Out: a refusal in the language asked with the exit code it has; for a fault of ours, its trace.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from pathlib import Path

from typer.exceptions import Abort

from ingest.authored import AuthorError
from ingest.cli.frame.language import language
from ingest.cli.frame.speech import (
    INTERRUPTED,
    MISUSED,
    PIPE_CLOSED,
    UNABLE,
    RefusedError,
    phrase,
    phrases,
    refuse,
)
from ingest.home import Home, InstallationError

# Modules that only the extra `pipeline` brings, and those of Unix that the installation stands on.
_PIPELINE = {"airflow", "dbt", "django", "honcho", "psycopg", "fcntl", "pwd", "resource"}


def refusal_of(fault: BaseException) -> RefusedError:
    """The fault in words."""
    if isinstance(fault, (KeyboardInterrupt, Abort, EOFError)):
        return refuse("interrupted", INTERRUPTED)
    if isinstance(fault, ModuleNotFoundError) and _is_of_pipeline(fault):
        return refuse("needs_pipeline", UNABLE, missing=fault.name)
    if isinstance(fault, AuthorError):
        code = UNABLE if isinstance(fault, InstallationError) else MISUSED
        return RefusedError("wrong_file", fault.text(language()), code)
    if isinstance(fault, InstallationError):
        cause = fault.__cause__
        why = reason_of(cause) if isinstance(cause, OSError) else fault
        details = {name: _named(name, value) for name, value in fault.details.items()}
        return refuse(fault.code, UNABLE, why=why, **details)
    if isinstance(fault, OSError):
        return _of_system(fault)
    return _of_database(fault) or refuse("our_fault", UNABLE, kind=type(fault).__name__)


# What a database says of its file, its lock or its server; what it says of our own SQL is our own fault.
_DATABASES, _STATE_OF_DATABASE = ("django", "psycopg", "sqlite3"), ("OperationalError", "DatabaseError")
_BUSY = ("locked", "busy", "lock timeout", "deadlock")


def _of_database(fault: BaseException) -> RefusedError | None:
    """What is said of a database that is busy, out of reach or damaged; None for any other fault."""
    kind = type(fault)
    engine = kind.__module__.partition(".")[0]
    if engine not in _DATABASES or kind.__name__ not in _STATE_OF_DATABASE:
        return None
    is_busy = any(word in str(fault).lower() for word in _BUSY)
    home = Home.from_environment().root
    return refuse("database_busy" if is_busy else "database_unusable", UNABLE, home=home, engine=engine)


def is_ours(fault: BaseException) -> bool:
    """Whether a trace helps whoever repairs the program: no trace is shown of what somebody else can mend."""
    expected = (KeyboardInterrupt, Abort, EOFError, AuthorError, InstallationError, OSError)
    if isinstance(fault, ModuleNotFoundError):
        return not _is_of_pipeline(fault)
    return not isinstance(fault, expected) and _of_database(fault) is None


def trace(fault: BaseException) -> str:
    """Where the program failed, as Python writes it."""
    return "".join(traceback.format_exception(fault)).rstrip()


def reason_of(fault: OSError) -> str:
    """Why the system would not, in words: its own are English, or of the system's language."""
    name = errno.errorcode.get(fault.errno or 0, "")
    # Some have words of their own; of the rest the number is said.
    if f"system_{name}" in phrases():
        return phrase(f"system_{name}")
    return phrase("system_other", number=name or fault.errno or "?")


def _named(name: str, value: object) -> object:
    """A store is said by what people call it, and damage by what it is."""
    return phrase(f"{name}_{value}") if name in ("store", "damage") else value


def nobody_listens() -> int:
    """Whoever read the output has gone: nothing more is written, not even at the end of the process."""
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    return PIPE_CLOSED


def _is_of_pipeline(fault: ModuleNotFoundError) -> bool:
    return (fault.name or "").partition(".")[0] in _PIPELINE


def _of_system(fault: OSError) -> RefusedError:
    if fault.filename is None:
        return refuse("system_fault", UNABLE, why=reason_of(fault))
    return refuse("system_fault_of_file", UNABLE, file=fault.filename, why=reason_of(fault))
