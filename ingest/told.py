"""What keeps an installation from working, told to a person: a name, facts, and what to do, in three languages.

In: an exception. Out: `Told`, which can be kept and said later; None for a fault of the program, of which only its
trace tells anything. Used by the command line, by the tasks of the clockwork and by whoever shows how it stands.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self

from ingest.authored import AuthorError
from ingest.home import Home, InstallationError
from ingest.schema.forms.contract import LANGUAGES
from ingest.schema.texts.language import Language
from ingest.schema.texts.word_files import files_of
from ingest.schema.texts.words import Words, entries_of

# What a database says, by what is wrong; each in the words of SQLite, PostgreSQL or DuckDB, the first that fits.
_SAID = {
    "database_full": ("database or disk is full", "no space left on device", "disk quota exceeded"),
    "database_read_only": ("readonly database", "read-only file system", "read-only transaction"),
    "database_busy": ("locked", "busy", "lock timeout", "deadlock", "too many clients", "starting up"),
    "database_password": ("password", "authentication failed", "no pg_hba.conf entry"),
    "database_away": (
        "connection refused",
        "could not connect",
        "connection failed",
        "server closed",
        "terminating connection",
        "timeout expired",
    ),
    "database_damaged": (
        "malformed",
        "not a database",
        "disk i/o error",
        "invalid page",
        "could not read block",
    ),
}
_DATABASES = ("django", "psycopg", "sqlite3", "duckdb")
_NO_ROOM = 1 << 20
_STATE_OF_DATABASE = ("OperationalError", "DatabaseError", "InternalError", "IOException", "InterfaceError")


@dataclass(frozen=True)
class Told:
    """`code` names the words and `facts` fill them; `texts` are the words where they are not in the catalogue."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def say(self, language: Language) -> str:
        """In words."""
        if language in self.texts:
            return self.texts[language]
        if self.code not in phrases():
            return self.code
        filled = {name: _said(name, value, language) for name, value in self.facts.items()}
        if "errno" in filled:
            filled["why"] = reason(str(self.facts["errno"]), language)
        return phrases()[self.code].say(self.code, language, **filled)

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"code": self.code, "facts": dict(self.facts), "texts": dict(self.texts)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        return cls(str(kept["code"]), dict(kept["facts"]), dict(kept["texts"]))


def in_log(code: str, **facts: Any) -> str:
    """A line for the log of a task, which whoever runs the installation reads, in its language."""
    return Told(code, facts).say(log_language())


def log_language() -> Language:
    """The language of BBAJ_LANG, Kazakh where it names none of ours."""
    asked = os.environ.get("BBAJ_LANG", "")[:2].lower()
    return next((language for language in LANGUAGES if language == asked), "kk")


@lru_cache(maxsize=1)
def phrases() -> dict[str, Words]:
    """Every phrase that is said to whoever runs an installation, and the file it stands in."""
    return {name: Words(file) for file in files_of("commands") for name in entries_of(file)}


def told_of(fault: BaseException) -> Told | None:
    """The fault by its name; None where it is the program's own."""
    for each in _with_cause(fault):
        if isinstance(each, AuthorError):
            return Told("wrong_file", texts={language: each.text(language) for language in LANGUAGES})
        if isinstance(each, InstallationError):
            return _of_installation(each)
        if isinstance(each, OSError):
            return of_system(each)
        if database := _of_database(each):
            return database
    return None


def of_system(fault: OSError) -> Told:
    """What the system would not do."""
    facts: dict[str, Any] = {"errno": errno_of(fault)}
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return Told("disk_full", facts)
    if fault.filename is None:
        return Told("system_fault", facts)
    return Told("system_fault_of_file", facts | {"file": _plain(fault.filename)})


def errno_of(fault: OSError) -> str:
    """Why the system would not, by the name all systems have for it."""
    return errno.errorcode.get(fault.errno or 0, "") or str(fault.errno or "?")


def reason(name: str, language: Language) -> str:
    """The same in words: those of the system are English, or of its own language."""
    known = f"system_{name}"
    if known in phrases():
        return phrases()[known].say(known, language)
    return phrases()["system_other"].say("system_other", language, number=name)


def _of_installation(fault: InstallationError) -> Told:
    facts = {name: _plain(value) for name, value in fault.details.items()}
    cause = fault.__cause__
    if isinstance(cause, OSError):
        return Told(fault.code, facts | {"errno": errno_of(cause)})
    return Told(fault.code, {"why": str(fault)} | facts)


def _of_database(fault: BaseException) -> Told | None:
    """A database that is busy, full, out of reach or damaged; None for any other fault."""
    kind = type(fault)
    engine = kind.__module__.partition(".")[0].removeprefix("_")
    if engine not in _DATABASES or kind.__name__ not in _STATE_OF_DATABASE:
        return None
    said = str(fault).lower()
    code = next((code for code, words in _SAID.items() if any(each in said for each in words)), None)
    if code == "database_damaged" and "disk i/o error" in said and _is_disk_full():
        code = "database_full"  # SQLite says so of what it could not write as well
    if engine == "duckdb" and code != "database_full":
        return None  # a file it cannot read is told by its digest
    return Told(code or "database_unusable", {"home": str(Home.from_environment().root), "engine": engine})


def _is_disk_full() -> bool:
    try:
        return shutil.disk_usage(Home.from_environment().root).free < _NO_ROOM
    except OSError:
        return False


def _said(name: str, value: Any, language: Language) -> Any:
    """A store is said by what people call it, damage by what it is."""
    known = f"{name}_{value}"
    if name in ("store", "damage") and known in phrases():
        return phrases()[known].say(known, language)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, (int, float)) else str(value)


def _with_cause(fault: BaseException | None) -> Iterator[BaseException]:
    """A fault and what it was raised from on purpose."""
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        yield fault
        fault = fault.__cause__
