"""Publications: which build people see, which they saw before.

In: a finished build. Out: numbered publications, at most one of them current. Switching the served directory
is not done here: record first or switch first, both repeat safely.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from ingest.ledger.records import Publication

State = Publication.State


def next_number() -> int:
    """The number the next publication will get."""
    return (Publication.objects.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def record(build_id: int, content_hash: str, data_as_of: datetime, at: datetime) -> Publication:
    """Write down that a build is now shown. A build that already is current keeps its number."""
    shown = current()
    if shown is not None and shown.build_id == build_id:
        return shown
    Publication.objects.filter(state=State.CURRENT).update(state=State.PREVIOUS)
    return Publication.objects.create(
        number=next_number(),
        build_id=build_id,
        content_hash=content_hash,
        data_as_of=data_as_of,
        published_at=at,
    )


def current() -> Publication | None:
    """The publication shown now; None before the first."""
    return Publication.objects.filter(state=State.CURRENT).first()


def newest_first() -> list[Publication]:
    """All publications, the newest first."""
    return list(Publication.objects.select_related("build").order_by("-number"))


@transaction.atomic
def roll_back(number: int | None = None) -> Publication:
    """Show an earlier publication again: that number, by default the last one not rolled back itself.

    Raises Publication.DoesNotExist when there is none.
    """
    shown = current()
    earlier = Publication.objects.exclude(state=State.ROLLED_BACK)
    if shown is not None:
        earlier = earlier.filter(number__lt=shown.number)
    target = earlier.order_by("-number").first() if number is None else Publication.objects.get(number=number)
    if target is None:
        raise Publication.DoesNotExist("there is no earlier publication")
    if shown is not None and shown.number != target.number:
        Publication.objects.filter(number=shown.number).update(
            state=State.ROLLED_BACK if target.number < shown.number else State.PREVIOUS
        )
    target.state = State.CURRENT
    target.save(update_fields=["state"])
    return target
