"""A directive is made, or taken back: one row each, and never another change.

In: what is decided, by whom, why. Out: the `Directive`. What follows from it is not done here: whoever decides lets
the obligations follow in the same transaction (`warehouse.services.hierarchy.directives`). Raises RefusalError where
it says nothing or contradicts itself, NotAllowedError where that node may not decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ingest.ledger.chain import require_own_or_above
from ingest.ledger.records import Directive, Node, User
from ingest.ledger.refusals import NotAllowedError, RefusalError
from ingest.schema.forms.load import contracts

Kind = Directive.Kind


@dataclass(frozen=True)
class Draft:
    """What is to be decided, see `Directive`. `by`: the node that decides, None for whoever runs the installation."""

    kind: str
    form: str = ""
    node: Node | None = None
    first_day: date | None = None
    last_day: date | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    by: Node | None = None


@transaction.atomic
def make(draft: Draft, actor: User, at: datetime) -> Directive:
    """Write a directive down."""
    _require_sense(draft)
    if draft.by is not None and draft.node is not None:
        require_above(draft.by, draft.node)
    return Directive.objects.create(
        kind=draft.kind,
        form=draft.form,
        node=draft.node,
        first_day=draft.first_day,
        last_day=draft.last_day,
        terms=dict(draft.terms),
        reason=draft.reason,
        actor=actor,
        on_behalf_of=draft.by,
        at=at,
    )


@transaction.atomic
def take_back(number: int, actor: User, at: datetime, *, reason: str, by: Node | None = None) -> Directive:
    """Write down that a directive holds no longer. Raises RefusalError where none of that number holds."""
    found = Directive.objects.select_for_update(of=("self",)).filter(pk=number)
    known = found.exclude(kind=Kind.TAKEN_BACK).select_related("node").first()
    if known is None:
        raise RefusalError("no_directive", f"there is no directive {number}", number=number)
    if Directive.objects.filter(takes_back=known).exists():
        raise RefusalError("taken_back_already", f"{number} is taken back already", number=number)
    if not reason.strip():
        raise RefusalError("no_reason", "a decision needs a reason")
    if by is not None and known.node is not None:
        require_above(by, known.node)
    return Directive.objects.create(
        kind=Kind.TAKEN_BACK,
        form=known.form,
        node=known.node,
        reason=reason.strip(),
        actor=actor,
        on_behalf_of=by,
        at=at,
        takes_back=known,
    )


def require_above(by: Node, node: Node) -> None:
    """Only a node above another decides on it; the republic on itself. Raises NotAllowedError."""
    if by.pk == node.pk and by.code != Node.REPUBLIC_CODE:
        raise NotAllowedError("own_report", f"{by.code} decides on itself", by=by.code)
    require_own_or_above(by, node)


def _require_sense(draft: Draft) -> None:
    if not draft.reason.strip():
        raise RefusalError("no_reason", "a decision needs a reason")
    if draft.form and draft.form not in contracts():
        raise RefusalError("no_form", f"there is no form {draft.form}", form=draft.form)
    first, last = draft.first_day, draft.last_day
    if first is not None and last is not None and last < first:
        raise RefusalError("days_crossed", f"{last} lies before {first}", first=first, last=last)
    if draft.kind in (Kind.CLOSED, Kind.OPENED, Kind.MERGED):
        _require_place_in_tree(draft)


def _require_place_in_tree(draft: Draft) -> None:
    """The republic is never closed; what a node goes into is another one of its kind."""
    node, into = draft.node, draft.terms.get("into")
    if node is None or node.code == Node.REPUBLIC_CODE or draft.first_day is None:
        raise RefusalError("not_closable", "the republic is neither closed nor opened", node="KZ")
    if into is None:
        return
    other = Node.objects.filter(code=into, kind=node.kind).exclude(pk=node.pk).first()
    if other is None:
        raise RefusalError(
            "merges_into_nothing", f"{node.code} cannot go into {into}", node=node.code, into=into
        )
