"""Connections to rows of persons: nothing goes through them that is not written down before, and counted after.

In: a connection of SQLAlchemy's dialect to the file of a purpose, and for whom it was opened. Out: one that has the few
ways by which Superset asks and fetches, each of which writes to the journal (`signin/asked.py`) first. Where that
cannot be written there is no answer. It stands at the file and not at the pages, so that no page is forgotten.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from dashboards.access.purposes import STRUCTURE, Given
from signin import asked

_AT_OPENING = "select current_schema()"
"""What SQLAlchemy itself asks of each connection."""


class Watched:
    """A connection."""

    def __init__(self, connection: Any, given: Given, journal: Path) -> None:
        self.watched, self._given, self._journal = connection, given, journal
        self.notices, self.autocommit = connection.notices, connection.autocommit

    @property
    def closed(self) -> bool:
        return bool(self.watched.closed)

    def cursor(self) -> _Cursor:
        """A cursor that is watched, too."""
        return _Cursor(self.watched.cursor(), self, self._given, self._journal)

    def commit(self) -> None:
        self.watched.commit()

    def rollback(self) -> None:
        self.watched.rollback()

    def interrupt(self) -> None:
        """Stop what is asked at this moment."""
        self.watched.interrupt()

    def close(self) -> None:
        self.watched.close()


class _Cursor:
    def __init__(self, cursor: Any, connection: Watched, given: Given, journal: Path) -> None:
        self._cursor, self._given, self._journal = cursor, given, journal
        self.connection = connection
        self._question = ""

    @property
    def description(self) -> Any:
        return self._cursor.description

    @description.setter
    def description(self, described: Any) -> None:  # Superset puts names of types in it
        self._cursor.description = described

    @property
    def rowcount(self) -> Any:
        return self._cursor.rowcount

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        """Ask, once it is written down. Parameters are Superset's own: names of schemas and tables."""
        self._ask(statement)
        self._cursor.execute(statement, parameters, context)

    def executemany(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        self._ask(statement)
        self._cursor.executemany(statement, parameters, context)

    def fetchone(self) -> Any:
        """One row, once it is written down."""
        row = self._cursor.fetchone()
        self._answer(0 if row is None else 1)
        return row

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """Some rows, once they are written down."""
        return self._counted(self._cursor.fetchmany(size))

    def fetchall(self) -> list[Any]:
        """All rows, once they are written down."""
        return self._counted(self._cursor.fetchall())

    def close(self) -> None:
        self._cursor.close()

    def _counted(self, rows: list[Any]) -> list[Any]:
        self._answer(len(rows))
        return rows

    def _ask(self, statement: str) -> None:
        self._question = secrets.token_hex(8)
        given = self._given
        way = STRUCTURE if statement == _AT_OPENING else given.way
        asked.ask(self._journal, self._question, given.account, given.purpose, way, statement)

    def _answer(self, rows: int) -> None:
        asked.answer(self._journal, self._question, rows)
