"""Rows that are gone from a ledger in a file are told by the first number of each gap, and nothing else is."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.home import Home

SEED = 20261127
NOW = datetime(2026, 9, 14, 4, tzinfo=UTC)
# A server may leave numbers out.
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
PROBLEMS, RECEIPTS = "ledger_receiptproblem", "ledger_submission"


@pytest.fixture
def filled(home: Home, submit: Callable[..., Any]) -> Iterator[Home]:
    """A dozen of problems, four receipts."""
    from ingest.ledger.receipts import receipt_problems

    for number in range(12):
        receipt_problems.record(str(number), f"drop/{number}", "cannot_identify", {}, NOW)
    for name in "abcd":
        submit(name, period=f"2026-W{36 + ord(name) - ord('a')}")
    yield home
    home.ledger.unlink()  # what was written into it here has no seals


def _changed(home: Home, *statements: str) -> None:
    from django.db import connections

    connections.close_all()
    with closing(sqlite3.connect(home.ledger, isolation_level=None)) as con:
        con.execute("PRAGMA foreign_keys = off")
        for (trigger,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            con.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            con.execute(statement)


def _gone(home: Home) -> list[tuple[str, int]]:
    from ingest.ledger.seals.broken import gone_rows

    return sorted(gone_rows(home))


def test_every_gap_is_told_by_its_first_number(filled: Home) -> None:
    assert _gone(filled) == []
    chance = random.Random(SEED)
    left = set(range(1, 13))
    while left:
        out = set(chance.sample(sorted(left), min(len(left), chance.randint(1, 3))))
        left -= out
        _changed(filled, *(f"DELETE FROM {PROBLEMS} WHERE id = {number}" for number in out))
        gaps = [number for number in range(1, 13) if number not in left and number - 1 in {0, *left}]
        assert _gone(filled) == [(PROBLEMS, number) for number in gaps]


@pytest.mark.parametrize(
    ("left_out", "gone", "told"),
    [
        ((5, 100_000), (), ()),
        ((5, 200_000), (), ()),
        ((5, 100_000), (2,), (2,)),
        ((5, 100_000), (1, 2, 4), (1,)),  # those before the gap are a part of it
        ((5, 99_999), (), (5,)),
        ((5, 100_001), (), (5,)),
        ((5, 100_000), (100_002,), (100_002,)),
    ],
)
def test_receipts_go_on_behind_a_gap_where_a_ledger_was_restored(
    filled: Home, left_out: tuple[int, int], gone: tuple[int, ...], told: tuple[int, ...]
) -> None:
    """Whoever has a paper of a receipt that was lost shall not find another's under its number."""
    _, last = left_out
    with closing(sqlite3.connect(filled.ledger)) as con:
        columns = ", ".join(row[1] for row in con.execute(f"PRAGMA table_info({RECEIPTS})") if row[1] != "id")
    further = [
        f"INSERT INTO {RECEIPTS} (id, {columns}) SELECT {last + nth}, {columns} FROM {RECEIPTS} WHERE id = 3"
        for nth in (1, 2, 3)
    ]
    _changed(filled, *further, *(f"DELETE FROM {RECEIPTS} WHERE id = {number}" for number in gone))
    assert _gone(filled) == [(RECEIPTS, number) for number in told]


def test_where_nothing_came_after_a_restored_ledger_goes_on_behind_the_gap(filled: Home) -> None:
    _changed(filled, f"UPDATE sqlite_sequence SET seq = 100000 WHERE name = '{RECEIPTS}'")
    assert _gone(filled) == []
    _changed(filled, f"UPDATE sqlite_sequence SET seq = 100003 WHERE name = '{RECEIPTS}'")
    assert _gone(filled) == [(RECEIPTS, 5)]
