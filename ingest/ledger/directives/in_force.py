"""Which directives hold: for a form, a period, a node and those above it, at a moment.

In: the ledger's directives. Out: an `InForce`, read once and asked often. One taken back holds no longer; for a report
that was handed in while it held, it holds on: what was answered stays what it is.

Of several that say different things the nearer one counts: one for a single period before a rule, one for a node before
one for those above it, one for a form before one for all forms, and then the one made last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from ingest.ledger.records import Directive, Node
from ingest.schema.forms.contract import Due
from ingest.schema.values.period import Period

Kind = Directive.Kind
Path = tuple[int, ...]
"""A node and those above it, nearest first, by their numbers in the ledger."""

OF_ORGANISATIONS = (Kind.CLOSED.value, Kind.OPENED.value, Kind.MERGED.value)


@dataclass(frozen=True)
class Standing:
    """One directive as plain values; `until`: when it was taken back, None while it holds."""

    number: int
    kind: str
    form: str
    node: int | None
    first_day: date | None
    last_day: date | None
    terms: dict[str, Any]
    at: datetime
    until: datetime | None

    def holds_at(self, moment: datetime | None) -> bool:
        """Whether it held when something came in, which came first if at the same moment; None: whether it holds."""
        if moment is None:
            return self.until is None
        return self.at < moment and (self.until is None or moment <= self.until)

    def covers(self, start: date, end: date) -> bool:
        """Whether these days lie wholly within its own."""
        return (self.first_day is None or self.first_day <= start) and (
            self.last_day is None or end <= self.last_day
        )

    def depth_on(self, path: Path) -> int | None:
        """How near to the first node of the path it is, 0 for everybody; None where it does not concern it."""
        if self.node is None:
            return 0
        return len(path) - path.index(self.node) if self.node in path else None


class InForce:
    """Every directive ever made, by its kind and form."""

    def __init__(self, directives: Iterable[Standing] = ()) -> None:
        self._by: dict[tuple[str, str], list[Standing]] = defaultdict(list)
        self.nodes: frozenset[int] = frozenset()
        """The nodes that any directive names: others differ in nothing but where they stand."""
        listed = list(directives)
        for each in listed:
            self._by[each.kind, each.form].append(each)
        self.nodes = frozenset(each.node for each in listed if each.node is not None)

    @classmethod
    def read(cls) -> Self:
        """Those of the ledger."""
        found = Directive.objects.exclude(kind=Kind.TAKEN_BACK).select_related("taken_back_by").order_by("pk")
        return cls(
            Standing(
                each.pk,
                each.kind,
                each.form,
                each.node_id,
                each.first_day,
                each.last_day,
                each.terms,
                each.at,
                each.taken_back_by.at if hasattr(each, "taken_back_by") else None,
            )
            for each in found
        )

    def is_served(self, path: Path, period: Period) -> bool:
        """Whether the installation serves that node: everybody, or those below one of the nodes that are named."""
        named = [each for each in self._of(Kind.SCOPE, "", None) if each.covers(period.start, period.end)]
        return not named or any(each.depth_on(path) is not None for each in named)

    def start_of(self, form: str, path: Path, *, of_form: bool) -> tuple[date | None] | None:
        """The first day whose reports of a form are asked of a node, in a tuple of its own, for it may be None, which
        is never. None where no directive says: of that form alone (`of_form`), or of all forms."""
        said = self._nearest(self._of(Kind.START, form if of_form else "", None), path)
        if said is None:
            return None
        day = said.terms.get("day")
        return (date.fromisoformat(day) if day else None,)

    def due_day(self, form: str, path: Path, period: Period, moment: datetime | None = None) -> date | None:
        """The last day on time by the nearest directive that held at that moment; None where none says anything."""
        said = [
            each for each in self._of(Kind.DEADLINE, form, moment) if each.covers(period.start, period.end)
        ]
        nearest = self._nearest(said, path)
        if nearest is None:
            return None
        if "day" in nearest.terms:
            return date.fromisoformat(nearest.terms["day"])
        return Due(after=nearest.terms["after"], days=nearest.terms["days"]).date_of(period)

    def is_exempt(self, form: str, path: Path, period: Period, moment: datetime | None = None) -> bool:
        """Whether a node was let off a report at that moment."""
        return any(
            each.covers(period.start, period.end) and each.depth_on(path) is not None
            for name in (form, "")
            for each in self._of(Kind.EXEMPTION, name, moment)
        )

    def holidays(self, form: str, path: Path) -> list[tuple[date, date]]:
        """Days without school for a node, beside those of the calendar: first and last of each."""
        return [
            (each.first_day, each.last_day)
            for name in (form, "")
            for each in self._of(Kind.HOLIDAY, name, None)
            if each.first_day and each.last_day and each.depth_on(path) is not None
        ]

    def of_organisations(self) -> list[Standing]:
        """Closures, openings and mergers that hold, in the order in which they were made."""
        found = [each for kind in OF_ORGANISATIONS for each in self._of(kind, "", None)]
        return sorted(found, key=lambda each: each.number)

    def starts(self, form: str) -> list[date]:
        """Every first day that any directive names for a form."""
        said = [each.terms.get("day") for name in (form, "") for each in self._of(Kind.START, name, None)]
        return [date.fromisoformat(day) for day in said if day]

    def _of(self, kind: str, form: str, moment: datetime | None) -> list[Standing]:
        return [each for each in self._by.get((str(kind), form), ()) if each.holds_at(moment)]

    @staticmethod
    def _nearest(said: Sequence[Standing], path: Path) -> Standing | None:
        concerning = [(each.depth_on(path), each) for each in said]
        ranked = [
            ("day" in each.terms and each.kind == Kind.DEADLINE, depth, each.number, each)
            for depth, each in concerning
            if depth is not None
        ]
        return max(ranked, key=lambda found: found[:3])[3] if ranked else None


def first_day_of(
    in_force: InForce,
    form: str,
    path: Path,
    collect_from: date | None,
    collected: Mapping[str, date] | None,
) -> date | None:
    """From when on a form is asked of a node; None for never. What the settings of the home say (`collect_from`,
    `collected`) is told by `open_due`."""
    own = in_force.start_of(form, path, of_form=True)
    if own:
        return own[0]
    if collected is not None and form not in collected:
        return None
    of_all = in_force.start_of(form, path, of_form=False)
    if of_all:
        return of_all[0]
    return collected[form] if collected is not None else collect_from


def paths(nodes: Iterable[int] | None = None) -> dict[int, Path]:
    """Every node, or these, with those above it."""
    # Four levels at most: republic, oblast, district, organisation.
    steps = ("pk", "parent_id", "parent__parent_id", "parent__parent__parent_id")
    found = Node.objects.all() if nodes is None else Node.objects.filter(pk__in=list(nodes))
    return {row[0]: tuple(step for step in row if step is not None) for row in found.values_list(*steps)}
