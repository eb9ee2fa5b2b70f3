"""What a person says is wrong in a report: a recorded request to the organisation whose report holds it.

In: a submission, which of its rows and columns, why. Out: an event, and which requests are open. Nothing in a report is
changed by anybody but its submitter: a later submission of the same scope that says something else closes the request.
The value itself is not in the ledger, nor who the person is: keyed digests of both are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ingest.ledger.chain import require_own_or_above
from ingest.ledger.records import Node, Submission, SubmissionEvent, User
from ingest.ledger.refusals import RefusalError

Kind = SubmissionEvent.Kind


@dataclass(frozen=True)
class Dispute:
    """One request. `number`: of its event. `person`, `value`: keyed digests. `row`: of the sheet."""

    number: int
    submission: Submission
    column: str
    row: int
    reason: str
    person: str
    value: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Disputed:
    """What is said to be wrong, as it is kept."""

    column: str
    row: int
    person: str
    value: str

    def to_json(self) -> dict[str, object]:
        return {"column": self.column, "row": self.row, "person": self.person, "value": self.value}


@transaction.atomic
def dispute(
    submission_id: int, what: Disputed, actor: User, by: Node, *, reason: str, at: datetime
) -> SubmissionEvent:
    """Write a request down; the same one again is the one that is open. `by`: a node above the submitter, or itself.

    Raises NotAllowedError, RefusalError, Submission.DoesNotExist.
    """
    found = (
        Submission.objects.select_for_update(of=("self",)).select_related("scope__node").get(pk=submission_id)
    )
    require_own_or_above(by, found.scope.node)
    if not reason.strip():
        raise RefusalError("no_reason", "a request needs a reason")
    for each in open_disputes():
        if (each.submission.pk, each.column, each.person) == (submission_id, what.column, what.person):
            return SubmissionEvent.objects.get(pk=each.number)
    return SubmissionEvent.objects.create(
        submission=found,
        kind=Kind.DISPUTED,
        actor=actor,
        on_behalf_of=by,
        channel="cli",
        at=at,
        details={"reason": reason.strip(), **what.to_json()},
    )


def open_disputes(nodes: Collection[str] | None = None) -> list[Dispute]:
    """Requests that no later submission has closed, oldest first; of these nodes, or of all."""
    events = SubmissionEvent.objects.filter(kind=Kind.DISPUTED).select_related(
        "submission__scope__node", "on_behalf_of"
    )
    if nodes is not None:
        events = events.filter(submission__scope__node__code__in=sorted(nodes))
    listed = list(events.order_by("pk"))
    if not listed:
        return []
    closing = SubmissionEvent.objects.filter(kind=Kind.SETTLED).values_list("details", flat=True)
    closed = {details["dispute"] for details in closing}
    return [
        Dispute(
            number=event.pk,
            submission=event.submission,
            column=event.details["column"],
            row=event.details["row"],
            reason=event.details["reason"],
            person=event.details["person"],
            value=event.details["value"],
            at=event.at,
            by=event.on_behalf_of.code if event.on_behalf_of else "",
        )
        for event in listed
        if event.pk not in closed
    ]


def settle(dispute_: Dispute, by_submission: int, actor: User, at: datetime) -> None:
    """Write down that a later submission says something else. Twice is no error."""
    SubmissionEvent.objects.get_or_create(
        receipt_key=f"settled:{dispute_.number}",
        defaults={
            "submission_id": by_submission,
            "kind": Kind.SETTLED,
            "actor": actor,
            "channel": "pipeline",
            "at": at,
            "details": {"dispute": dispute_.number, "receipt": dispute_.submission.pk},
        },
    )
