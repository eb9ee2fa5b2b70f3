"""Editions of summaries: which was made of what, and what is held back until it can be made.

In: what a summary is about. Out: rows of the ledger. What was made is never changed; a summary held back has one
row, which says why, until an edition takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from ingest.ledger.records import Edition, Node, Publication

State = Edition.State


@dataclass(frozen=True)
class About:
    """What a summary is about: the name of its definition, a period as submitters write it, a node."""

    report: str
    period: str
    node: Node

    @property
    def name(self) -> str:
        """What it is called in places, keys and names of files."""
        return f"{self.report}/{self.period}/{self.node.code}"


@dataclass(frozen=True)
class Made:
    """What is archived of an edition. `files`: name → size and SHA-256; `changed_cells`: how many figures the edition
    before said otherwise."""

    number: int
    publication: Publication
    basis: str
    status: str
    files: Mapping[str, Any]
    changed_cells: int = 0


def next_number(about: About) -> int:
    """The number its next edition will have."""
    return (_all(about).aggregate(last=Max("number"))["last"] or 0) + 1


def newest(about: About) -> Edition | None:
    """The last one made; None before the first."""
    return _all(about).filter(state=State.MADE).order_by("-number").first()


def numbered(about: About, number: int) -> Edition:
    """The edition of that number. Raises Edition.DoesNotExist."""
    return _all(about).get(state=State.MADE, number=number)


@transaction.atomic
def record(about: About, made: Made, at: datetime) -> Edition:
    """Write down what is archived already; it is held back no more. Raises IntegrityError where that number is taken:
    somebody else made it at the same time."""
    held_back(about).update(state=State.LIFTED)
    return Edition.objects.create(
        report=about.report,
        period=about.period,
        node=about.node,
        state=State.MADE,
        made_at=at,
        number=made.number,
        publication=made.publication,
        basis=made.basis,
        status=made.status,
        files=dict(made.files),
        changed_cells=made.changed_cells,
    )


@transaction.atomic
def hold(
    about: About, basis: str, reasons: Sequence[Mapping[str, Any]], at: datetime
) -> tuple[Edition, bool]:
    """Write down why it is not made, and whether that is new: the same reasons again say nothing."""
    known = _all(about).filter(number=0).first()
    if known is not None and known.state == State.HELD and codes(known.reasons) == codes(reasons):
        return known, False
    held = known or Edition(report=about.report, period=about.period, node=about.node, number=0)
    held.state, held.basis, held.made_at = State.HELD, basis, at
    held.reasons = [dict(reason) for reason in reasons]
    held.save()
    return held, True


def codes(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """What kinds of reasons these are: a share that moved a little is no other reason."""
    return sorted(str(reason["code"]) for reason in reasons)


def held_back(about: About) -> QuerySet[Edition]:
    """What is held back of it now: one row, or none."""
    return _all(about).filter(number=0, state=State.HELD)


def newest_first(report: str | None = None, period: str | None = None) -> QuerySet[Edition]:
    """Everything made and everything held back, the newest first; of a report or a period alone where said."""
    found = Edition.objects.exclude(state=State.LIFTED).select_related("node", "publication")
    if report:
        found = found.filter(report=report)
    if period:
        found = found.filter(period=period)
    return found.order_by("-made_at", "-pk")


def _all(about: About) -> QuerySet[Edition]:
    found = Edition.objects.filter(report=about.report, period=about.period, node=about.node)
    return found.select_related("node", "publication")
