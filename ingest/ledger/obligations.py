"""Obligations: every report that is asked of anybody, and what became of it. The honest denominator.

In: contracts × nodes × periods × school calendar, and the submissions in the ledger. Out: one obligation per
report; `open_due` asks, `settle` says what became of it. Both may be repeated at any time.

Reasons of an obligation that asks nothing: `no_school_day` (the whole period is break or holiday), `not_open`
(the organisation did not exist in the period), `exempted`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.db.models import F

from ingest.ledger import exemptions
from ingest.ledger.records import Node, Obligation, Scope, Submission
from ingest.ledger.school_calendar import SchoolCalendar
from ingest.schema.contract import Contract, Due
from ingest.schema.load import contracts
from ingest.schema.period import LOCAL_TIME, Period, periods

Status = Obligation.Status
NO_SCHOOL_DAY = "no_school_day"
NOT_OPEN = "not_open"
# What is asked week by week or month by month is about schools at work: nothing is asked of the holidays.
_OF_SCHOOL_DAYS = ("week", "month")
_UNANSWERED = (Status.OPEN.value, Status.MISSING.value)


@dataclass(frozen=True)
class Answer:
    """One submission as an answer to an obligation; a sequence of them is in the order of the server."""

    part: str
    state: str
    received_at: datetime
    is_nil_return: bool


def due_at(due: Due, period: Period) -> datetime:
    """The last moment on time, in UTC: the end of the due day by the country's clocks."""
    return datetime.combine(due.date_of(period), time.max, LOCAL_TIME).astimezone(UTC)


def open_due(
    until: date,
    *,
    collect_from: date,
    collected: Mapping[str, date] | None = None,
    calendar: SchoolCalendar | None = None,
    forms: Mapping[str, Contract] | None = None,
) -> Counter[str]:
    """Ask for every report whose period has begun by `until`, and correct what was asked by mistake.

    `collect_from`: the first day whose periods are asked; `collected`: form → its own first day, and then no
    other form is asked for (settings of the installation). A week or month that turns out to hold no school
    day, or an organisation that turns out to have been closed, makes an unanswered obligation not applicable;
    learning the contrary opens it again. Returns how many were `opened`, `not_applicable`, `exempt`,
    `reopened`.
    """
    counts: Counter[str] = Counter()
    for form in (contracts() if forms is None else forms).values():
        if form.due is None:
            continue
        nodes = list(Node.objects.filter(kind__in=form.submitted_by))
        first = collect_from if collected is None else collected.get(form.form)
        for period in periods(form.period, first, until) if first else ():
            if period.end >= form.valid_from:
                counts += _ask(form, form.due, period, nodes, calendar or SchoolCalendar())
    return counts


@transaction.atomic
def _ask(
    form: Contract, due: Due, period: Period, nodes: Iterable[Node], calendar: SchoolCalendar
) -> Counter[str]:
    has_school_day = period.kind not in _OF_SCHOOL_DAYS or calendar.has_school_day(period)
    exempt = exemptions.granted_for(form.form, period.start, period.end)
    asked = {
        found.node_id: found
        for found in Obligation.objects.filter(form=form.form, period=period.text, part=Scope.WHOLE)
    }
    new: list[Obligation] = []
    corrected: list[Obligation] = []
    for node in nodes:
        is_open = _is_asked_of(node, due, period)
        reason = NOT_OPEN if not is_open else "" if has_school_day else NO_SCHOOL_DAY
        found = asked.get(node.pk)
        if found is None and is_open:
            new.append(_new(form, due, period, node, reason, node.pk in exempt))
        elif found is not None and _correct(found, reason):
            corrected.append(found)
    Obligation.objects.bulk_create(new, batch_size=1000)
    Obligation.objects.bulk_update(corrected, ["status", "reason", "ended_at"], batch_size=200)
    counts = Counter("opened" if found.status == Status.OPEN else found.status for found in new)
    return counts + Counter(
        "reopened" if found.status == Status.OPEN else found.status for found in corrected
    )


def _is_asked_of(node: Node, due: Due, period: Period) -> bool:
    """A report of how things stand at the start is asked of those that exist then, one on the whole period of
    all that existed on any day of it."""
    if due.after == "start":
        return node.is_open_on(period.start)
    begins_in_time = node.valid_from is None or node.valid_from <= period.end
    return begins_in_time and (node.valid_to is None or node.valid_to >= period.start)


