"""Approving and returning, with what follows from it for what counts.

In: a decision on a submission. Out: the submission decided on; a register or calendar is in effect, or no longer.
"""

from __future__ import annotations

from ingest.home import Home
from ingest.ledger.decisions import approvals
from ingest.ledger.decisions.removals import confirmed_removal
from ingest.ledger.records import Node, Submission, User
from ingest.schema.forms.load import contracts
from warehouse.services.hierarchy.registers import follow, keep_obligations
from warehouse.services.verdicts.once import counting_once
from warehouse.services.verdicts.rows_removed import removal_asking

__all__ = ["approve", "return_", "take_effect"]


def approve(
    home: Home, submission_id: int, actor: User, by: Node, *, confirmed: bool = False, channel: str = "cli"
) -> Submission:
    """Approve, and let registers and calendars take effect at once.

    Raises ConfirmationNeededError where approving would remove rows in effect and nobody confirmed that,
    CountsTwiceError, and what `approvals.approve` raises.
    """
    submission = Submission.objects.select_related("scope__node", "verdict").get(pk=submission_id)
    removal = None
    if submission.state == Submission.State.ACCEPTED and _takes_effect(submission):
        verdict = submission.verdict
        removal = removal_asking(home, submission, verdict.batch_id, submission.rows_standing)
        known = confirmed_removal(submission)
        confirmed |= bool(known and removal and set(removal.submissions) <= set(known.submissions))
    with counting_once(home, submission_id):
        approved = approvals.approve(
            submission_id, actor, by, at=home.now(), channel=channel, removal=removal, confirmed=confirmed
        )
    take_effect(home, approved)
    return approved


def return_(
    home: Home,
    submission_id: int,
    actor: User,
    by: Node,
    *,
    reason: str,
    confirmed: bool = False,
    channel: str = "cli",
) -> Submission:
    """Send back for rework; what a register or calendar said is in effect no longer. Raises as `approvals.return_`."""
    with counting_once(home, submission_id):
        returned = approvals.return_(
            submission_id, actor, by, reason=reason, at=home.now(), channel=channel, confirmed=confirmed
        )
    take_effect(home, returned)
    return returned


def take_effect(home: Home, decided: Submission) -> None:
    """After a decision on a register or calendar: hierarchy and obligations follow it."""
    if _takes_effect(decided):
        follow(home)
        keep_obligations(home)


def _takes_effect(submission: Submission) -> bool:
    return contracts()[submission.scope.form].takes_effect == "approved"
