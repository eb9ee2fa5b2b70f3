"""The first day of an installation that nobody told from when to ask.

In: today. Out: a directive that says so, made once, by the system itself. Whatever was asked before goes on being
asked; a new installation asks for nothing that was due before it was there.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Min

from ingest.ledger.accounts import PIPELINE, account
from ingest.ledger.records import Directive, Obligation

Kind = Directive.Kind


def begin(today: date, at: datetime) -> None:
    """Write the first day down, unless a directive ever said one."""
    if Directive.objects.filter(kind=Kind.START, form="").exists():
        return
    with transaction.atomic():
        asked = Obligation.objects.aggregate(first=Min("period_start"))["first"]
        day = min(filter(None, (asked, today)))
        Directive.objects.create(
            kind=Kind.START, terms={"day": day.isoformat()}, actor=account(PIPELINE), at=at
        )
