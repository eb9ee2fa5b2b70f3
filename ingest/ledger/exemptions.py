"""Exemptions: a department decides that a node need not report a form for some time.

In: the decision. Out: an `Exemption`; the obligations it covers become exempt.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from ingest.ledger.records import Exemption, Node, Obligation, User
from ingest.ledger.refusals import NotAllowedError

REASON = "exempted"


@transaction.atomic
def grant(
    *,
    form: str,
    node: Node,
    first_day: date,
    last_day: date | None,
    reason: str,
    actor: User,
    by: Node,
    at: datetime,
) -> Exemption:
    """Exempt a node from periods lying wholly within the days given. Only a node above it may.

    A report already handed in stays what it is. Raises NotAllowedError.
    """
    require_above(by, node)
    exemption = Exemption.objects.create(
        form=form,
        node=node,
        first_day=first_day,
        last_day=last_day,
        reason=reason,
        actor=actor,
        on_behalf_of=by,
        granted_at=at,
    )
    concerned(form, node, first_day, last_day).update(
        status=Obligation.Status.EXEMPT, reason=REASON, ended_at=None
    )
    return exemption


def require_above(by: Node, node: Node) -> None:
    """Only a node above another decides on it. Raises NotAllowedError."""
    if by.pk == node.pk:
        raise NotAllowedError("own_report", f"{by.code} decides on itself", by=by.code)
    if by.pk not in {above.pk for above in node.chain()}:
        problem = f"{by.code} does not stand above {node.code}"
        raise NotAllowedError("not_in_chain", problem, by=by.code, node=node.code)


def concerned(form: str, node: Node, first_day: date, last_day: date | None) -> QuerySet[Obligation]:
    """The reports asked for and not handed in whose periods lie wholly within the days."""
    unanswered = (Obligation.Status.OPEN.value, Obligation.Status.MISSING.value)
    found = Obligation.objects.filter(
        form=form, node=node, status__in=unanswered, period_start__gte=first_day
    )
    return found.filter(period_end__lte=last_day) if last_day is not None else found


def granted_for(form: str, start: date, end: date) -> set[int]:
    """The nodes that are exempt from a form for a whole period."""
    return set(
        Exemption.objects.filter(
            Q(last_day__isnull=True) | Q(last_day__gte=end), form=form, first_day__lte=start
        ).values_list("node_id", flat=True)
    )
