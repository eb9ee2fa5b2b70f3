"""Reports as of a moment at which nobody has settled them yet: a period begins and a deadline passes by itself.

In: a moment. Out: obligations with `status_now`. It differs from the status that was written down in two things alone:
an open report whose time is over is missing, unless something that came in time still waits for its verdict, and
nothing is asked of a period that has not begun; both the other way round, too, since clocks are set back. Everything
else changes by acts, and each of them settles what it concerns.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When

from ingest.ledger.records import Obligation, Submission
from ingest.schema.values.period import LOCAL_TIME

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
    has_begun = Q(period_start__lte=now.astimezone(LOCAL_TIME).date())
    is_asked = Q(status__in=(Status.OPEN.value, Status.MISSING.value)) | Q(
        status=Status.NOT_APPLICABLE.value, reason=""
    )
    became = Case(
        When(~has_begun, then=Value(Status.NOT_APPLICABLE.value)),
        When(Q(due_at__gte=now) | Exists(waits), then=Value(Status.OPEN.value)),
        default=Value(Status.MISSING.value),
    )
    return Obligation.objects.annotate(
        status_now=Case(When(is_asked, then=became), default=F("status"), output_field=CharField())
    )
