"""Where a home's ledger lives, in Django's words.

In: a `Home` with its settings. Out: one entry of Django's DATABASES. The environment variable BBAJ_LEDGER_URL goes
before the setting `ledger`; that the database is the installation's own is found out by its id, not by its address.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from ingest.home import Home, InstallationError

LEDGER_IN = "BBAJ_LEDGER_URL"
# Many short writers at once (parallel tasks): take the write lock at the transaction's start and wait for it,
# let readers go on meanwhile, and lose no acknowledged receipt to a power cut.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
_PATIENCE_SECONDS = 10
"""So long is a server that does not answer waited for by who only looks."""

# Whoever stops in the middle of a transaction loses it and its locks, and what they write when they go on is refused;
# who waits for a lock says so instead of waiting for ever. Milliseconds.
_POSTGRESQL_OPTIONS = "-c idle_in_transaction_session_timeout=600000 -c lock_timeout=120000"


class LedgerUrlError(InstallationError):
    """BBAJ_LEDGER_URL or the setting `ledger` names no PostgreSQL database."""


def database_of(home: Home) -> dict[str, Any]:
    """The Django database of a home's ledger. Raises LedgerUrlError."""
    url = _url(home)
    if url:
        return _postgresql(url) | {"OPTIONS": {"options": _POSTGRESQL_OPTIONS}}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(home.ledger),
        "OPTIONS": dict(_SQLITE_OPTIONS),
    }


def is_file(home: Home) -> bool:
    """Whether the ledger is an SQLite file of its home, not a database of a server."""
    return not _url(home)


def reading_database_of(home: Home, *, alone: bool) -> dict[str, Any]:
    """The same database for who only reads. `alone`: nobody else has the file open, so nothing beside it is needed.

    Raises LedgerUrlError.
    """
    if url := _url(home):
        return _postgresql(url) | {
            "OPTIONS": {
                "options": "-c default_transaction_read_only=on",
                "connect_timeout": _PATIENCE_SECONDS,
            }
        }
    alone_there = "&immutable=1" if alone else ""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"file:{quote(str(home.ledger))}?mode=ro{alone_there}",
        "OPTIONS": {"timeout": 30},
    }


def postgresql_database(url: str) -> dict[str, Any]:
    """The Django database of an address. Raises LedgerUrlError."""
    return _postgresql(url)


def _url(home: Home) -> str | None:
    return os.environ.get(LEDGER_IN) or home.settings.ledger


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or len(parts.path) < 2:
        wrong = LedgerUrlError("BBAJ_LEDGER_URL: write postgresql://user:password@host:port/database")
        raise wrong.of("ledger_url")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }
