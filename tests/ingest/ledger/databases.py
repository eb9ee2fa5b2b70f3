"""Databases on a PostgreSQL server that tests use one after the other: bringing one back to what it began as takes a
twentieth of making another.

In: the URL of a server and the name of a database to begin as. Out: `Databases`, which lends one to each test. What a
test leaves behind is taken away when it gives the database back; where that cannot be done (the tables themselves were
changed, or whoever the tests are on that server may not) the database is dropped and the next test gets a new one.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

# Everything that changing tables, their columns, indices, triggers or functions writes; rows are not among it.
_SHAPE = """
    WITH ours AS (
        SELECT oid, xmin FROM pg_class WHERE relnamespace = 'public'::regnamespace
    ), written AS (
        SELECT xmin FROM ours
        UNION ALL SELECT xmin FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT a.xmin FROM pg_attribute AS a JOIN ours ON ours.oid = a.attrelid
        UNION ALL SELECT i.xmin FROM pg_index AS i JOIN ours ON ours.oid = i.indrelid
        UNION ALL SELECT t.xmin FROM pg_trigger AS t JOIN ours ON ours.oid = t.tgrelid
        UNION ALL SELECT c.xmin FROM pg_constraint AS c JOIN ours ON ours.oid = c.conrelid
        UNION ALL SELECT d.xmin FROM pg_attrdef AS d JOIN ours ON ours.oid = d.adrelid
    )
    SELECT count(*), max(xmin::text::bigint) FROM written
"""
_OTHERS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@dataclass
class _Database:
    """One that was just made. `shape`: when what is not rows was last written; `rows`: of each table, as text."""

    name: str
    shape: tuple[int, int]
    tables: list[str]
    rows: dict[str, bytes]
    sequences: dict[str, tuple[int, bool]]


@dataclass
class Databases:
    """Those on one server that begin as the database `template`."""

    server: str
    template: str
    _spare: list[_Database] = field(default_factory=list)
    _lent: dict[str, _Database] = field(default_factory=dict)

    def lend(self) -> str:
        """The name of one that is as the template is."""
        found = (
            self._spare.pop() if self._spare else self._looked_at(create_database(self.server, self.template))
        )
        self._lent[found.name] = found
        return found.name

    def take_back(self, name: str) -> None:
        """It is as the template again, or gone."""
        found = self._lent.pop(name)
        if self._is_restored(found):
            self._spare.append(found)
        else:
            drop_database(self.server, name)

    def close(self) -> None:
        """Drop all of them."""
        for name in (*self._lent, *(each.name for each in self._spare)):
            drop_database(self.server, name)

    def _looked_at(self, name: str) -> _Database:
        with psycopg.connect(url_of(self.server, name), autocommit=True) as connection:
            tables = [
                table
                for (table,) in connection.execute(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
                )
            ]
            rows = {table: held for table in tables if (held := _copied(connection, table))}
            sequences = {}
            for (sequence,) in connection.execute(
                "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
            ).fetchall():
                query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(sequence))
                [(last, is_called)] = connection.execute(query).fetchall()
                sequences[sequence] = (last, is_called)
            return _Database(name, _shape(connection), tables, rows, sequences)

    def _is_restored(self, found: _Database) -> bool:
        with (
            suppress(psycopg.Error),
            psycopg.connect(url_of(self.server, found.name), autocommit=True) as connection,
        ):
            connection.execute(_OTHERS, [found.name])
            if _shape(connection) != found.shape:
                return False
            # Neither triggers nor references look at what this does.
            connection.execute("SET session_replication_role = replica")
            with connection.transaction():
                emptied = [sql.SQL("DELETE FROM {};").format(sql.Identifier(table)) for table in found.tables]
                connection.execute(sql.SQL("").join(emptied))
                for table, held in found.rows.items():
                    query = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
                    with connection.cursor().copy(query) as copy:
                        copy.write(held)
                moved = [
                    sql.SQL("SELECT setval({}, {}, {});").format(
                        sql.Literal(f'public."{name}"'), last, is_called
                    )
                    for name, (last, is_called) in found.sequences.items()
                ]
                connection.execute(sql.SQL("").join(moved))
            return True
        return False


def create_database(server: str, template: str = "template0") -> str:
    """A new one on the server, a copy of another; its name."""
    name = f"bbaj_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        # Copying files takes half the time of copying page by page; before 15 there was no other way.
        by_files = " STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}{by_files}".encode())
    return name


def drop_database(server: str, name: str) -> None:
    """Whoever is connected to it or not."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def url_of(server: str, name: str) -> str:
    """Where a database of the server is found."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _shape(connection: psycopg.Connection) -> tuple[int, int]:
    [found] = connection.execute(_SHAPE).fetchall()
    return found


def _copied(connection: psycopg.Connection, table: str) -> bytes:
    query = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor().copy(query) as copy:
        return b"".join(bytes(part) for part in copy)
