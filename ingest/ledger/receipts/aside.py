"""Submissions set aside: the program failed at them, their bytes are safe, and the others go on without them.

In: a submission and what went wrong. Out: its state and an event. It is judged again when another version of the
program runs, or when somebody asks for it; by itself, a few times, where the cause may pass (see `passing_causes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Any, Self

from django.db import transaction

from ingest.ledger.accounts import PIPELINE, account
from ingest.ledger.receipts.states import move
from ingest.ledger.records import Node, Submission, SubmissionEvent, User

State, Kind = Submission.State, SubmissionEvent.Kind
# Of Django and DuckDB, which are not asked here what else they raise.
_OF_DATABASES = ("OperationalError", "InterfaceError", "InternalError", "IOException", "OutOfMemoryException")
PAUSES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""Before each try by itself; after the last one it is left to somebody."""


@dataclass(frozen=True)
class Fault:
    """What the program failed at. `step`: read, judge, land or record; `kind`: the exception's class, or how the
    process ended. Nothing of what the file holds. `program`: the version that failed. `since`: when, by the true time,
    also in a demo country; None of a version that did not write that down."""

    step: str
    kind: str
    program: str
    since: datetime | None = None

    def to_json(self) -> dict[str, str]:
        """As an event keeps it."""
        kept = {"step": self.step, "kind": self.kind, "program": self.program}
        return kept | ({"since": self.since.isoformat()} if self.since else {})

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Of an event's details."""
        since = datetime.fromisoformat(kept["since"]) if "since" in kept else None
        return cls(kept["step"], kept["kind"], kept["program"], since)


@cache
def program() -> str:
    """The version of this program, by which an upgrade is known."""
    return version("bbaj")


def may_pass(kind: str) -> bool:
    """Whether what failed so may go well another time, of the same bytes and by the same program."""
    return kind.startswith(("SIG", "raw file ")) or kind in passing_causes()


@cache
def passing_causes() -> frozenset[str]:
    """Kinds of faults that lie in the machine or beside it: a disk, a share, a database that was away, memory that
    others had, a process that somebody ended or that came to a stand."""
    return frozenset({"ended", "stuck", *_OF_DATABASES, *_names_of(OSError), *_names_of(MemoryError)})


def _names_of(error: type[Exception]) -> Iterator[str]:
    yield error.__name__
    for kind in error.__subclasses__():
        yield from _names_of(kind)


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
        Fault(step, kind, program(), _now()).to_json(),
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


def retry_what_passed(at: datetime) -> list[int]:
    """Let wait again what may have failed for a cause that has passed since; their numbers."""
    due = [submission.pk for submission, fault in lying_aside() if _is_due(submission, fault)]
    return [pk for pk in due if retry(pk, account(PIPELINE), None, at=at, channel="pipeline")]


def next_try(submission: Submission, fault: Fault) -> datetime | None:
    """From when on it is judged again by itself, by the true time; None where somebody must ask for it."""
    if not may_pass(fault.kind) or fault.since is None:
        return None
    tries = _tries_by_itself(submission)
    return fault.since + PAUSES[tries] if tries < len(PAUSES) else None


def _is_due(submission: Submission, fault: Fault) -> bool:
    due, now = next_try(submission, fault), _now()
    # What failed in times to come was written by another clock.
    return due is not None and (due <= now or (fault.since or now) > now)


def _tries_by_itself(submission: Submission) -> int:
    """How often it was tried again since somebody, or another version of the program, last did."""
    tries = 0
    retried = submission.events.filter(kind=Kind.RETRIED).select_related("actor").order_by("-pk")
    for event in retried:
        if event.actor.username != PIPELINE or event.details.get("program") != program():
            break
        tries += 1
    return tries


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


def _now() -> datetime:
    return datetime.now(UTC)
