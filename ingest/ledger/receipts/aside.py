"""Submissions set aside: the program failed at them, their bytes are safe, and the others go on without them.

In: a submission and what went wrong. Out: its state and an event. It is judged again when another version of the
program runs, or when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any, Self

from django.db import transaction

from ingest.ledger.accounts import PIPELINE, account
from ingest.ledger.receipts.states import move
from ingest.ledger.records import Node, Submission, SubmissionEvent, User

State, Kind = Submission.State, SubmissionEvent.Kind


@dataclass(frozen=True)
class Fault:
    """What the program failed at. `step`: read, judge, land or record; `kind`: the exception's class, or how the
    process ended. Nothing of what the file holds. `program`: the version that failed."""

    step: str
    kind: str
    program: str

    def to_json(self) -> dict[str, str]:
        """As an event keeps it."""
        return {"step": self.step, "kind": self.kind, "program": self.program}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Of an event's details."""
        return cls(kept["step"], kept["kind"], kept["program"])


@cache
def program() -> str:
    """The version of this program, by which an upgrade is known."""
    return version("bbaj")


@transaction.atomic
def set_aside(submission_id: int, step: str, kind: str, at: datetime) -> bool:
    """Put one that waits out of the way of the others; whether it did: one decided meanwhile stays as it is."""
    submission = Submission.objects.select_for_update().get(pk=submission_id)
    if submission.state != State.RECEIVED:
        return False
    move(submission, State.SET_ASIDE, at)
    _note(
        submission,
        Kind.SET_ASIDE,
        account(PIPELINE),
        None,
        "pipeline",
        at,
        Fault(step, kind, program()).to_json(),
    )
    return True


def lying_aside(nodes: Iterable[str] | None = None) -> list[tuple[Submission, Fault]]:
    """Everything set aside and not yet judged after all, the oldest first. `nodes`: of these alone."""
    found = Submission.objects.filter(state=State.SET_ASIDE).select_related("scope__node").order_by("pk")
    if nodes is not None:
        found = found.filter(scope__node__code__in=list(nodes))
    return [(submission, fault) for submission in found if (fault := fault_of(submission))]


def fault_of(submission: Submission) -> Fault | None:
    """What the program failed at last with this submission."""
    event = submission.events.filter(kind=Kind.SET_ASIDE).order_by("-pk").first()
    return Fault.from_json(event.details) if event else None


def retry_after_upgrade(at: datetime) -> list[int]:
    """Let everything wait again that another version of the program failed at; their numbers."""
    older = [submission.pk for submission, fault in lying_aside() if fault.program != program()]
    return [pk for pk in older if retry(pk, account(PIPELINE), None, at=at, channel="pipeline")]


@transaction.atomic
def retry(submission_id: int, actor: User, by: Node | None, *, at: datetime, channel: str = "cli") -> bool:
    """Let a submission set aside wait for its verdict once more; whether it lay aside. Raises DoesNotExist."""
    submission = Submission.objects.select_for_update().get(pk=submission_id)
    if submission.state != State.SET_ASIDE:
        return False
    move(submission, State.RECEIVED, at)
    _note(submission, Kind.RETRIED, actor, by, channel, at, {"program": program()})
    return True


def _note(
    submission: Submission,
    kind: str,
    actor: User,
    by: Node | None,
    channel: str,
    at: datetime,
    details: dict[str, str],
) -> None:
    SubmissionEvent.objects.create(
        submission=submission,
        kind=kind,
        actor=actor,
        on_behalf_of=by,
        channel=channel,
        at=at,
        details=details,
    )
