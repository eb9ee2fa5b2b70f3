"""Publications: which build people see, which they saw before.

In: a finished build. Out: numbered publications, at most one of them current. Switching the served directory
is not done here: record first or switch first, both repeat safely.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from ingest.ledger.records import Publication, PublicationHold, User

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


@transaction.atomic
def take_back(number: int, actor: User, *, reason: str, at: datetime) -> Publication:
    """Show an earlier publication again, and nothing newer until `lift`. Raises Publication.DoesNotExist.

    Showing what is shown takes nothing back.
    """
    shown = current()
    target = roll_back(number)
    if shown is not None and target.number < shown.number:
        later = Publication.objects.filter(number__gt=target.number).order_by("number")
        PublicationHold.objects.create(
            number=target.number,
            taken_back=list(later.values_list("number", flat=True)),
            reason=reason,
            actor=actor,
            at=at,
        )
    return target


def held() -> PublicationHold | None:
    """Why nothing newer than what is shown may be shown; None where it may."""
    return PublicationHold.objects.filter(lifted_at=None).order_by("-pk").first()


@transaction.atomic
def lift(actor: User, *, reason: str, at: datetime) -> PublicationHold | None:
    """Let publications go on; the hold that was lifted, None where there was none."""
    lifted = held()
    PublicationHold.objects.filter(lifted_at=None).update(lifted_by=actor, lifted_at=at, lift_reason=reason)
    return lifted
