"""A directive with all that follows from it: hierarchy and obligations, in one transaction; or only what would follow.

In: what is decided, or which directive is taken back. Out: the directive, and how many reports of which form and whose
are asked, asked no longer, or fall due on another day. To say it beforehand it is done and given up again: what is said
is what will happen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ingest.home import Home
from ingest.ledger.directives import acts
from ingest.ledger.directives.acts import Draft
from ingest.ledger.directives.in_force import OF_ORGANISATIONS
from ingest.ledger.nodes import within
from ingest.ledger.records import Directive, Node, Obligation, User
from warehouse.services.hierarchy.registers import ask_and_settle, follow, follow_unnoted, keep_obligations

Kind = Directive.Kind
_State = tuple[str, datetime]


@dataclass(frozen=True)
class Change:
    """So many reports of one form that changed alike. `department`: the code of the district or oblast of those who
    report, or of the reporter itself where it is one. `before` is None for what is newly asked; where both are equal
    another day is the last on time."""

    form: str
    department: str
    before: str | None
    after: str
    count: int


@dataclass(frozen=True)
class Decided:
    """The directive, which is not in the ledger where it was only said, and what changed by it."""

    directive: Directive
    changes: tuple[Change, ...]

    @property
    def reports(self) -> int:
        """How many reports changed."""
        return sum(change.count for change in self.changes)


def decide(home: Home, draft: Draft, actor: User, *, only_say: bool = False) -> Decided:
    """Decide, and let everything follow; `only_say`: nothing is kept. Raises as `acts.make`."""
    return _carry_out(home, lambda: acts.make(draft, actor, home.now()), only_say)


def take_back(
    home: Home, number: int, actor: User, *, reason: str, by: Node | None = None, only_say: bool = False
) -> Decided:
    """Take a directive back, and let everything follow. Raises as `acts.take_back`."""
    return _carry_out(home, lambda: acts.take_back(number, actor, home.now(), reason=reason, by=by), only_say)


def _carry_out(home: Home, act: Callable[[], Directive], only_say: bool) -> Decided:
    keep_obligations(home)  # what has changed since by itself is no doing of this act
    with transaction.atomic():
        directive = act()
        decided = directive.takes_back or directive
        before = _states(decided)
        if decided.kind in OF_ORGANISATIONS:
            follow_unnoted(home)
        ask_and_settle(home, home.now())
        changes = _changes(before, _states(decided))
        if only_say:
            transaction.set_rollback(True)
    if not only_say:
        follow(home)
    return Decided(directive, changes)


def _states(directive: Directive) -> dict[int, _State]:
    """Every report that the directive can concern: its number → status and deadline."""
    found = Obligation.objects.all()
    if directive.form:
        found = found.filter(form=directive.form)
    if directive.node is not None and directive.kind != Kind.SCOPE:
        found = found.filter(within(directive.node, "node"))
    return {pk: (status, due_at) for pk, status, due_at in found.values_list("pk", "status", "due_at")}


def _changes(before: dict[int, _State], after: dict[int, _State]) -> tuple[Change, ...]:
    different = [pk for pk, state in after.items() if before.get(pk) != state]
    departments = _departments(different)
    counted: Counter[tuple[str, str, str | None, str]] = Counter()
    for pk in different:
        known = before.get(pk)
        form, department = departments[pk]
        counted[form, department, known[0] if known else None, after[pk][0]] += 1
    ranked = sorted(counted.items(), key=lambda found: (found[0][:2], found[0][2] or "", found[0][3]))
    return tuple(Change(*key, count) for key, count in ranked)


def _departments(obligations: list[int]) -> dict[int, tuple[str, str]]:
    """Obligation → its form, and the department of whoever owes it."""
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(obligations), 900):
        rows = Obligation.objects.filter(pk__in=obligations[start : start + 900])
        for pk, form, kind, own, above in rows.values_list(
            "pk", "form", "node__kind", "node__code", "node__parent__code"
        ):
            found[pk] = (form, (above or own) if kind == Node.Kind.ORGANISATION else own)
    return found
