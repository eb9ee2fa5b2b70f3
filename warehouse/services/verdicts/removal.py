"""What a judged submission would take away of what counts, row by row of the key.

In: a submission whose rows have landed, or one without rows. Out: a `Removal` where so much goes that somebody must
confirm it. A report of as many rows about other persons removes as much as an empty one.
"""

from __future__ import annotations

from ingest.home import Home
from ingest.ledger.decisions import approvals, winners
from ingest.ledger.decisions.removals import Removal, asks, confirmed_removal, removal_of
from ingest.ledger.records import Node, Submission, User
from ingest.schema.forms.load import contracts
from ingest.sql import name as quoted
from warehouse.services.hierarchy.registers import follow, keep_obligations
from warehouse.services.reference import landed, rows_of
from warehouse.services.verdicts.once import counting_once

__all__ = ["approve", "removal_asking", "return_", "take_effect"]


def removal_asking(home: Home, submission: Submission, batch_id: str, rows: int) -> Removal | None:
    """What this submission would remove once it counts, where that needs a confirmation.

    `batch_id`, `rows`: what has landed of it.
    """
    form = submission.scope.form
    displaced = winners.displaced_by(submission)
    if not any(each.rows_standing for each in displaced):
        return None
    removal = removal_of(displaced, _kept(home, submission, displaced, batch_id, rows))
    return removal if asks(removal, form) else None


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


def _kept(home: Home, submission: Submission, displaced: list[Submission], batch_id: str, rows: int) -> int:
    """How many rows of what is displaced the submission has too, by the key of the form."""
    if not rows:
        return 0
    contract = contracts()[submission.scope.form]
    names = [quoted(contract.field(each).lake_name) for each in contract.primary_key]
    new = rows_of(home, submission, batch_id, f"SELECT DISTINCT {', '.join(names)} FROM landed")
    same = " AND ".join(f"landed.{each} IS NOT DISTINCT FROM new_row.{each}" for each in names)
    query = f"SELECT count(*) AS n FROM landed SEMI JOIN new_row ON {same}"
    found = landed(home, displaced, query, new_row=new)
    return int(found["n"][0].as_py()) if found is not None else 0
