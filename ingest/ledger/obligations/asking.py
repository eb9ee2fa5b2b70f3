"""What is asked of whom: an obligation for every report due, and why what was asked once is not asked any more.

In: contracts × nodes × periods, the directives in force, the school calendar, the installation's settings. Out: new
obligations, and the `reason` of each, empty for what is asked. What became of them is `settling`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from ingest.ledger.directives.in_force import InForce, Path, first_day_of, paths
from ingest.ledger.obligations.statuses import due_at, end_of
from ingest.ledger.records import Node, Obligation, Scope
from ingest.ledger.school_calendar import SchoolCalendar, Segment
from ingest.schema.forms.contract import Contract, Due
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period, periods

Status = Obligation.Status
NO_SCHOOL_DAY = "no_school_day"
"""The whole period is break or holiday."""
NOT_OPEN = "not_open"
"""The node did not exist in the period."""
NOT_SERVED = "not_served"
"""The installation does not serve that node."""
NOT_COLLECTED = "not_collected"
"""The installation does not ask for that form."""
BEFORE_START = "before_start"
"""The period, or its deadline, lies before the first day of the installation."""
# What is asked week by week or month by month is about schools at work: nothing is asked of the holidays.
_OF_SCHOOL_DAYS = ("week", "month")
_UNANSWERED = (Status.OPEN.value, Status.MISSING.value, Status.EXEMPT.value)


@dataclass(frozen=True)
class _Asking:
    """Everything that says what is asked."""

    until: date
    collect_from: date | None
    collected: Mapping[str, date] | None
    calendar: SchoolCalendar
    in_force: InForce
    paths: Mapping[int, Path]
    known: dict[tuple[object, ...], str] = field(default_factory=dict)

    def reason(self, form: Contract, due: Due, period: Period, node: Node) -> str:
        """Why a report is not asked of a node; empty where it is."""
        if not _exists(node, due, period):
            return NOT_OPEN
        path = self.paths[node.pk]
        # Nodes differ only in the directives above them: of a whole country most are alike.
        alike = (form.form, period, *(above for above in path if above in self.in_force.nodes))
        if alike not in self.known:
            self.known[alike] = self._reason(form, due, period, path)
        return self.known[alike]

    def begins(self, form: str) -> date | None:
        """The earliest day from which a form is asked of anybody."""
        days = [*self.in_force.starts(form)]
        if self.collected is None:
            days += [self.collect_from] if self.collect_from else []
        elif form in self.collected:
            days.append(self.collected[form])
        return min(days, default=None)

    def _reason(self, form: Contract, due: Due, period: Period, path: Path) -> str:
        if not self.in_force.is_served(path, period):
            return NOT_SERVED
        first = first_day_of(self.in_force, form.form, path, self.collect_from, self.collected)
        if first is None or period.end < form.valid_from:
            return NOT_COLLECTED
        last_day = self.in_force.due_day(form.form, path, period) or due.date_of(period)
        if period.end < first or last_day < first:
            return BEFORE_START
        return "" if self._has_school_day(form.form, period, path) else NO_SCHOOL_DAY

    def _has_school_day(self, form: str, period: Period, path: Path) -> bool:
        if period.kind not in _OF_SCHOOL_DAYS:
            return True
        more = tuple(Segment("holiday", *days) for days in self.in_force.holidays(form, path))
        return SchoolCalendar(self.calendar.segments + more).has_school_day(period)


def open_due(
    until: date,
    *,
    collect_from: date | None,
    collected: Mapping[str, date] | None = None,
    calendar: SchoolCalendar | None = None,
    forms: Mapping[str, Contract] | None = None,
) -> Counter[str]:
    """Ask for every report whose period has begun by `until`, and correct what was asked by mistake.

    `collect_from`: the first day whose periods are asked; `collected`: form → its own first day, and then no
    other form is asked for (settings of the installation); a directive goes before both. Nothing is asked whose last
    day lies before that first day: nobody could be in time. What turns out not to be asked for becomes not applicable
    while it is unanswered; learning the contrary opens it again. Returns how many were `opened`, `not_applicable`,
    `reopened`.
    """
    asking = _Asking(until, collect_from, collected, calendar or SchoolCalendar(), InForce.read(), paths())
    counts: Counter[str] = Counter()
    for form in (contracts() if forms is None else forms).values():
        if form.due is None:
            continue
        nodes = list(Node.objects.filter(kind__in=form.submitted_by).order_by("pk"))
        for period in _periods(form, asking):
            counts += _ask(form, form.due, period, nodes, asking)
    return counts


def _periods(form: Contract, asking: _Asking) -> list[Period]:
    """Those that are asked now, and those that were asked once."""
    first = asking.begins(form.form)
    begun = [
        period
        for period in (periods(form.period, first, asking.until) if first else ())
        if period.end >= form.valid_from
    ]
    asked = Obligation.objects.filter(form=form.form, part=Scope.WHOLE, period_kind=form.period)
    rows = asked.values_list("period", "period_start", "period_end").distinct().order_by()
    return sorted({*begun, *(Period(form.period, *row) for row in rows)})


@transaction.atomic
def _ask(form: Contract, due: Due, period: Period, nodes: Iterable[Node], asking: _Asking) -> Counter[str]:
    asked = {
        found.node_id: found
        for found in Obligation.objects.filter(form=form.form, period=period.text, part=Scope.WHOLE)
    }
    new: list[Obligation] = []
    corrected: list[Obligation] = []
    for node in nodes:
        reason = asking.reason(form, due, period, node)
        found = asked.get(node.pk)
        # What a clock that was ahead asked for is corrected like all else; to be asked anew, it has to have begun.
        if found is None and reason in ("", NO_SCHOOL_DAY) and period.start <= asking.until:
            new.append(_new(form, due, period, node, reason, asking))
        elif found is not None and found.reason != reason:
            _correct(found, reason)
            corrected.append(found)
    Obligation.objects.bulk_create(new, batch_size=1000)
    Obligation.objects.bulk_update(corrected, ["status", "reason", "ended_at"], batch_size=200)
    counts = Counter("opened" if found.status == Status.OPEN else found.status for found in new)
    return counts + Counter(
        "reopened" if found.status == Status.OPEN else found.status
        for found in corrected
        if found.status in (Status.OPEN, Status.NOT_APPLICABLE)
    )


def _exists(node: Node, due: Due, period: Period) -> bool:
    """A report of how things stand at the start is asked of those that exist then, one on the whole period of
    all that existed on any day of it."""
    if due.after == "start":
        return node.is_open_on(period.start)
    begins_in_time = node.valid_from is None or node.valid_from <= period.end
    ends_in_time = node.valid_to is None or node.valid_to >= period.start
    is_ever_open = node.valid_from is None or node.valid_to is None or node.valid_from <= node.valid_to
    return begins_in_time and ends_in_time and is_ever_open


def _new(form: Contract, due: Due, period: Period, node: Node, reason: str, asking: _Asking) -> Obligation:
    day = asking.in_force.due_day(form.form, asking.paths[node.pk], period)
    return Obligation(
        form=form.form,
        node=node,
        period=period.text,
        period_kind=period.kind,
        period_start=period.start,
        period_end=period.end,
        due_at=end_of(day) if day else due_at(due, period),
        status=Status.NOT_APPLICABLE if reason else Status.OPEN,
        reason=reason,
    )


def _correct(found: Obligation, reason: str) -> None:
    """Follow what is known by now. What was answered stays answered; its reason counts should it be withdrawn."""
    found.reason = reason
    if reason and found.status in _UNANSWERED:
        found.status, found.ended_at = Status.NOT_APPLICABLE, None
    elif not reason and found.status == Status.NOT_APPLICABLE:
        found.status = Status.OPEN
