"""What became of one report, from its deadline, what was handed in, and the moment of looking.

In: plain values. Out: a status and the moment that ended it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from ingest.ledger.records import Obligation, Scope, Submission
from ingest.schema.forms.contract import Due
from ingest.schema.values.period import LOCAL_TIME, Period

Status = Obligation.Status


@dataclass(frozen=True)
class Answer:
    """One submission as an answer to an obligation; a sequence of them is in the order of the server."""

    part: str
    state: str
    received_at: datetime
    is_nil_return: bool

    @property
    def stands(self) -> bool:
        """Whether it counts."""
        return self.state in Submission.STANDING


def due_at(due: Due, period: Period) -> datetime:
    """The last moment on time, in UTC: the end of the due day by the country's clocks."""
    return end_of(due.date_of(period))


def end_of(day: date) -> datetime:
    """The last moment of a day by the country's clocks, in UTC."""
    return datetime.combine(day, time.max, LOCAL_TIME).astimezone(UTC)


def has_begun(first_day: date, now: datetime) -> bool:
    """Whether a period has begun by the country's clocks: before that, nothing is asked of it."""
    return first_day <= now.astimezone(LOCAL_TIME).date()


def status_of(due: datetime, answers: Iterable[Answer], now: datetime) -> tuple[Status, datetime | None]:
    """What became of one report that is asked: its status and the moment that ended it.

    `answers` in the order of the server. A nil return counts while it is the latest that stands; once data
    follow, the first submission with data says whether it was in time. One that came in time and still waits
    for its verdict keeps the obligation open.
    """
    given = list(answers)
    standing = [answer for answer in given if answer.stands]
    # Parts from before a whole stay displaced by it, also once a nil return takes its place.
    wholes = [
        place
        for place, answer in enumerate(standing)
        if answer.part == Scope.WHOLE and not answer.is_nil_return
    ]
    winners = {answer.part: answer for answer in standing[wholes[-1] if wholes else 0 :]}
    if any(not winner.is_nil_return for winner in winners.values()):
        first = next(answer for answer in standing if not answer.is_nil_return)
        return (Status.FULFILLED if first.received_at <= due else Status.LATE), first.received_at
    if winners:
        return Status.NIL_RETURN, standing[-1].received_at
    waits = any(answer.state in Submission.UNDECIDED and answer.received_at <= due for answer in given)
    if now <= due or waits:
        return Status.OPEN, None
    return Status.MISSING, due
