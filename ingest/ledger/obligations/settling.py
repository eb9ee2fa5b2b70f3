"""What has become of every report asked for.

In: the submissions in the ledger, the directives, a moment. Out: due day, status and end of each obligation. Always
worked out anew, so that repeating changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from ingest.ledger.directives.in_force import InForce, Path, paths
from ingest.ledger.obligations.statuses import Answer, due_at, end_of, has_begun, status_of
from ingest.ledger.records import Obligation, Scope, Submission
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period

Status = Obligation.Status
_CHANGING = ("due_at", "status", "ended_at")


def settle(now: datetime, forms: Mapping[str, Contract] | None = None) -> Counter[str]:
    """Say of every report asked for what has become of it by `now`; status → how many changed to it."""
    known = _Known(InForce.read(), paths(), contracts() if forms is None else forms, now)
    counts: Counter[str] = Counter()
    units = Obligation.objects.order_by("form", "period").values_list("form", "period").distinct()
    for form, period in list(units):
        counts += _settle_unit(Q(form=form, period=period), known, None)
    return counts


def settle_scopes(scopes: Iterable[Scope], now: datetime) -> None:
    """Say what has become of the reports that these scopes answer; called by every act on a submission."""
    units: dict[tuple[str, str], set[int]] = {}
    for scope in scopes:
        units.setdefault((scope.form, scope.period), set()).add(scope.node_id)
    concerned = {node for nodes in units.values() for node in nodes}
    if concerned:
        known = _Known(InForce.read(), paths(concerned), contracts(), now)
        for (form, period), nodes in units.items():
            _settle_unit(Q(form=form, period=period, node__in=nodes), known, nodes)


@dataclass(frozen=True)
class _Known:
    """What every obligation of a moment is settled by."""

    in_force: InForce
    paths: Mapping[int, Path]
    forms: Mapping[str, Contract]
    now: datetime

    def became(
        self, found: Obligation, answers: Sequence[Answer]
    ) -> tuple[datetime, Status, datetime | None]:
        """Deadline, status and end of one report.

        An answer is held against what was decided by the moment it came. One that stands stays an answer whatever is
        decided afterwards; whoever was let off before stays so, whether anything came or not.
        """
        period = Period(found.period_kind, found.period, found.period_start, found.period_end)  # type: ignore[arg-type]
        path = self.paths[found.node_id]
        first = next((answer for answer in answers if answer.stands), None)
        moment = first.received_at if first else None
        day = self.in_force.due_day(found.form, path, period, moment)
        due = end_of(day) if day else self._usual(found, period)
        if first is None and found.reason:
            return due, Status.NOT_APPLICABLE, None
        if self.in_force.is_exempt(found.form, path, period, moment):
            return due, Status.EXEMPT, None
        if first is None and not has_begun(found.period_start, self.now):
            return due, Status.NOT_APPLICABLE, None  # asked by a clock that was ahead
        return due, *status_of(due, answers, self.now)

    def _usual(self, found: Obligation, period: Period) -> datetime:
        """The contract's deadline; of a form that has lost its contract the one it had."""
        form = self.forms.get(found.form)
        return due_at(form.due, period) if form and form.due else found.due_at


@transaction.atomic
def _settle_unit(which: Q, known: _Known, nodes: Collection[int] | None) -> Counter[str]:
    """Settle the reports of one form and period, of these nodes or of all."""
    changed: list[Obligation] = []
    asked = list(Obligation.objects.filter(which))
    answers = _answers(asked[0], nodes) if asked else {}
    for found in asked:
        became = known.became(found, answers.get(found.node_id, []))
        if tuple(getattr(found, name) for name in _CHANGING) != became:
            found.due_at, found.status, found.ended_at = became
            changed.append(found)
    _save(changed)
    return Counter(str(found.status) for found in changed)


def _save(changed: Iterable[Obligation]) -> None:
    """Write what settling changed. A whole country may turn missing at one midnight: what has the same values goes
    by one plain update, a hundred times faster than row by row."""
    alike: dict[tuple[datetime, str], list[int]] = {}
    others: list[Obligation] = []
    for found in changed:
        if found.status in (Status.OPEN, Status.MISSING):
            alike.setdefault((found.due_at, str(found.status)), []).append(found.pk)
        else:
            others.append(found)
    for (due, status), listed in alike.items():
        ended_at = due if status == Status.MISSING else None
        for ids in _batched(listed):
            Obligation.objects.filter(pk__in=ids).update(due_at=due, status=status, ended_at=ended_at)
    Obligation.objects.bulk_update(others, list(_CHANGING), batch_size=100)


def _batched(ids: Sequence[int], size: int = 900) -> Iterator[Sequence[int]]:
    """Lists short enough for one statement of either engine."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _answers(like: Obligation, nodes: Collection[int] | None) -> dict[int, list[Answer]]:
    """Node → what it handed in for one form and period, in the order of the server."""
    rows = Submission.objects.filter(scope__form=like.form, scope__period=like.period).order_by("pk")
    if nodes is not None:
        rows = rows.filter(scope__node__in=nodes)
    answers: dict[int, list[Answer]] = {}
    for node_id, part, state, received_at, is_nil_return in rows.values_list(
        "scope__node_id", "scope__part", "state", "received_at", "is_nil_return"
    ):
        answers.setdefault(node_id, []).append(Answer(part, state, received_at, is_nil_return))
    return answers
