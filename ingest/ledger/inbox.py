"""What awaits one node: reports to approve, its own to correct or to explain, what is due and overdue.

In: a node, and a form and period to narrow it by. Out: submissions and obligations, the worst first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from ingest.ledger.decisions import winners
from ingest.ledger.nodes import within
from ingest.ledger.obligations.as_of import as_of
from ingest.ledger.receipts import explanations
from ingest.ledger.records import Node, Obligation, Submission, SubmissionEvent
from ingest.schema.forms.load import contracts

State, Kind = Submission.State, SubmissionEvent.Kind
_TO_CORRECT = (State.RETURNED.value, State.REJECTED.value, State.UNREADABLE.value)


@dataclass(frozen=True)
class Waiting:
    """A submission that waits for somebody. `reason`: why it was returned, empty where it was not."""

    submission: Submission
    open_queries: int = 0
    reason: str = ""


def to_approve(by: Node, form: str | None = None, period: str | None = None) -> list[Waiting]:
    """Accepted submissions that this node may approve: most open queries first, then the longest waiting."""
    forms = [each.form for each in contracts().values() if by.kind in each.approved_by]
    which = Q(scope__form__in=[form] if form in forms else [] if form else forms) & within(by, "scope__node")
    if by.code != Node.REPUBLIC_CODE:
        which &= ~Q(scope__node=by)
    if period:
        which &= Q(scope__period=period)
    found = with_open_queries(winners.awaiting_approval(which))
    return sorted(found, key=lambda each: (-each.open_queries, each.submission.pk))


def to_correct(node: Node) -> list[Waiting]:
    """The latest submissions of this node's own reports that came back: returned ones with their reasons first."""
    latest = (
        Submission.objects.filter(scope__node=node).values("scope").annotate(last=Max("pk")).values("last")
    )
    found = Submission.objects.filter(pk__in=latest, state__in=_TO_CORRECT).select_related("scope", "verdict")
    reasons = _reasons(found)
    waiting = [Waiting(each, reason=reasons.get(each.pk, "")) for each in found]
    return sorted(waiting, key=lambda each: (_TO_CORRECT.index(each.submission.state), each.submission.pk))


def to_explain(node: Node) -> list[Waiting]:
    """This node's own submissions that count while queries about them are open, most queries first."""
    found = with_open_queries(winners.operational(nodes=[node.code]))
    return sorted((each for each in found if each.open_queries), key=lambda each: -each.open_queries)


def overdue(node: Node, now: datetime) -> list[Obligation]:
    """Missing reports of this node and those below it, the longest overdue first."""
    found = as_of(now).filter(within(node, "node"), status_now=Obligation.Status.MISSING)
    return list(found.select_related("node").order_by("due_at", "node__code", "form"))


def due(node: Node, now: datetime) -> list[Obligation]:
    """This node's own reports that are asked for and may still come in time, the nearest first."""
    found = as_of(now).filter(node=node, status_now=Obligation.Status.OPEN)
    return list(found.select_related("node").order_by("due_at", "form"))


def with_open_queries(submissions: Iterable[Submission]) -> list[Waiting]:
    """The submissions, each with how many queries about it nobody has explained."""
    listed = list(submissions)
    answered = explanations.answered_since(each.pk for each in listed)
    return [Waiting(each, _asked(each) - answered.get(each.pk, 0)) for each in listed]


def _asked(submission: Submission) -> int:
    """Queries that were open when it was judged; a nil return has none."""
    verdict = getattr(submission, "verdict", None)
    return verdict.queries - verdict.queries_answered if verdict else 0


def _reasons(submissions: Iterable[Submission]) -> dict[int, str]:
    events = SubmissionEvent.objects.filter(submission__in=submissions, kind=Kind.RETURNED).order_by("pk")
    return {event.submission_id: event.details.get("reason", "") for event in events}
