"""A SQLAlchemy dialect through which Great Expectations reads a DuckDB connection that is already open.

In: a `duckdb.DuckDBPyConnection`. Out: an address at which each thread finds the connection it shares just now, so
that a suite sees the tables of an in-memory database and nothing is copied.

Great Expectations closes its connection before it reads the rows of a query. duckdb-engine's cursor loses
them then; this one fetches them all when it executes, which is cheap because a rule's answer is one count.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import duckdb_engine
from sqlalchemy.dialects import registry
from sqlalchemy.pool import NullPool

_NAME = "bbaj_duckdb"
ADDRESS = f"{_NAME}:///shared"


class _Shared(threading.local):
    """The connection that is shared in this thread."""

    connection: duckdb.DuckDBPyConnection | None = None


_shared = _Shared()


class FetchingCursor(duckdb_engine.CursorWrapper):
    """A cursor that holds its whole answer, whatever becomes of the connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, wrapper: SharedConnection) -> None:
        super().__init__(connection, wrapper)
        self._connection = connection
        self._rows: list[tuple[Any, ...]] = []
        self._columns: Sequence[tuple[Any, ...]] | None = None

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        super().execute(statement, parameters, context)
        self._columns = self._connection.description
        self._rows = self._connection.fetchall() if self._columns else []

    @property
    def description(self) -> Sequence[tuple[Any, ...]] | None:
        return self._columns

    @property
    def rowcount(self) -> int:
        return -1

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        taken, self._rows = self._rows[: size or 1], self._rows[size or 1 :]
        return taken

    def fetchall(self) -> list[tuple[Any, ...]]:
        taken, self._rows = self._rows, []
        return taken


class SharedConnection(duckdb_engine.ConnectionWrapper):
    """A cursor of the judging connection in the dress SQLAlchemy expects."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self._connection = connection

    def cursor(self) -> FetchingCursor:
        return FetchingCursor(self._connection, self)


class SharedDuckDB(duckdb_engine.Dialect):
    """duckdb-engine's dialect on the connection given to `sharing` instead of on files."""

    supports_statement_cache = False

    def connect(self, *_: Any, **__: Any) -> Any:
        if _shared.connection is None:
            raise ValueError("no connection is shared in this thread")
        return SharedConnection(_shared.connection.cursor())

    @classmethod
    def get_pool_class(cls, url: Any) -> type[NullPool]:
        # No connection is kept: the next asker's may be another one at the same address.
        return NullPool


registry.register(_NAME, __name__, SharedDuckDB.__name__)


@contextmanager
def sharing(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """While the block runs, `connection` is what this thread finds at ADDRESS."""
    before, _shared.connection = _shared.connection, connection
    try:
        yield
    finally:
        _shared.connection = before
