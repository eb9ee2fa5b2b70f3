"""Rows of the ledger that say something else than when they were written.

In: a ledger, file or server. Out: table and number of each such row. Nothing is written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from itertools import islice
from typing import Any
from urllib.parse import quote

from ingest.home import Home
from ingest.ledger.receipts.receipt_numbers import LEFT_OUT
from ingest.ledger.records import (
    Directive,
    Node,
    Obligation,
    RawFile,
    ReadingMeans,
    Scope,
    Submission,
    Verdict,
)
from ingest.ledger.seals import tally
from ingest.ledger.seals.row_digest import table_of
from ingest.ledger.seals.sealed import BrokenSealError, SealedModel, columns_as_stored
from ingest.ledger.store.database import is_file

BUILT_FROM: tuple[type[SealedModel], ...] = (
    Directive, Node, RawFile, ReadingMeans, Scope, Submission, Verdict,
)  # fmt: skip
"""What decides what a build holds."""
_CHUNK = 5000


class OtherTableError(BrokenSealError):
    """A table of the ledger holds other rows than were written to it. `written`, `found`: how many."""

    def __init__(self, table: str, written: int, found: int) -> None:
        super().__init__(table, None)
        self.args = (f"{table}: {found} rows, or others, where {written} were written",)
        self.written, self.found = written, found
        self.of("ledger_table_altered", table=table, written=written, found=found)


def sealed_models() -> list[type[SealedModel]]:
    """Every table whose rows are sealed, by name."""
    from django.apps import apps

    found = [model for model in apps.get_models() if issubclass(model, SealedModel)]
    return sorted(found, key=lambda model: model._meta.db_table)


def broken_rows(
    home: Home, models: Sequence[type[SealedModel]], newest: int | None = None
) -> Iterator[BrokenSealError]:
    """Of these tables, table after table. `newest`: of each so many of the highest numbers alone."""
    with _reading(home) as chunks:
        for model in models:
            table = table_of(model)
            vendor = "sqlite" if is_file(home) else "postgresql"
            query = f'SELECT {columns_as_stored(table, vendor)} FROM "{table.name}"'
            if newest is not None:
                query += f' ORDER BY "{table.key}" DESC LIMIT {newest}'
            for rows in chunks(query):
                for number, kept, *values in rows:
                    if kept != table.digest(values):
                        yield BrokenSealError(table.name, number)


def gone_rows(home: Home) -> Iterator[tuple[str, int]]:
    """Table and the first number of each gap in one, of a ledger that is a file: SQLite gives numbers without gaps and
    takes them back with what is undone, and no row of these is ever deleted. On a server numbers may be left out, and
    where a ledger was restored receipts go on behind a gap: one that ends as such a gap does is none."""
    if not is_file(home):
        return
    with _reading(home) as chunks:
        tables = {Obligation._meta.db_table, *(table_of(model).name for model in sealed_models())}
        given = [
            row for rows in chunks("SELECT name, seq FROM sqlite_sequence ORDER BY name") for row in rows
        ]
        for table, last in given:
            if table not in tables:
                continue
            gaps = (
                f"SELECT t.id + 1, (SELECT min(id) FROM {table} WHERE id > t.id) "
                f"FROM (SELECT 0 AS id UNION ALL SELECT id FROM {table}) AS t "
                f"LEFT JOIN {table} AS next ON next.id = t.id + 1 WHERE t.id < {last} AND next.id IS NULL"
            )
            for rows in chunks(gaps):
                for number, following in rows:
                    is_left_out = (last if following is None else following - 1) % LEFT_OUT == 0
                    if not (is_left_out and table == Submission._meta.db_table):
                        yield table, number


def other_tables(home: Home, models: Sequence[type[SealedModel]]) -> Iterator[OtherTableError]:
    """Of these tables those that hold other rows than were written to them, each of which may fit its seal."""
    with _reading(home) as chunks:
        for model in models:
            table = table_of(model).name
            rows, seals = [0, 0], [0, 0]
            for some in chunks(tally.comparing(table)):
                for is_written in (0, 1):
                    of_it = [(count, seal) for kept, count, seal in some if kept == is_written]
                    rows[is_written] += sum(count for count, _ in of_it)
                    seals[is_written] += tally.added_up(seal for _, seal in of_it)
            if rows[0] != rows[1] or not tally.is_same(*seals):
                yield OtherTableError(table, rows[1], rows[0])


def require_built_from(home: Home) -> None:
    """Let everything that decides what a build holds be what was written. Raises BrokenSealError for the first row,
    OtherTableError for the first table."""
    for broken in broken_rows(home, BUILT_FROM):
        raise broken
    for other in other_tables(home, BUILT_FROM):
        raise other


@contextmanager
def _reading(home: Home) -> Iterator[Callable[[str], Iterator[list[Any]]]]:
    """Who asks for rows, chunk by chunk. A file is read beside Django, which would take a 3 for a yes and cannot say
    which row holds a text that is none."""
    if is_file(home):
        address = f"file:{quote(str(home.ledger))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=30)) as con:
            con.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
            yield lambda query: _chunks(con.execute(query))
        return
    from django.db import connection

    def of_server(query: str) -> Iterator[list[Any]]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(query)
            yield from iter(lambda: cursor.fetchmany(_CHUNK), [])

    yield of_server


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while some := list(islice(left, _CHUNK)):
        yield some
