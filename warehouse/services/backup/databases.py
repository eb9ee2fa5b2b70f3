"""Consistent copies of databases that others write to meanwhile, and databases filled from such copies.

In: an SQLite file, or the database of a PostgreSQL server. Out: a file; a filled database. SQLite is copied by its own
backup in one transaction, which lets writers go on; PostgreSQL by Debian's `pg_dump`, which reads one moment.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ingest.home import Home
from ingest.ledger.store.database import LEDGER_IN, database_of, is_file, postgresql_database
from ingest.settings.services import DATABASE_IN
from warehouse.services.backup.restic import BackupError
from warehouse.storage.files import fsync_file

LEDGER_FILE, LEDGER_DUMP, SERVICE_DUMP = "ledger.sqlite3", "ledger.pgdump", "metadata.pgdump"
_MAGIC = b"SQLite format 3\0"
_WAIT_SECONDS = 120


def copy_ledger(home: Home, to: Path) -> str:
    """The ledger as it is at one moment, into a folder; the name of the file. Raises BackupError, sqlite3.Error."""
    if is_file(home):
        copy_sqlite(home.ledger, to / LEDGER_FILE)
        return LEDGER_FILE
    dump(database_of(home), to / LEDGER_DUMP)
    return LEDGER_DUMP


def dump(database: Mapping[str, Any], to: Path) -> None:
    """A database of a PostgreSQL server, in Django's words, as it is at one moment. Raises BackupError."""
    _run_postgresql("pg_dump", database, "--format=custom", f"--file={to}")
    fsync_file(to)


def fill(database: Mapping[str, Any], copy: Path) -> None:
    """Fill an empty database from a copy that `dump` made; all of it or nothing. Raises BackupError."""
    words = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _run_postgresql("pg_restore", database, *words, f"--dbname={database['NAME']}", str(copy))


def tables_in(database: Mapping[str, Any]) -> int:
    """How many tables a database of a PostgreSQL server has."""
    with _connection(database) as con:
        counted = con.execute("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()").fetchone()
    return int(counted[0])


@contextmanager
def scratch_databases(home: Home) -> Iterator[dict[str, str]]:
    """Empty databases beside the ledger's and those of services that are on a server, gone afterwards: the variable
    that names one to a process, and its address.

    Raises BackupError where their user may not make one.
    """
    named = {} if is_file(home) else {LEDGER_IN: database_of(home)}
    for service, variable in DATABASE_IN.items():
        if address := home.settings.services.database_of(service):
            named[variable] = postgresql_database(address)
    with ExitStack() as stack:
        yield {variable: stack.enter_context(_scratch(database)) for variable, database in named.items()}


@contextmanager
def _scratch(database: Mapping[str, Any]) -> Iterator[str]:
    name = f"bbaj_drill_{secrets.token_hex(6)}"
    import psycopg

    with _connection(database) as con:
        try:
            con.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        except psycopg.errors.InsufficientPrivilege as error:
            refused = BackupError(f"{database['USER']} may make no database")
            raise refused.of("backup_no_scratch", user=database["USER"]) from error
    try:
        yield _url({**database, "NAME": name})
    finally:
        with _connection(database) as con:
            con.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def is_sqlite(file: Path) -> bool:
    """Whether a file is a database of SQLite."""
    with file.open("rb") as content:
        return content.read(len(_MAGIC)) == _MAGIC


def copy_sqlite(source: Path, to: Path) -> None:
    """Copy a database as it is at one moment, durably."""
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    place = f"file:{quote(str(source))}?mode=ro"
    with (
        closing(sqlite3.connect(place, uri=True, timeout=_WAIT_SECONDS)) as con,
        closing(sqlite3.connect(to)) as copy,
    ):
        con.backup(copy)
    fsync_file(to)


def _run_postgresql(program: str, database: Mapping[str, Any], *words: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is not installed").of("backup_no_pg_dump", program=program)
    done = subprocess.run(
        [found, *words],
        env={**os.environ, **_environment(database)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise BackupError(f"{program}: {done.stderr.strip()}").of(
            "backup_of_database", program=program, why=why
        )


def _environment(database: Mapping[str, Any]) -> dict[str, str]:
    """Where the database is, told past the list of processes: a password is not for everybody on the machine."""
    named = {
        "HOST": "PGHOST",
        "PORT": "PGPORT",
        "USER": "PGUSER",
        "PASSWORD": "PGPASSWORD",
        "NAME": "PGDATABASE",
    }
    return {variable: str(database[name]) for name, variable in named.items() if database.get(name)}


def _connection(database: Mapping[str, Any]) -> Any:
    import psycopg

    return psycopg.connect(
        host=database["HOST"] or None,
        port=database["PORT"] or None,
        user=database["USER"] or None,
        password=database["PASSWORD"] or None,
        dbname=database["NAME"],
        autocommit=True,
        connect_timeout=30,
    )


def _url(database: Mapping[str, Any]) -> str:
    user, password = quote(database["USER"], safe=""), quote(database["PASSWORD"], safe="")
    port = f":{database['PORT']}" if database["PORT"] else ""
    host = f"[{database['HOST']}]" if ":" in database["HOST"] else database["HOST"]
    return f"postgresql://{user}:{password}@{host}{port}/{quote(database['NAME'], safe='')}"
