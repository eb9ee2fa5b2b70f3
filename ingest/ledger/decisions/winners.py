"""Which submission of each scope counts: operationally, officially. Decided by sequence, never by a clock.

Operational: the highest accepted (or approved) one. Official: the highest approved one. Of a form that takes effect
when it is approved (registers, calendars) only approved ones count, on either basis. A rejected file
displaces nothing; a returned or withdrawn one no longer counts and lets its predecessor count again.
A report that counts as a whole displaces all its parts, or their rows would count twice. A nil return after a whole
makes room for parts that come after it; those from before the whole stay displaced.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from ingest.ledger.records import Scope, Submission
from ingest.schema.forms.load import contracts

_APPROVED = (Submission.State.APPROVED.value,)


def operational(
    form: str | None = None, *, nodes: Collection[str] | None = None, periods: Collection[str] | None = None
) -> list[Submission]:
    """The operational winner of every scope that has one, by sequence; of these nodes and periods alone if given."""
    which = by_receipt(form)
    if nodes is not None:
        which &= Q(scope__node__code__in=sorted(nodes))
    if periods is not None:
        which &= Q(scope__period__in=sorted(periods))
    return list(_with_details(which))


def awaiting_approval(which: Q) -> list[Submission]:
    """Those of the operational winners that nobody has approved yet, narrowed by a query of submissions."""
    highest = _highest(Submission.STANDING, None, also_without_effect=True)
    return list(_with_details(which & Q(state=Submission.State.ACCEPTED, pk__in=highest)))


def reported(form: str, *, nodes: Collection[str] | None = None) -> list[Submission]:
    """The highest accepted one of every scope, by sequence, whether or not it is in effect already."""
    highest = _highest(Submission.STANDING, form, also_without_effect=True)
    which = Q(pk__in=highest) if nodes is None else Q(pk__in=highest, scope__node__code__in=sorted(nodes))
    return list(_with_details(which))


def official(form: str | None = None) -> list[Submission]:
    """The official winner of every scope that has one, by sequence."""
    return list(_with_details(by_approval(form)))


def by_receipt(form: str | None = None) -> Q:
    """Which submissions count on the operational basis."""
    return Q(pk__in=_highest(Submission.STANDING, form))


def by_approval(form: str | None = None) -> Q:
    """Which submissions count on the official basis."""
    return Q(pk__in=_highest(_APPROVED, form))


def whole_beside(scope: Scope) -> Submission | None:
    """What counts already as the whole of the report that this scope is a part of."""
    siblings = Scope.objects.filter(
        form=scope.form, node=scope.node_id, period=scope.period, part=Scope.WHOLE
    )
    if scope.part == Scope.WHOLE:
        return None
    standing = Submission.objects.filter(state__in=Submission.STANDING, scope__in=siblings)
    latest = standing.order_by("-pk").first()
    return None if latest is None or latest.is_nil_return else latest


def without_effect() -> list[Submission]:
    """What was accepted of forms that take effect when approved, and is not approved yet, by sequence."""
    return awaiting_approval(Q(scope__form__in=effective_when_approved()))


LATEST_ALONE = frozenset({"territory_register"})
"""Forms of which the latest one is the whole: an earlier period's counts no longer beside it."""


def latest(found: Collection[Submission]) -> list[Submission]:
    """The one of the latest period, of one period the last."""
    return sorted(found, key=lambda each: (each.scope.period_start, each.pk))[-1:]


def displaced_by(submission: Submission) -> list[Submission]:
    """What counts now and would not once this submission counts: its scope's, the parts of a whole (those that came
    after it too), and of a form of which the latest alone counts the one before it."""
    scope = submission.scope
    if scope.form in LATEST_ALONE:
        mine = (scope.period_start, submission.pk)
        standing = latest(operational(scope.form))
        return [each for each in standing if (each.scope.period_start, each.pk) < mine]
    counting = operational(scope.form, nodes={scope.node.code}, periods={scope.period})
    is_whole = scope.part == Scope.WHOLE and not submission.is_nil_return
    return [each for each in counting if (each.pk < submission.pk if each.scope_id == scope.pk else is_whole)]


def effective_when_approved() -> list[str]:
    """Forms whose data nobody is held to before somebody approved them."""
    return [name for name, form in contracts().items() if form.takes_effect == "approved"]


def _highest(
    states: Collection[str], form: str | None, *, also_without_effect: bool = False
) -> QuerySet[Submission, int]:
    standing = Submission.objects.filter(state__in=states)
    if not also_without_effect:
        late = effective_when_approved()
        standing = standing.exclude(Q(scope__form__in=late) & ~Q(state__in=_APPROVED))
    nil_since = standing.filter(scope=OuterRef("scope"), pk__gt=OuterRef("pk"), is_nil_return=True)
    whole = standing.filter(
        Q(pk__gt=OuterRef("pk")) | ~Exists(nil_since),
        is_nil_return=False,
        scope__part=Scope.WHOLE,
        scope__form=OuterRef("scope__form"),
        scope__node=OuterRef("scope__node"),
        scope__period=OuterRef("scope__period"),
    )
    standing = standing.filter(Q(scope__part=Scope.WHOLE) | ~Exists(whole))
    if form is not None:
        standing = standing.filter(scope__form=form)
    return standing.order_by().values("scope_id").annotate(winner=Max("pk")).values_list("winner", flat=True)


def _with_details(which: Q) -> QuerySet[Submission]:
    found = Submission.objects.filter(which).order_by("pk")
    return found.select_related("scope__node", "raw_file", "verdict")
