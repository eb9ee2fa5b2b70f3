"""Exemptions: a department decides that those below it need not report a form for some time.

In: the decision. Out: a directive of that kind. What follows is `ingest.ledger.obligations.settle`.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ingest.ledger.directives.acts import Draft, make, require_above
from ingest.ledger.records import Directive, Node, User

__all__ = ["grant", "require_above"]


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
) -> Directive:
    """Exempt a node, and those below it, from periods lying wholly within the days given. Only a node above it may.

    A report handed in before stays what it is. Raises NotAllowedError.
    """
    require_above(by, node)
    kind = Directive.Kind.EXEMPTION
    return make(Draft(kind, form, node, first_day, last_day, reason=reason, by=by), actor, at)
