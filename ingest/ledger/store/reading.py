"""The ledger opened by who only looks: nothing is created, migrated or written, not even beside the file.

In: a home. Out: this process bound to its ledger, read-only, for as long as some work takes. An SQLite file that no
one has open is read as one that does not change, since SQLite would otherwise make files beside it; where somebody
wrote meanwhile, the work is done anew in the company of writers.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

from ingest.home import Home, work_for
from ingest.ledger.store.connection import bind_to
from ingest.ledger.store.database import is_file, reading_database_of
from ingest.ledger.store.version import UnreadableLedgerError

__all__ = ["UnreadableLedgerError", "exists", "read_steadily"]

Found = TypeVar("Found")


def exists(home: Home) -> bool:
    """Whether somebody made that home: where the ledger is elsewhere, its folder is all there is to see."""
    return home.ledger.is_file() if is_file(home) else home.raw.is_dir()


def read_steadily(home: Home, work: Callable[[], Found]) -> Found:
    """What `work` finds in the home's ledger, opened for reading alone. Raises UnreadableLedgerError.

    `work` may be called a second time.
    """
    before = _moment(home)
    is_busy = is_file(home) and _log(home).exists()
    found = _read(home, work, alone=not is_busy)
    if is_busy or _moment(home) == before:
        return found
    return _read(home, work, alone=False)


def _read(home: Home, work: Callable[[], Found], alone: bool) -> Found:
    work_for(home)
    bind_to(reading_database_of(home, alone=alone))
    from django.db import OperationalError, connections

    try:
        connections["default"].ensure_connection()
    except OperationalError as error:
        raise UnreadableLedgerError(home, "ledger_unreadable") from error
    try:
        _must_be_of_this_version(home)
        return work()
    finally:
        connections["default"].close()


def _must_be_of_this_version(home: Home) -> None:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    known = set(executor.loader.disk_migrations or {})
    apps = {app for app, _ in known}
    if {migration for migration in executor.loader.applied_migrations if migration[0] in apps} - known:
        raise UnreadableLedgerError(home, "ledger_newer")
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise UnreadableLedgerError(home, "ledger_older")


def _log(home: Home) -> Any:
    """SQLite's log of what is not in the file yet; it is there while anybody has the ledger open."""
    return home.ledger.with_name(home.ledger.name + "-wal")


def _moment(home: Home) -> tuple[int, int, bool] | None:
    """What changes when somebody writes, or begins to."""
    if not is_file(home):
        return None
    seen = os.stat(home.ledger)  # noqa: PTH116  # one call for both
    return seen.st_mtime_ns, seen.st_size, _log(home).exists()
