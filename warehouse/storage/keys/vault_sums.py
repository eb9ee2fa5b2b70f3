"""What the vault holds, added up: a bit turned in an alias would give a person's reports to nobody, or to another.

In: rows as they are written, in the transaction that writes them. Out: one sum for each table, kept in the vault, and
later whether its rows still add up to it. SQLite's own check sees a broken page, and no other number in a whole one.

A row's number is a bijection of each of its words when the others are held: one changed word always changes it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

_FACTORS = np.array(
    [
        0x9E3779B97F4A7C15,
        0xC2B2AE3D27D4EB4F,
        0x165667B19E3779F9,
        0x27D4EB2F165667C5,
        0x85EBCA77C2B2AE63,
        0xFF51AFD7ED558CCD,
        0xC4CEB9FE1A85EC53,
    ],
    dtype=np.uint64,
)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_MODULUS = 1 << 64
_CHUNK = 100_000
_COLUMNS = {
    "secret": "version, fingerprint",
    "issued": "person_key, at",
    "change": "id, kind, person_key, other_key, hmac, at",
    "alias": "kind, key_version, hmac, person_key",
}
Rows = Iterable[Sequence[Any]]


def keep_sums(connection: sqlite3.Connection) -> None:
    """Begin to keep sums in a vault that has none, from what it holds; within the transaction that makes its tables."""
    known = connection.execute("select 1 from sqlite_master where name = 'content'").fetchone()
    if known:
        return
    connection.execute(
        "create table content (part text primary key, entries integer not null, total text not null) without rowid"
    )
    for table in _COLUMNS:
        entries, total = _counted(connection, table)
        connection.execute("insert into content values (?, ?, ?)", (table, entries, f"{total:016x}"))


def add_up(connection: sqlite3.Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """These rows were added to a table, their columns in its order."""
    _change(connection, table, len(rows), _sum_of(table, rows))


def take_off(connection: sqlite3.Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """These rows are no longer in a table."""
    _change(connection, table, -len(rows), -_sum_of(table, rows))


def parts_that_differ(connection: sqlite3.Connection) -> list[str]:
    """The tables whose rows do not add up to what was kept. Of a vault from before sums were kept nothing is known."""
    if not connection.execute("select 1 from sqlite_master where name = 'content'").fetchone():
        return []
    kept = {part: (entries, total) for part, entries, total in connection.execute("select * from content")}
    found = {table: _counted(connection, table) for table in _COLUMNS}
    return [
        table for table, (entries, total) in found.items() if kept.get(table) != (entries, f"{total:016x}")
    ]


def _change(connection: sqlite3.Connection, table: str, entries: int, total: int) -> None:
    [(before,)] = connection.execute("select total from content where part = ?", (table,))
    after = (int(before, 16) + total) % _MODULUS
    connection.execute(
        "update content set entries = entries + ?, total = ? where part = ?",
        (entries, f"{after:016x}", table),
    )


def _counted(connection: sqlite3.Connection, table: str) -> tuple[int, int]:
    rows = connection.execute(f"select {_COLUMNS[table]} from {table}")
    entries = total = 0
    while chunk := list(islice(rows, _CHUNK)):
        entries += len(chunk)
        total = (total + _sum_of(table, chunk)) % _MODULUS
    return entries, total


def _sum_of(table: str, rows: Sequence[Sequence[Any]]) -> int:
    if not rows:
        return 0
    words = _alias_words(rows) if table == "alias" else _other_words(table, rows)
    with np.errstate(over="ignore"):
        number = (words * _FACTORS[: words.shape[1]]).sum(axis=1, dtype=np.uint64)
        for _ in range(2):
            number ^= number >> _HALF
            number *= _MIX
        number ^= number >> _HALF
        return int(number.sum(dtype=np.uint64))


def _alias_words(rows: Sequence[Sequence[Any]]) -> npt.NDArray[np.uint64]:
    """Kind and version, the 32 bytes of the hash, the key. What is no such row is one all the same, told as text."""
    try:
        hashes = np.frombuffer(b"".join(map(itemgetter(2), rows)), dtype="<u8").reshape(len(rows), 4)
        kinds = {kind: _word(kind) for kind in set(map(itemgetter(0), rows))}
        beside = [_numbers((kinds[row[0]] for row in rows), len(rows))]
        beside += [_numbers(map(itemgetter(place), rows), len(rows)) for place in (1, 3)]
    except (TypeError, ValueError, OverflowError):
        return _as_text("alias", rows)
    return np.column_stack([hashes.astype(np.uint64), *beside])


def _other_words(table: str, rows: Sequence[Sequence[Any]]) -> npt.NDArray[np.uint64]:
    if table == "issued":
        try:
            return _numbers(chain.from_iterable(rows), 2 * len(rows)).reshape(len(rows), 2)
        except (TypeError, ValueError, OverflowError):
            pass
    return _as_text(table, rows)


def _numbers(numbers: Iterable[Any], count: int) -> npt.NDArray[np.uint64]:
    """Whole numbers of 64 bits, whatever their sign; faster than an array made of rows."""
    return np.fromiter(numbers, dtype=np.int64, count=count).view(np.uint64)


def _as_text(table: str, rows: Sequence[Sequence[Any]]) -> npt.NDArray[np.uint64]:
    return np.array([[_word(f"{table} {tuple(row)!r}")] for row in rows], dtype=np.int64).view(np.uint64)


def _word(text: Any) -> int:
    digest = hashlib.blake2b(str(text).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
