"""What `bbaj status` shows, asked of the ledger.

In: a form and a node to narrow it by. Out: counts of obligations, who has not reported, the newest submissions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q

from ingest.ledger.records import Node, Obligation, Submission

_NEWEST = 15


def _narrowed(form: str | None, below: Node | None, prefix: str = "") -> Q:
    narrowed = Q(**{f"{prefix}form": form}) if form else Q()
    if below is not None:
        # Five levels at most: republic, oblast, district, organisation, and the node itself.
        path = f"{prefix}node"
        narrowed &= (
            Q(**{path: below})
            | Q(**{f"{path}__parent": below})
            | Q(**{f"{path}__parent__parent": below})
            | Q(**{f"{path}__parent__parent__parent": below})
        )
    return narrowed


def obligations_by_status(form: str | None, below: Node | None) -> dict[tuple[str, str], dict[str, int]]:
    """(form, period) → status → how many reports."""
    counted: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    rows = Obligation.objects.filter(_narrowed(form, below)).values_list("form", "period", "status")
    for asked_form, period, status, count in rows.annotate(count=Count("id")).order_by():
        counted[asked_form, period][status] = count
    return counted


def newest_submissions(form: str | None, below: Node | None) -> list[dict[str, Any]]:
    """The fifteen newest submissions: id, form, node, period, part, state, rows, errors."""
    found = Submission.objects.filter(_narrowed(form, below, "scope__"))
    newest = found.select_related("scope__node", "verdict").order_by("-id")[:_NEWEST]
    return [
        {
            "id": submission.pk,
            "form": submission.scope.form,
            "node": submission.scope.node.code,
            "period": submission.scope.period,
            "part": submission.scope.part,
            "state": submission.state,
            "rows": submission.verdict.rows_accepted if hasattr(submission, "verdict") else None,
            "errors": submission.verdict.errors if hasattr(submission, "verdict") else None,
        }
        for submission in newest
    ]


def refused_among(submission_ids: Collection[int]) -> list[int]:
    """Which of these were rejected or could not be read."""
    states = (Submission.State.REJECTED, Submission.State.UNREADABLE)
    found = Submission.objects.filter(pk__in=submission_ids, state__in=states)
    return list(found.order_by("pk").values_list("pk", flat=True))


def missing_reports(form: str | None, below: Node | None) -> list[Obligation]:
    """Every report that is missing, the longest overdue first, with its node."""
    found = Obligation.objects.filter(_narrowed(form, below), status=Obligation.Status.MISSING)
    return list(found.select_related("node").order_by("due_at", "node__code"))
