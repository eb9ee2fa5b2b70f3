from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

AT = datetime(2026, 9, 15, 4, tzinfo=UTC)


def _kinds(submission: Any) -> list[str]:
    return list(submission.events.order_by("pk").values_list("kind", flat=True))


def test_a_receipt_is_a_submission_with_an_event(submit: Callable[..., Any]) -> None:
    received = submit("a")
    assert not received.is_duplicate
    assert received.submission.state == "received"
    assert received.submission.raw_file.size == 10
    assert _kinds(received.submission) == ["received"]


@pytest.mark.parametrize("length", [1, 254, 255, 256, 5000])
def test_of_a_name_as_much_is_kept_as_its_column_holds(length: int, country: SimpleNamespace) -> None:
    """A file of the ledger would take more; a server refuses the receipt."""
    from ingest.ledger.receipts import submissions
    from ingest.ledger.records import Submission
    from ingest.schema.values.period import Period

    scope = submissions.scope_of("attendance", country.school, Period.parse("week", "2026-W37"), "whole")
    assert (str(scope.period_start), str(scope.period_end)) == ("2026-09-07", "2026-09-13")
    name = ("сынып тізімі " * 400)[:length]
    handover = submissions.Handover(AT, "cli", country.actor, name)
    kept = submissions.record_receipt(scope, ("b" * 64, 10), handover).submission.file_name
    assert kept == name[: Submission._meta.get_field("file_name").max_length]


@pytest.mark.parametrize("outcome", ["accepted", None])
def test_the_same_bytes_again_are_a_duplicate(outcome: str | None, submit: Callable[..., Any]) -> None:
    first = submit("a", outcome=outcome)
    again = submit("a", received_at=AT)
    assert again.is_duplicate
    assert again.submission == first.submission
    assert again.submission.received_at == first.submission.received_at
    assert _kinds(again.submission) == [*filter(None, ("received", outcome)), "duplicate"]


@pytest.mark.parametrize("outcome", ["rejected", "unreadable"])
def test_what_was_refused_may_be_sent_again_as_it_is(outcome: str, submit: Callable[..., Any]) -> None:
    """What it was refused for may have passed: the list of learners came, another part let its rows go."""
    first = submit("a", outcome=outcome)
    again = submit("a", received_at=AT)
    assert not again.is_duplicate
    assert again.submission.pk > first.submission.pk
    assert submit("a", received_at=AT).submission == again.submission  # until it is judged, it is one


