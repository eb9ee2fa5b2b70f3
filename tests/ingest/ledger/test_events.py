"""Events cannot be changed, whoever asks: the database itself refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

STATEMENTS = {
    "update": "UPDATE ledger_submissionevent SET kind = 'approved'",
    "delete": "DELETE FROM ledger_submissionevent",
    "delete one": "DELETE FROM ledger_submissionevent WHERE kind = 'received'",
}
SQLITE_ONLY = {
    "replace": "INSERT OR REPLACE INTO ledger_submissionevent"
    " (id, kind, channel, at, details, receipt_key, actor_id, on_behalf_of_id, submission_id)"
    " SELECT id, 'approved', channel, at, details, 'k2', actor_id, on_behalf_of_id, submission_id"
    " FROM ledger_submissionevent",
    "replace by key": "INSERT OR REPLACE INTO ledger_submissionevent"
    " (kind, channel, at, details, receipt_key, actor_id, submission_id)"
    " SELECT 'approved', channel, at, details, receipt_key, actor_id, submission_id"
    " FROM ledger_submissionevent WHERE receipt_key = 'k1'",
}


POSTGRESQL_ONLY = {"truncate": "TRUNCATE ledger_submissionevent CASCADE"}


def test_the_database_refuses_to_change_events(submit: Callable[..., Any]) -> None:
    from django.db import DatabaseError, connection, transaction

    from ingest.ledger.records import SubmissionEvent

    submit("a", key="k1")
    before = list(SubmissionEvent.objects.order_by("pk").values())
    own = SQLITE_ONLY if connection.vendor == "sqlite" else POSTGRESQL_ONLY
    for statement in {**STATEMENTS, **own}.values():
        refused = pytest.raises(DatabaseError, match="append-only")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert list(SubmissionEvent.objects.order_by("pk").values()) == before


def test_the_orm_is_refused_as_well(submit: Callable[..., Any]) -> None:
    from django.db import DatabaseError, transaction

    from ingest.ledger.records import SubmissionEvent

    submit("a")
    event = SubmissionEvent.objects.get()
    event.kind = "approved"
    with pytest.raises(DatabaseError), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()


def test_every_state_and_every_act_has_its_words() -> None:
    from ingest.ledger.records import Submission, SubmissionEvent
    from ingest.schema.forms.codelist import codelist

    assert set(Submission.State.values) == set(codelist("submission_state").by_code)
    assert set(SubmissionEvent.Kind.values) == set(codelist("submission_event_kind").by_code)
