"""Rows of the ledger are sealed by whichever way they are written, and a changed value is seen, whichever it is."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.home import Home
from tests.ingest.ledger.conftest import require_all_sealed
from tests.ingest.ledger.unguarded import fill, unguarded

SEED = 20261127
NOW = datetime(2026, 9, 14, 4, tzinfo=UTC)
_INSTEAD: dict[str, Any] = {"DateTimeField": NOW, "DateField": NOW.date(), "JSONField": "[]"}


@pytest.fixture
def filled(home: Home, country: SimpleNamespace, submit: Callable[..., Any]) -> Home:
    """At least one row in every sealed table."""
    fill(country, submit)
    return home


def test_whatever_value_is_changed_its_table_and_row_are_named(filled: Home) -> None:
    from ingest.ledger.seals.broken import broken_rows, sealed_models
    from ingest.ledger.seals.row_digest import SEAL

    require_all_sealed(filled)
    chance, seen, refused = random.Random(SEED), 0, 0
    for model in sealed_models():
        key = model._meta.pk
        for field in (each for each in model._meta.concrete_fields):
            number = chance.choice(list(model._default_manager.values_list("pk", flat=True)))
            if field is key and key.get_internal_type() != "BigAutoField":
                continue  # the row would have another name
            with _spoiled(filled, model._meta.db_table, field, key, number, chance) as now:
                if now is None:
                    refused += 1  # a server keeps its constraints, whoever writes
                    continue
                found = [(each.table, each.row) for each in broken_rows(filled, sealed_models())]
            assert found == [(model._meta.db_table, now)], (field, number)
            seen += 1
    assert seen > 80 and refused < 8
    assert SEAL in {field.column for field in model._meta.concrete_fields}, "the seal itself is among them"
    require_all_sealed(filled)


def test_a_row_that_was_damaged_is_not_sealed_again_by_changing_it(
    filled: Home, country: SimpleNamespace
) -> None:
    from ingest.ledger.decisions.approvals import return_
    from ingest.ledger.records import Submission, SubmissionEvent
    from ingest.ledger.seals.sealed import BrokenSealError

    [approved] = Submission.objects.filter(state="approved")
    field = Submission._meta.get_field("received_at")
    before = SubmissionEvent.objects.count()
    with _spoiled(filled, "ledger_submission", field, Submission._meta.pk, approved.pk, random.Random(1)):
        for change in (
            lambda: return_(
                approved.pk, country.actor, country.district, reason="why", at=NOW, confirmed=True
            ),
            lambda: Submission.objects.filter(pk=approved.pk).update(file_name="other"),
            lambda: Submission.objects.bulk_update([Submission(pk=approved.pk)], ["file_name"]),
        ):
            with pytest.raises(BrokenSealError) as told:
                change()
            assert (told.value.table, told.value.row) == ("ledger_submission", approved.pk)
    assert SubmissionEvent.objects.count() == before
    assert Submission.objects.get(pk=approved.pk).state == "approved"


def test_rows_written_at_once_and_changed_at_once_are_sealed(home: Home, country: SimpleNamespace) -> None:
    from ingest.ledger.records import Node

    new = [
        Node(kind="organisation", code=f"9{number:011}", name_kk="а", name_ru="a") for number in range(1200)
    ]
    made = Node.objects.bulk_create(new, batch_size=500)
    assert len({node.pk for node in made}) == 1200
    for node in made:
        node.name_kk = node.code
    Node.objects.bulk_update(made, ["name_kk"], batch_size=200)
    assert Node.objects.filter(code__startswith="9").update(name_ru="b") == 1200
    assert Node.objects.filter(code="none").update(name_ru="c") == 0
    one = Node.objects.only("name_ru").get(code=made[0].code)
    one.name_ru = "d"
    one.save()
    assert Node.objects.create(kind="organisation", code="8", name_kk="а", name_ru="a").pk > made[-1].pk
    with pytest.raises(NotImplementedError):
        Node.objects.bulk_create(new, ignore_conflicts=True)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)
    | st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abә", min_size=1), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(
    JSON.filter(lambda value: value is not None),
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()),
    st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=900),
)
def test_what_is_sealed_is_what_either_database_gives_back(
    seals: Callable[..., None], details: Any, at: datetime, path: str
) -> None:
    seals(details, at, path)


@pytest.fixture(scope="module")
def seals(empty_ledger: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., None]]:
    """Writes a row and looks whether it is what its seal says."""
    import shutil

    import ingest.ledger
    from ingest.ledger.records import ReceiptProblem
    from ingest.ledger.seals.sealed import require_sealed

    home = Home(tmp_path_factory.mktemp("sealed"))
    shutil.copyfile(empty_ledger, home.ledger)

    def write(details: Any, at: datetime, path: str) -> None:
        ingest.ledger.setup(home)
        key = str(ReceiptProblem.objects.count())
        made = ReceiptProblem.objects.create(key=key, path=path, code="c", details=details, at=at)
        require_sealed(ReceiptProblem, [made.pk])

    yield write


def test_moving_up_to_seals_seals_what_is_there(home: Home, submit: Callable[..., Any]) -> None:
    from django.db import DatabaseError, connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from ingest.ledger.records import SubmissionEvent

    submit("a", outcome="accepted")
    MigrationExecutor(connection).migrate([("ledger", "0017_corrections_are_asked_for")])
    MigrationExecutor(connection).migrate([("ledger", "0018_rows_are_sealed")])
    assert SubmissionEvent.objects.exclude(seal=None).exists()
    require_all_sealed(home)
    for statement in ("UPDATE ledger_submissionevent SET kind = 'x'", "DELETE FROM ledger_submissionevent"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)


@contextmanager
def _spoiled(
    home: Home, table: str, field: Any, key: Any, number: Any, chance: random.Random
) -> Iterator[Any]:
    """One value of one row changed in the database itself, whatever it is, and put back; the row's number then."""
    from django.db import DataError, IntegrityError, connection

    with unguarded(home) as run:
        [(value,)] = run(f'SELECT "{field.column}" FROM "{table}" WHERE "{key.column}" = ?', number)
        other = _other(value, field, chance, is_file=connection.vendor == "sqlite")
        now = other if field is key else number
        change = f'UPDATE "{table}" SET "{field.column}" = ? WHERE "{key.column}" = ?'
        try:
            run(change, other, number)
        except (IntegrityError, DataError, sqlite3.IntegrityError):
            yield None
            return
        try:
            yield now
        finally:
            run(change, value, now)


def _other(value: Any, field: Any, chance: random.Random, *, is_file: bool) -> Any:
    """What a bit that turns may make of it."""
    kind = field.get_internal_type()
    if value is None:
        other = _INSTEAD.get(kind, 5 if "Int" in kind or field.is_relation else "a")
    elif isinstance(value, bool):
        other = not value
    elif isinstance(value, int):
        other = value ^ (1 << chance.randrange(30))
    elif isinstance(value, datetime):
        other = value.replace(microsecond=value.microsecond ^ 1)
    elif isinstance(value, date):
        other = value.replace(day=value.day % 28 + 1)
    elif kind == "JSONField":
        other = "[1]" if value != "[1]" else "[2]"
    elif is_file:
        text = bytearray(value.encode() or b"a")
        text[chance.randrange(len(text))] ^= 1 << chance.randrange(8)
        other = bytes(text)
    else:
        other = value[:-1] + ("a" if value[-1:] != "a" else "b")
    return str(other) if is_file and isinstance(other, date) else other