def _new(form: Contract, due: Due, period: Period, node: Node, reason: str, is_exempt: bool) -> Obligation:
    status = Status.NOT_APPLICABLE if reason else Status.EXEMPT if is_exempt else Status.OPEN
    return Obligation(
        form=form.form,
        node=node,
        period=period.text,
        period_kind=period.kind,
        period_start=period.start,
        period_end=period.end,
        due_at=due_at(due, period),
        status=status,
        reason=reason or (exemptions.REASON if is_exempt else ""),
    )


def _correct(found: Obligation, reason: str) -> bool:
    """Follow what is known by now; whether anything changed. What was answered or exempted stays."""
    if found.status in _UNANSWERED and reason:
        found.status, found.reason, found.ended_at = Status.NOT_APPLICABLE, reason, None
        return True
    if found.status == Status.NOT_APPLICABLE and found.reason != reason:
        found.status = Status.NOT_APPLICABLE if reason else Status.OPEN
        found.reason = reason
        return True
    return False


def settle(now: datetime) -> Counter[str]:
    """Say of every report asked for what has become of it by `now`; status → how many changed to it.

    Always worked out anew from the submissions as they stand, so that a withdrawal or a return opens an
    obligation again and repeating changes nothing.
    """
    counts: Counter[str] = Counter()
    units = Obligation.objects.order_by("form", "period").values_list("form", "period").distinct()
    for form, period in list(units):
        counts += _settle_unit(form, period, now)
    return counts


@transaction.atomic
def _settle_unit(form: str, period: str, now: datetime) -> Counter[str]:
    answers = _answers(form, period)
    changed: list[Obligation] = []
    asked = Obligation.objects.filter(form=form, period=period).exclude(status__in=Obligation.NOT_ASKED)
    for found in asked.iterator(chunk_size=5000):
        status, ended_at = outcome(found.due_at, answers.get(found.node_id, []), now)
        if (found.status, found.ended_at) != (status, ended_at):
            found.status, found.ended_at = status, ended_at
            changed.append(found)
    _save(changed)
    return Counter(str(found.status) for found in changed)


def _save(changed: Iterable[Obligation]) -> None:
    """Write what settling changed. A whole country may turn missing at one midnight: statuses whose end needs
    no value of its own go by a plain update, a hundred times faster than row by row."""
    alike: dict[str, list[int]] = {Status.OPEN: [], Status.MISSING: []}
    others: list[Obligation] = []
    for found in changed:
        if found.status in alike:
            alike[found.status].append(found.pk)
        else:
            others.append(found)
    for ids in _batched(alike[Status.OPEN]):
        Obligation.objects.filter(pk__in=ids).update(status=Status.OPEN, ended_at=None)
    for ids in _batched(alike[Status.MISSING]):
        Obligation.objects.filter(pk__in=ids).update(status=Status.MISSING, ended_at=F("due_at"))
    Obligation.objects.bulk_update(others, ["status", "ended_at"], batch_size=100)


def _batched(ids: Sequence[int], size: int = 900) -> Iterator[Sequence[int]]:
    """Lists short enough for one statement of either engine."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _answers(form: str, period: str) -> dict[int, list[Answer]]:
    rows = Submission.objects.filter(scope__form=form, scope__period=period).order_by("pk")
    answers: dict[int, list[Answer]] = {}
    for node_id, part, state, received_at, is_nil_return in rows.values_list(
        "scope__node_id", "scope__part", "state", "received_at", "is_nil_return"
    ):
        answers.setdefault(node_id, []).append(Answer(part, state, received_at, is_nil_return))
    return answers


def outcome(
    due: datetime, answers: Iterable[Answer], now: datetime
) -> tuple[Obligation.Status, datetime | None]:
    """What became of one report: its status and the moment that ended it.

    `answers` in the order of the server. A nil return counts while it is the latest that stands; once data
    follow, the first submission with data says whether it was in time. One that came in time and still waits
    for its verdict keeps the obligation open.
    """
    given = list(answers)
    standing = [answer for answer in given if answer.state in Submission.STANDING]
    winners = {answer.part: answer for answer in standing}
    if any(not winner.is_nil_return for winner in winners.values()):
        first = next(answer for answer in standing if not answer.is_nil_return)
        return (Status.FULFILLED if first.received_at <= due else Status.LATE), first.received_at
    if winners:
        return Status.NIL_RETURN, standing[-1].received_at
    waits = any(answer.state in Submission.UNDECIDED and answer.received_at <= due for answer in given)
    if now <= due or waits:
        return Status.OPEN, None
    return Status.MISSING, due
