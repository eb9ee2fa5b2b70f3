"""Reports as of a moment at which nobody has settled them yet: a deadline passes by itself.

In: a moment. Out: obligations with `status_now`. It differs from the status that was written down in one thing alone:
an open report whose time is over is missing, unless something that came in time still waits for its verdict, and the
other way round. Everything else changes by acts, and each of them settles what it concerns.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When

from ingest.ledger.records import Obligation, Submission

Status = Obligation.Status


def as_of(now: datetime) -> QuerySet[Any]:
    """Every obligation, annotated with its `status_now`."""
    waits = Submission.objects.filter(
        scope__form=OuterRef("form"),
        scope__period=OuterRef("period"),
        scope__node=OuterRef("node"),
        state__in=Submission.UNDECIDED,
        received_at__lte=OuterRef("due_at"),
    )
    unanswered = Q(status__in=(Status.OPEN.value, Status.MISSING.value))
    is_open = Case(
        When(Q(due_at__gte=now) | Exists(waits), then=Value(Status.OPEN.value)),
        default=Value(Status.MISSING.value),
    )
    return Obligation.objects.annotate(
        status_now=Case(When(unanswered, then=is_open), default=F("status"), output_field=CharField())
    )
