"""When a summary is due: its reports were asked for, and the time they had is over.

In: a definition's name and the moment. Out: the period, its deadline and the next; whom summaries are about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dashboards.reports.definition import definition
from ingest.ledger.records import Node, Obligation
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import LOCAL_TIME, Period


def contract_of(report: str) -> Contract:
    """The form whose periods a summary follows."""
    return contracts()[definition(report).form]


def period_of(report: str, text: str) -> Period:
    """A period as people write it. Raises PeriodError."""
    return Period.parse(contract_of(report).period, text)


def newest_due(report: str, now: datetime) -> str | None:
    """The last period that was asked of anybody and whose deadline has passed; holidays are asked of nobody."""
    asked = Obligation.objects.filter(form=definition(report).form, due_at__lt=now)
    asked = asked.exclude(status__in=Obligation.NOT_ASKED)
    return asked.order_by("-due_at").values_list("period", flat=True).first()


def deadline(report: str, period: Period) -> datetime | None:
    """When the reports of a period were to be there; None where the form has no deadline."""
    from ingest.ledger.obligations.statuses import due_at

    due = contract_of(report).due
    return None if due is None else due_at(due, period)


def places(now: datetime) -> Iterator[Node]:
    """Whom summaries are about: the republic, then oblasts and districts that exist."""
    kinds = (Node.Kind.REPUBLIC, Node.Kind.OBLAST, Node.Kind.DISTRICT)
    today = now.astimezone(LOCAL_TIME).date()
    found = Node.objects.filter(kind__in=kinds).select_related("parent")
    for node in sorted(found, key=lambda each: (kinds.index(Node.Kind(each.kind)), each.code)):
        if node.is_open_on(today):
            yield node
