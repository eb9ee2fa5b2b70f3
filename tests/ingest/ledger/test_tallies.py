"""A sealed table is known to hold what was written to it: a row gone, added, put back as it was, in whichever table."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.home import Home
from tests.ingest.ledger.unguarded import NOW, fill, unguarded

SEED = 20261128


@pytest.fixture
def filled(home: Home, country: SimpleNamespace, submit: Callable[..., Any]) -> Home:
    fill(country, submit)
    assert _others(home) == []
    return home


def _others(home: Home) -> list[tuple[str, int]]:
    """Tables that hold others, and how many rows more than were written."""
    from ingest.ledger.seals.broken import other_tables, sealed_models

    return [(each.table, each.found - each.written) for each in other_tables(home, sealed_models())]


class _Table:
    """One sealed table, row by row, each with a seal that fits it."""

    def __init__(self, model: Any, run: Callable[..., list[Any]]) -> None:
        from ingest.ledger.seals.row_digest import table_of

        self._table, self._run, self.name = table_of(model), run, table_of(model).name
        self.columns = ("seal", *self._table.columns)
        self._key = self.columns.index(self._table.key)

    def rows(self) -> list[list[Any]]:
        columns = ", ".join(f'"{column}"' for column in self.columns)
        return [list(row) for row in self._run(f'SELECT {columns} FROM "{self.name}"')]

    def take(self, row: list[Any]) -> None:
        self._run(f'DELETE FROM "{self.name}" WHERE "{self._table.key}" = ?', row[self._key])

    def put(self, row: list[Any]) -> None:
        columns = ", ".join(f'"{column}"' for column in self.columns)
        places = ", ".join("?" * len(row))
        self._run(f'INSERT INTO "{self.name}" ({columns}) VALUES ({places})', *row)

    def numbered(self, row: list[Any]) -> list[Any]:
        """The same under a number that nobody has, sealed."""
        number = row[self._key]
        other = [*row]
        other[self._key] = number[::-1] if isinstance(number, str) else number + 1000
        return [self._table.digest(other[1:]), *other[1:]]


def test_in_whichever_table_a_row_is_gone_or_was_never_written(filled: Home) -> None:
    """Each row that is there fits its seal: those alone would tell nothing."""
    from django.db import IntegrityError

    from ingest.ledger.seals.broken import broken_rows, sealed_models

    chance, added = random.Random(SEED), 0
    models = sealed_models()
    with unguarded(filled) as run:
        for table in (_Table(model, run) for model in models):
            row = chance.choice(table.rows())
            table.take(row)
            assert _others(filled) == [(table.name, -1)]
            if row != (other := table.numbered(row)):
                table.put(other)
                assert _others(filled) == [(table.name, 0)], "another in its place"
                assert list(broken_rows(filled, models)) == []
                table.take(other)
            table.put(row)
            assert _others(filled) == []
            try:
                table.put(other)
            except (IntegrityError, sqlite3.IntegrityError):
                continue  # what must be once is
            assert _others(filled) == [(table.name, 1)]
            table.take(other)
            added += 1
    assert added >= 8


def test_a_row_of_an_earlier_day_with_the_seal_of_that_day_is_seen_and_nothing_is_built_of_it(
    filled: Home, country: SimpleNamespace
) -> None:
    from ingest.ledger.decisions.approvals import return_
    from ingest.ledger.records import Submission
    from ingest.ledger.seals.broken import OtherTableError, broken_rows, require_built_from, sealed_models

    [approved] = Submission.objects.filter(state="approved")
    with unguarded(filled) as run:
        table = _Table(Submission, run)
        earlier = [row for row in table.rows() if approved.received_at and approved.seal in row]
    return_(approved.pk, country.actor, country.district, reason="why", at=NOW, confirmed=True)
    require_built_from(filled)
    with unguarded(filled) as run:
        table = _Table(Submission, run)
        [later] = [row for row in table.rows() if row not in earlier and "returned" in row]
        [before] = earlier
        table.take(later)
        table.put(before)
        assert list(broken_rows(filled, sealed_models())) == []
        with pytest.raises(OtherTableError, match="ledger_submission"):
            require_built_from(filled)
        table.take(before)
        table.put(later)
    require_built_from(filled)


def test_who_writes_at_once_leaves_what_adds_up(home: Home, country: SimpleNamespace) -> None:
    """The same rows by several, changed, added, and what was counted folded meanwhile."""
    from django.db import connections

    from ingest.ledger.records import Node
    from ingest.ledger.seals import tally

    def write(me: int) -> None:
        try:
            for number in range(6):
                Node.objects.filter(kind="district").update(name_kk=f"{me} {number}")
                node = Node.objects.get(pk=country.school.pk)
                node.name_ru = f"{me} {number}"
                node.save()
                Node.objects.create(kind="organisation", code=f"{me}{number}", name_kk="а", name_ru="a")
                tally.fold()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as several:
        list(several.map(write, range(4)))
    assert _others(home) == []
    tally.fold()
    assert _others(home) == []


def test_what_one_changes_and_takes_back_is_not_counted(home: Home, country: SimpleNamespace) -> None:
    from django.db import transaction

    from ingest.ledger.records import Node

    with pytest.raises(RuntimeError), transaction.atomic():
        Node.objects.create(kind="organisation", code="1", name_kk="а", name_ru="a")
        Node.objects.update(name_ru="b")
        raise RuntimeError
    assert _others(home) == []
    Node.objects.bulk_create([])
    assert Node.objects.filter(code="none").update(name_ru="c") == 0
    assert _others(home) == []
