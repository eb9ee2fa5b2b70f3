from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

AT = datetime(2026, 9, 16, 4, tzinfo=UTC)


def _approve(submission: Any, country: SimpleNamespace, by: str) -> Any:
    from ingest.ledger.receipts.submissions import approve

    return approve(submission.pk, country.actor, getattr(country, by), at=AT)


def test_the_department_above_approves(submit: Callable[..., Any], country: SimpleNamespace) -> None:
    submission = submit("a", outcome="accepted").submission
    approved = _approve(submission, country, "district")
    assert (approved.state, approved.approved_at) == ("approved", AT)
    event = approved.events.order_by("-pk").first()
    assert (event.kind, event.on_behalf_of, event.actor) == ("approved", country.district, country.actor)
    _approve(submission, country, "district")
    assert approved.events.filter(kind="approved").count() == 1


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("neighbour", "not_in_chain"),
        ("city_district", "not_in_chain"),
        ("school", "not_an_approver"),
        ("other_school", "not_an_approver"),
        ("oblast", "not_an_approver"),
        ("republic", "not_an_approver"),
    ],
)
def test_nobody_else_may(by: str, code: str, submit: Callable[..., Any], country: SimpleNamespace) -> None:
    from ingest.ledger.refusals import NotAllowedError

    submission = submit("a", outcome="accepted").submission
    with pytest.raises(NotAllowedError) as refused:
        _approve(submission, country, by)
    assert refused.value.code == code
    submission.refresh_from_db()
    assert submission.state == "accepted"


@pytest.mark.parametrize("state", ["accepted", "approved"])
@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("neighbour", "not_in_chain"),
        ("city_district", "not_in_chain"),
        ("school", "not_an_approver"),
        ("other_school", "not_an_approver"),
        ("oblast", "not_an_approver"),
        ("republic", "not_an_approver"),
    ],
)
def test_who_may_not_approve_may_not_return_either(
    by: str, code: str, state: str, submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.receipts.submissions import return_
    from ingest.ledger.refusals import NotAllowedError

    submission = submit("a", outcome="accepted").submission
    if state == "approved":
        _approve(submission, country, "district")
    with pytest.raises(NotAllowedError) as refused:
        return_(submission.pk, country.actor, getattr(country, by), reason="?", at=AT, confirmed=True)
    assert refused.value.code == code
    submission.refresh_from_db()
    assert (submission.state, submission.approved_at) == (state, AT if state == "approved" else None)
    assert not submission.events.filter(kind="returned").exists()


def test_a_return_says_why_and_an_approval_is_not_taken_back_by_the_way(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.receipts.submissions import return_
    from ingest.ledger.refusals import RefusalError

    submission = submit("a", outcome="accepted").submission
    _approve(submission, country, "district")
    for reason, code in ((" \n", "no_reason"), ("?", "would_remove")):
        with pytest.raises(RefusalError) as refused:
            return_(submission.pk, country.actor, country.district, reason=reason, at=AT)
        assert refused.value.code == code
    submission.refresh_from_db()
    assert submission.state == "approved"


def test_a_department_cannot_approve_its_own_submission(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.receipts.submissions import approve
    from ingest.ledger.refusals import NotAllowedError
    from ingest.schema.forms.load import contract

    own = submit("a", outcome="accepted", node=country.district).submission
    with pytest.raises(NotAllowedError) as refused:
        approve(own.pk, country.actor, country.district, at=AT, form=contract("attendance"))
    assert refused.value.code == "own_submission"


def test_the_republic_has_nobody_above_and_approves_itself(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    register = submit(
        "a", outcome="accepted", node=country.republic, form="territory_register", period="2026-07-17"
    ).submission
    assert _approve(register, country, "republic").state == "approved"


@pytest.mark.parametrize("outcome", [None, "rejected", "unreadable"])
def test_only_what_was_accepted_can_be_approved(
    outcome: str | None, submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.refusals import WrongStateError

    submission = submit("a", outcome=outcome).submission
    with pytest.raises(WrongStateError):
        _approve(submission, country, "district")


def test_return_takes_an_approval_back(submit: Callable[..., Any], country: SimpleNamespace) -> None:
    from ingest.ledger.receipts.submissions import return_

    submission = submit("a", outcome="accepted").submission
    _approve(submission, country, "district")
    returned = return_(
        submission.pk, country.actor, country.district, reason="class 5A is missing", at=AT, confirmed=True
    )
    assert (returned.state, returned.approved_at) == ("returned", None)
    details = returned.events.get(kind="returned").details
    assert details["reason"] == "class 5A is missing"
    assert (details["removal"]["rows"], details["removal"]["submissions"]) == (5, [submission.pk])


def test_withdrawing_belongs_to_the_submitter_with_a_reason_until_it_is_approved(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.receipts.submissions import withdraw
    from ingest.ledger.refusals import NotAllowedError, RefusalError, WrongStateError

    submission = submit("a", outcome="accepted").submission
    for stranger in (country.other_school, country.neighbour, country.district):
        with pytest.raises(NotAllowedError):
            withdraw(submission.pk, country.actor, stranger, reason="?", at=AT)
    with pytest.raises(RefusalError) as refused:
        withdraw(submission.pk, country.actor, country.school, reason=" ", at=AT)
    assert refused.value.code == "no_reason"
    assert (
        withdraw(submission.pk, country.actor, country.school, reason="?", at=AT, confirmed=True).state
        == "withdrawn"
    )
    approved = submit("b", outcome="accepted").submission
    _approve(approved, country, "district")
    for taken_out in (submission, approved):
        with pytest.raises(WrongStateError):
            withdraw(taken_out.pk, country.actor, country.school, reason="?", at=AT, confirmed=True)


def test_nothing_that_counts_goes_without_a_confirmation(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.decisions.removals import ConfirmationNeededError, Removal
    from ingest.ledger.receipts.submissions import approve, return_, withdraw

    submission = submit("a", outcome="accepted").submission
    removal = Removal(5, 5, (submission.pk,))
    with pytest.raises(ConfirmationNeededError):
        withdraw(submission.pk, country.actor, country.school, reason="?", at=AT)
    with pytest.raises(ConfirmationNeededError):
        approve(submission.pk, country.actor, country.district, at=AT, removal=removal)
    submission.refresh_from_db()
    assert (submission.state, submission.approved_at) == ("accepted", None)
    approve(submission.pk, country.actor, country.district, at=AT, removal=removal, confirmed=True)
    with pytest.raises(ConfirmationNeededError):
        return_(submission.pk, country.actor, country.district, reason="?", at=AT)
    submission.refresh_from_db()
    assert (submission.state, submission.approved_at) == ("approved", AT)
    # What was accepted and not approved is no official figure: it is returned unasked.
    other = submit("b", outcome="accepted", part="5A").submission
    assert return_(other.pk, country.actor, country.district, reason="?", at=AT).state == "returned"
