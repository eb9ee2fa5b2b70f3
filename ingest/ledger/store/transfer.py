"""A ledger copied from its SQLite file into an empty PostgreSQL database, row by row as it is.

In: a home whose ledger is a file, and the address of a database. Out: the database, filled in one transaction, every
table compared by its number of rows and a digest over them; or a `TransferError` and nothing changed. Meanwhile nobody
writes to the file: who tries waits, and afterwards is refused for good, since what went there would be lost.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from typing import Any

from ingest.home import Home, InstallationError
from ingest.ledger.store.connection import bind_to, bring_up_to_date
from ingest.ledger.store.database import database_of, postgresql_database

_FROM = "moved_from"
_CHUNK = 2000
_MOVED = "moved"
_WAIT_SECONDS = 60


class TransferError(InstallationError):
    """A ledger that cannot be moved there. `code` says why."""


def transfer(home: Home, url: str) -> dict[str, int]:
    """Copy the ledger; table → rows. Afterwards this process is bound to the new one, and the file takes no writes.

    Repeated after it was interrupted it goes on. Raises TransferError.
    """
    target = postgresql_database(url)
    with _held(home) as hold:
        bind_to(target)
        if _is_filled() and not _is_up_to_date():
            raise TransferError("the database holds something else").of("move_filled")
        bring_up_to_date(home)
        with _beside(database_of(home)):
            counts = _compare() if _holds_a_ledger() else _copy(hold)
        _refuse_writes(hold)
    return counts


def copied_from(database: dict[str, Any]) -> None:
    """Fill the ledger this process is bound to, a new one, with every row of another."""
    from django.db import transaction

    with _beside(database), transaction.atomic(using=_FROM), transaction.atomic():
        _empty_tables()
        for model in _models():
            _copy_rows(model)


def _copy(hold: sqlite3.Connection) -> dict[str, int]:
    from django.db import DatabaseError, transaction

    try:
        with transaction.atomic():
            _empty_tables()
            for model in _models():
                _copy_rows(model)
            counts = _compare()
            _number_on(hold)
    except DatabaseError as error:
        if type(error).__name__ not in ("DataError", "IntegrityError"):
            raise
        # SQLite keeps what PostgreSQL would not: a longer text, a row that names another that is gone.
        why = (str(error).strip().splitlines() or ["?"])[0]
        raise TransferError(f"not taken: {why}").of("move_not_taken", why=why) from error
    return counts


def _is_filled() -> bool:
    from django.db import connection

    return bool(connection.introspection.table_names())


def _holds_a_ledger() -> bool:
    """Whether anything is in its tables but what migrations put there."""
    from ingest.ledger.records import Installation, Submission

    return Installation.objects.exists() or Submission.objects.exists()


def _is_up_to_date() -> bool:
    """Whether the database holds a ledger of this version of the program."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _models() -> list[Any]:
    from django.apps import apps

    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def _empty_tables() -> None:
    """Migrations fill some, with what the file has as well."""
    from django.db import connection

    with connection.cursor() as cursor:
        for model in _models():
            if model._base_manager.exists():  # one that only takes events refuses even where there is nothing
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")


def _copy_rows(model: Any) -> None:
    rows = model._base_manager.using(_FROM).order_by("pk").iterator(chunk_size=_CHUNK)
    for chunk in _chunks(rows):
        for row in chunk:
            row._state.db = None
        model._base_manager.using("default").bulk_create(chunk)


def _compare() -> dict[str, int]:
    """Every table on both sides. Raises TransferError where any differs."""
    counts = {}
    for model in _models():
        here, there = _digest(model, _FROM), _digest(model, "default")
        if here != there:
            table = model._meta.db_table
            differs = TransferError(f"{table}: {here[0]} rows and {there[0]} rows, or others")
            raise differs.of("move_differs", table=table, before=here[0], after=there[0])
        counts[model._meta.db_table] = here[0]
    return counts


def _digest(model: Any, alias: str) -> tuple[int, str]:
    names = sorted(each.attname for each in model._meta.concrete_fields)
    rows = model._base_manager.using(alias).order_by("pk").values_list(*names).iterator(chunk_size=_CHUNK)
    digest, count = hashlib.sha256(), 0
    for row in rows:
        count += 1
        digest.update(json.dumps(_as_number(row), default=_plain, sort_keys=True).encode())
    return count, digest.hexdigest()


def _as_number(value: Any) -> Any:
    """A whole number is one however an engine writes it within JSON."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _as_number(each) for name, each in value.items()}
    return [_as_number(each) for each in value] if isinstance(value, (list, tuple)) else value


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, (datetime, date)) else str(value)


def _number_on(hold: sqlite3.Connection) -> None:
    """Numbers go on behind the highest that was ever given, also where its row is gone."""
    from django.db import connection

    given = dict(hold.execute("SELECT name, seq FROM sqlite_sequence"))
    with connection.cursor() as cursor:
        for model in _models():
            table, column = model._meta.db_table, model._meta.pk.column
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, column])
            [sequence] = cursor.fetchone()
            if sequence and given.get(table):
                cursor.execute("SELECT setval(%s, %s)", [sequence, given[table]])


def _refuse_writes(hold: sqlite3.Connection) -> None:
    """Whoever has the file open still, or opens it again, is told that it moved."""
    for (table,) in hold.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if table.startswith("sqlite_"):
            continue
        for act in ("INSERT", "UPDATE", "DELETE"):
            hold.execute(
                f'CREATE TRIGGER IF NOT EXISTS "{_MOVED}_{table}_{act}" BEFORE {act} ON "{table}" '
                "BEGIN SELECT RAISE(ABORT, 'this ledger was moved to a server'); END"
            )


@contextmanager
def _held(home: Home) -> Iterator[sqlite3.Connection]:
    """The file, with nobody writing to it; what is done through it holds if all goes well."""
    with closing(sqlite3.connect(home.ledger, timeout=_WAIT_SECONDS, isolation_level=None)) as hold:
        hold.execute("BEGIN IMMEDIATE")
        try:
            yield hold
        except BaseException:
            hold.execute("ROLLBACK")
            raise
        hold.execute("COMMIT")


@contextmanager
def _beside(database: dict[str, Any]) -> Iterator[None]:
    """Another database under the name `_FROM` beside this process's own."""
    from django.db import connections

    before = connections.settings
    connections.settings = connections.configure_settings({**before, _FROM: dict(database)})
    try:
        yield
    finally:
        connections[_FROM].close()
        del connections[_FROM]
        connections.settings = before


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
