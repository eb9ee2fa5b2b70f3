"""What is said of a fault that no command expects: of the system, of the installation, of the program itself.

In: an exception. Out: a refusal in the language asked with the exit code it has; for a fault of ours, its trace.
"""

from __future__ import annotations

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
    refuse,
)
from ingest.home import InstallationError
from ingest.told import errno_of, reason, told_of

# Modules that only the extra `pipeline` brings, and those of Unix that the installation stands on.
_PIPELINE = {"airflow", "dbt", "django", "honcho", "psycopg", "fcntl", "pwd", "resource"}
# What is found out deep inside and yet was only written wrongly.
_WRITTEN_WRONGLY = {"no_domain"}


def refusal_of(fault: BaseException) -> RefusedError:
    """The fault in words."""
    if isinstance(fault, (KeyboardInterrupt, Abort, EOFError)):
        return refuse("interrupted", INTERRUPTED)
    if isinstance(fault, ModuleNotFoundError) and _is_of_pipeline(fault):
        return refuse("needs_pipeline", UNABLE, missing=fault.name)
    if isinstance(fault, AuthorError):
        code = UNABLE if isinstance(fault, InstallationError) else MISUSED
        return RefusedError("wrong_file", fault.text(language()), code)
    told = told_of(fault)
    if told is None:
        return refuse("our_fault", UNABLE, kind=type(fault).__name__)
    code = MISUSED if told.code in _WRITTEN_WRONGLY else UNABLE
    return RefusedError(told.code, told.say(language()), code)


def is_ours(fault: BaseException) -> bool:
    """Whether a trace helps whoever repairs the program: no trace is shown of what somebody else can mend."""
    if isinstance(fault, ModuleNotFoundError):
        return not _is_of_pipeline(fault)
    return not isinstance(fault, (KeyboardInterrupt, Abort, EOFError)) and told_of(fault) is None


def trace(fault: BaseException) -> str:
    """Where the program failed, as Python writes it."""
    return "".join(traceback.format_exception(fault)).rstrip()


def reason_of(fault: OSError) -> str:
    """Why the system would not, in words: its own are English, or of the system's language."""
    return reason(errno_of(fault), language())


def nobody_listens() -> int:
    """Whoever read the output has gone: nothing more is written, not even at the end of the process."""
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    return PIPE_CLOSED


def _is_of_pipeline(fault: ModuleNotFoundError) -> bool:
    return (fault.name or "").partition(".")[0] in _PIPELINE