def test_the_same_bytes_for_another_scope_are_no_duplicate(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    submit("a")
    assert not submit("a", period="2026-W38").is_duplicate
    assert not submit("a", node=country.other_school).is_duplicate
    assert not submit("a", part="5A").is_duplicate


def test_going_back_to_earlier_bytes_is_a_new_submission(submit: Callable[..., Any]) -> None:
    first = submit("a")
    submit("b")
    back = submit("a")
    assert not back.is_duplicate
    assert back.submission.pk > first.submission.pk
    assert back.submission.raw_file == first.submission.raw_file


@pytest.mark.parametrize(("act", "by"), [("withdraw", "school"), ("return_", "district")])
def test_what_was_taken_out_may_be_sent_again(
    act: str, by: str, submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.receipts import submissions

    first = submit("a", outcome="accepted")
    decide = getattr(submissions, act)
    decide(first.submission.pk, country.actor, getattr(country, by), reason="?", at=AT, confirmed=True)
    assert not submit("a").is_duplicate


def test_the_same_act_repeated_writes_nothing(submit: Callable[..., Any]) -> None:
    from ingest.ledger.records import SubmissionEvent

    first = submit("a", key="act-1")
    submit("b", key="act-2")
    repeated = submit("a", key="act-1")
    assert repeated.submission == first.submission
    assert not repeated.is_duplicate
    assert SubmissionEvent.objects.count() == 2


def test_a_verdict_moves_the_submission_and_is_recorded_once(submit: Callable[..., Any]) -> None:
    from ingest.ledger.receipts.submissions import Judgement, record_verdict

    submission = submit("a").submission
    judgement = Judgement(
        "accepted", 3, "rules-1", {"learner_roster": [7]}, 10, 8, 0, 2, queries=1, batch_id="b1"
    )
    record_verdict(submission.pk, judgement, AT)
    repeated = record_verdict(submission.pk, Judgement("accepted", 3, batch_id="b2"), AT)
    submission.refresh_from_db()
    assert submission.state == "accepted"
    assert (repeated.batch_id, repeated.rows_accepted, repeated.reference) == (
        "b1",
        8,
        {"learner_roster": [7]},
    )
    assert _kinds(submission) == ["received", "accepted"]


def test_another_outcome_for_a_judged_submission_is_refused(submit: Callable[..., Any]) -> None:
    from ingest.ledger.receipts.submissions import Judgement, record_verdict
    from ingest.ledger.refusals import AlreadyJudgedError

    submission = submit("a", outcome="accepted").submission
    with pytest.raises(AlreadyJudgedError):
        record_verdict(submission.pk, Judgement("rejected", 1), AT)


@pytest.mark.parametrize(
    "counts",
    [
        {"outcome": "accepted", "rows_in": 10, "rows_accepted": 8},
        {"outcome": "rejected", "rows_in": 10, "rows_accepted": 8, "rows_rejected": 2},
    ],
)
def test_rows_that_do_not_add_up_cannot_be_recorded(
    counts: dict[str, Any], submit: Callable[..., Any]
) -> None:
    from django.db import IntegrityError

    from ingest.ledger.receipts.submissions import Judgement, record_verdict
    from ingest.ledger.records import Verdict

    submission = submit("a").submission
    with pytest.raises(IntegrityError):
        record_verdict(submission.pk, Judgement(contract_version=1, **counts), AT)
    assert not Verdict.objects.exists()


def test_a_verdict_on_what_was_withdrawn_meanwhile_has_no_effect(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.decisions import winners
    from ingest.ledger.receipts import submissions

    submission = submit("a").submission
    submissions.withdraw(
        submission.pk, country.actor, country.school, reason="wrong file", at=AT, confirmed=True
    )
    submissions.record_verdict(submission.pk, submissions.Judgement("accepted", 1), AT)
    submission.refresh_from_db()
    assert submission.state == "withdrawn"
    assert winners.operational() == []


def test_a_nil_return_is_accepted_at_once(submit: Callable[..., Any]) -> None:
    from ingest.ledger.receipts import waiting

    received = submit(None)
    assert received.submission.state == "accepted"
    assert received.submission.raw_file is None
    assert received.submission.verdict.rows_in == 0
    assert _kinds(received.submission) == ["received", "accepted"]
    assert waiting.by_form() == {}
    assert submit(None).is_duplicate


def test_waiting_submissions_come_in_judging_order(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.receipts import waiting

    late_form = submit("a", form="attendance").submission
    early_form = submit("b", form="learner_roster", period="2026-09").submission
    second = submit("c", form="attendance", node=country.other_school).submission
    submit("d", form="attendance", period="2026-W38", outcome="rejected")
    found = waiting.by_form()
    assert list(found) == ["learner_roster", "attendance"]
    assert found == {"learner_roster": [early_form], "attendance": [late_form, second]}
    assert list(waiting.by_form(["territory_register"])) == ["attendance", "learner_roster"]


def test_held_back_and_released_are_events_without_effect(submit: Callable[..., Any]) -> None:
    from ingest.ledger.receipts import submissions

    submission = submit("a", outcome="accepted").submission
    submissions.hold_back([submission.pk], 4, "fct_attendance grain", AT)
    submissions.release([submission.pk], 5, AT)
    submission.refresh_from_db()
    assert submission.state == "accepted"
    assert _kinds(submission)[-2:] == ["held_back", "released"]


def test_of_several_who_said_that_it_may_replace_the_last_has_confirmed_it(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger import accounts
    from ingest.ledger.decisions import removals
    from ingest.ledger.receipts import submissions

    counting = submit("a", outcome="accepted").submission
    said = (("operator", True), ("ministry", True), ("operator", False))
    for minute, (name, may_replace) in enumerate(said):
        at = AT + timedelta(minutes=minute)
        handover = submissions.Handover(at, "cli", accounts.account(name), "b.csv", may_replace=may_replace)
        received = submissions.record_receipt(counting.scope, ("b".ljust(64, "0"), 10), handover)
    removal = removals.Removal(5, 5, (counting.pk,))
    judgement = submissions.Judgement(
        "accepted", 1, rows_in=5, rows_accepted=5, batch_id="b", removal=removal
    )
    submissions.record_verdict(received.submission.pk, judgement, AT)
    confirmed = received.submission.events.get(kind="confirmed")
    assert (confirmed.actor.username, removals.confirmed_removal(received.submission)) == (
        "ministry",
        removal,
    )


def test_a_judgement_counts_nothing_that_it_was_not_told() -> None:
    from dataclasses import fields

    from ingest.ledger.receipts.submissions import Judgement

    made = Judgement("accepted", 1)
    assert {getattr(made, each.name) for each in fields(made) if each.type == "int"} == {0, 1}
    assert [each.name for each in fields(made) if getattr(made, each.name) == 1] == ["contract_version"]


def test_numbers_are_left_out_behind_all_that_were_given_and_again_at_the_next_restore(
    submit: Callable[..., Any],
) -> None:
    from ingest.ledger.receipts.receipt_numbers import LEFT_OUT, leave_out_numbers

    last = submit("a").submission.pk
    assert leave_out_numbers() == (last, 2 * LEFT_OUT + 1)
    # Of what was given behind the gap nothing is here either.
    assert leave_out_numbers() == (last, 3 * LEFT_OUT + 1)
    assert submit("b", period="2026-W38").submission.pk == 3 * LEFT_OUT + 1


def test_a_node_corrects_the_latest_of_its_own_reports_and_of_no_others(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.inbox import to_correct

    submit("a", outcome="rejected")
    own = submit("b", outcome="rejected").submission
    submit("c", period="2026-W38", outcome="rejected")
    submit("d", period="2026-W38", outcome="accepted")
    other = submit("e", outcome="rejected", node=country.other_school).submission
    assert [each.submission.pk for each in to_correct(country.school)] == [own.pk]
    assert [each.submission.pk for each in to_correct(country.other_school)] == [other.pk]
    assert to_correct(country.district) == []


def test_a_part_named_before_a_way_of_writing_was_overlooked_is_the_same(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    """Keys are of the time at which a part was first named: what was received for it stays one report."""
    from ingest.ledger.records import Scope

    first = submit("a", part="7.А").submission
    Scope.objects.filter(pk=first.scope_id).update(part_key="7.а")
    assert submit("b", part="7А").submission.scope_id == first.scope_id
    assert submit("c", part="7.Б").submission.scope_id != first.scope_id
