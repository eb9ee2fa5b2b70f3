"""How many rows each sealed table was given, and the sum of their seals: a row that is gone, one that stands there and
was never written, and one of an earlier day with the seal of that day keep the seals of all others as they are.

In: a table and by how much its rows and its sum changed, in the transaction that changed them. Out: the tables that are
not what was written to them. A file has one row a table, which its only writer changes. On a server each change is a
row of its own, so that nobody waits for another; `fold` makes one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction

from ingest.ledger.seals.row_digest import DIGITS

TALLY = "ledger_sealtally"
_ALL: int = 16**DIGITS
_ADD = f'INSERT INTO "{TALLY}" (name, rows, seals) VALUES (%s, %s, %s)'


def added_up(seals: Iterable[Any]) -> int:
    """The sum of seals, in whatever order. What is none counts for nothing: such a row does not fit its seal."""
    return sum(_number(seal) for seal in seals) % _ALL


def add(table: str, rows: int, seals: int, database: str = "default") -> None:
    """So many rows came, and by so much the sum of seals became another."""
    connection = connections[database]
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(_ADD, [table, rows, _text(seals)])
            return
        cursor.execute(f'SELECT rows, seals FROM "{TALLY}" WHERE name = %s', [table])
        if (kept := cursor.fetchone()) is None:
            cursor.execute(_ADD, [table, rows, _text(seals)])
            return
        now = [kept[0] + rows, _text(_number(kept[1]) + seals), table]
        cursor.execute(f'UPDATE "{TALLY}" SET rows = %s, seals = %s WHERE name = %s', now)


def fold(database: str = "default") -> None:
    """One row a table again. Who writes meanwhile adds a row that this does not see and leaves."""
    connection = connections[database]
    if connection.vendor == "sqlite":
        return
    with transaction.atomic(using=database), connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{TALLY}" RETURNING name, rows, seals')
        totals: dict[str, tuple[int, int]] = {}
        for name, rows, seals in cursor.fetchall():
            before = totals.get(name, (0, 0))
            totals[name] = before[0] + rows, before[1] + _number(seals)
        cursor.executemany(_ADD, [(name, rows, _text(seals)) for name, (rows, seals) in totals.items()])


def count_anew(connection: Any, tables: Iterable[str]) -> None:
    """Take these tables for what was written to them: for a migration that changed their rows, and for a copy that was
    taken back to an earlier day. Of a ledger in use it would hide what is gone."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT seal FROM "{table}"')
            seals = [seal for (seal,) in cursor.fetchall()]
            cursor.execute(f'DELETE FROM "{TALLY}" WHERE name = %s', [table])
            cursor.execute(_ADD, [table, len(seals), _text(added_up(seals))])


def comparing(table: str) -> str:
    """The statement that gives, at one moment, what is there and what was written: whether it is the latter, rows,
    sum of seals."""
    return (
        f'SELECT 0, 1, seal FROM "{table}" UNION ALL '
        f"SELECT 1, rows, seals FROM \"{TALLY}\" WHERE name = '{table}'"
    )


def is_same(one: int, other: int) -> bool:
    """Whether two sums are of the same seals."""
    return not (one - other) % _ALL


def _number(seal: Any) -> int:
    try:
        return int(str(seal), 16)
    except (TypeError, ValueError):
        return 0


def _text(seals: int) -> str:
    return f"{seals % _ALL:0{DIGITS}x}"
