"""Approving, returning and withdrawing: what people decide about a submission after its verdict.

In: a submission, who decides and for which node. Out: the submission's new state and an event. Raises
`NotAllowedError` where the contract or the hierarchy does not let that node decide, `WrongStateError` where
there is nothing to decide.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ingest.ledger.chain import not_in_chain, stands_above
from ingest.ledger.decisions.removals import Removal, removal_of_taking_out, require_confirmation
from ingest.ledger.receipts.states import move
from ingest.ledger.records import Node, Scope, Submission, SubmissionEvent, User
from ingest.ledger.refusals import NotAllowedError, RefusalError, WrongStateError
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract, contracts

State = Submission.State


def approve(
    submission_id: int,
    actor: User,
    by: Node,
    *,
    at: datetime,
    channel: str = "cli",
    form: Contract | None = None,
    removal: Removal | None = None,
    confirmed: bool = False,
) -> Submission:
    """Make an accepted submission count officially. Approving it twice is no error and changes nothing.

    `removal`: what that removes, where it must be `confirmed`.
    `form`: the contract to follow, by default the current one of the submission's form.
    """
    with transaction.atomic():
        submission = _locked(submission_id)
        _require_approver(submission, by, form)
        if submission.state == State.APPROVED:
            return submission
        _require_state(submission, State.ACCEPTED)
        require_confirmation(submission, removal, confirmed=confirmed)
        submission.approved_at = at
        return _decide(submission, State.APPROVED, actor, by, channel, at, "", removal)


def return_(
    submission_id: int,
    actor: User,
    by: Node,
    *,
    reason: str,
    at: datetime,
    channel: str = "cli",
    form: Contract | None = None,
    confirmed: bool = False,
) -> Submission:
    """Send an accepted or approved submission back to its submitter: its data count no longer.

    Raises ConfirmationNeededError for one that was approved, unless `confirmed`: what was official goes.
    """
    with transaction.atomic():
        submission = _locked(submission_id)
        _require_approver(submission, by, form)
        _require_reason(reason)
        _require_state(submission, State.PENDING, State.ACCEPTED, State.APPROVED)
        removal = removal_of_taking_out(submission)
        was_approved = submission.state == State.APPROVED
        require_confirmation(submission, removal, confirmed=confirmed or not was_approved)
        submission.approved_at = None
        return _decide(submission, State.RETURNED, actor, by, channel, at, reason, removal)


def withdraw(
    submission_id: int,
    actor: User,
    by: Node,
    *,
    reason: str,
    at: datetime,
    channel: str = "cli",
    confirmed: bool = False,
) -> Submission:
    """Take one's own submission out again, as long as nobody approved it: then its approver returns it.

    Raises ConfirmationNeededError where its rows count, unless `confirmed`.
    """
    with transaction.atomic():
        submission = _locked(submission_id)
        submitter = submission.scope.node
        if by.pk != submitter.pk:
            problem = f"{by.code} is not {submitter.code}, who submitted it"
            raise NotAllowedError("not_the_submitter", problem, by=by.code, node=submitter.code)
        _require_reason(reason)
        _require_state(submission, *Submission.UNDECIDED, State.ACCEPTED)
        removal = removal_of_taking_out(submission)
        require_confirmation(submission, removal, confirmed=confirmed)
        return _decide(submission, State.WITHDRAWN, actor, by, channel, at, reason, removal)


def approver_of(scope: Scope) -> Node:
    """The nearest node that may approve the reports of a scope: the republic where its contract is gone."""
    known = contracts().get(scope.form)
    kinds = known.approved_by if known else ()
    above = [*scope.node.chain()] or [scope.node]
    return next((node for node in above if node.kind in kinds), above[-1])


def _locked(submission_id: int) -> Submission:
    return (
        Submission.objects.select_for_update(of=("self",)).select_related("scope__node").get(pk=submission_id)
    )


def _require_approver(submission: Submission, by: Node, form: Contract | None) -> None:
    submitter = submission.scope.node
    followed = form or contract(submission.scope.form)
    if by.kind not in followed.approved_by:
        allowed = ", ".join(followed.approved_by)
        raise NotAllowedError(
            "not_an_approver",
            f"{followed.form} is approved by: {allowed}; {by.code} is {by.kind}",
            form=followed.form,
            kinds=followed.approved_by,
            by=by.code,
        )
    if by.pk == submitter.pk:
        if by.code != Node.REPUBLIC_CODE:
            problem = f"{by.code} cannot decide on its own submission"
            raise NotAllowedError("own_submission", problem, by=by.code)
    elif not stands_above(by, submitter):
        raise not_in_chain(by, submitter)


def _require_state(submission: Submission, *allowed: str) -> None:
    if submission.state not in allowed:
        is_asked = submission.state == Submission.State.PENDING
        raise WrongStateError(
            "not_confirmed" if is_asked else "wrong_state",
            f"submission {submission.pk} is {submission.state}, not {' or '.join(allowed)}",
            submission=submission.pk,
            state=submission.state,
            node=submission.scope.node.code,
        )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise RefusalError("no_reason", "a decision against a submission needs a reason")


def _decide(
    submission: Submission,
    state: str,
    actor: User,
    by: Node,
    channel: str,
    at: datetime,
    reason: str,
    removal: Removal | None,
) -> Submission:
    move(submission, state, at, "approved_at")
    SubmissionEvent.objects.create(
        submission=submission,
        kind=state,
        actor=actor,
        on_behalf_of=by,
        channel=channel,
        at=at,
        details={
            **({"reason": reason} if reason else {}),
            **({"removal": removal.to_json()} if removal else {}),
        },
    )
    return submission
