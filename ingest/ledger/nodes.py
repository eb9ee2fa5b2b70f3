"""The reporting hierarchy, drawn from accepted registers.

In: rows of the territory register, events of an organisation register. Out: nodes created or changed. Both
functions may be repeated with the same rows without effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple

from django.db import transaction
from django.db.models import Q
from rapidfuzz import fuzz, process

from ingest.ledger.records import Node

Kind = Node.Kind
# Cities of republican significance (Astana, Almaty, Shymkent) have no districts in the classifier: their city
# districts stand on the level below and report as districts do (standard НК РК 11-2025, signs AB 71, 75, 79).
_REPUBLICAN_CITIES = ("71", "75", "79")
# How alike, of 100, a code must be to be offered for another: one digit of nine or twelve wrong, two changed about.
_ALIKE = 85


class Territory(NamedTuple):
    """One row of the territory register."""

    kato: str
    level: str
    name_kk: str
    name_ru: str


class OrganisationEvent(NamedTuple):
    """One row of an organisation register; names and `kato` may be missing where nothing was opened.

    `event_date` is the first day of the new state: opened from that day, named so or lying there from that day,
    closed or merged into another from that day (its last open day is the one before). A split is told of the
    new organisation, which is opened by a row of its own, and changes nothing else of either.
    """

    bin: str
    event: Literal["opened", "renamed", "moved", "merged", "split", "closed"] | str
    event_date: date
    name_kk: str | None = None
    name_ru: str | None = None
    kato: str | None = None


@dataclass
class Applied:
    """What became of the rows, as codes of nodes.

    `refused`: organisations that another department reported first; `unknown`: events of organisations nobody
    opened. Neither changes anything.
    """

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def republic() -> Node:
    """The top of the hierarchy."""
    return Node.objects.get(code=Node.REPUBLIC_CODE)


def node(code: str) -> Node:
    """The node of that code. Raises Node.DoesNotExist."""
    return Node.objects.select_related("parent__parent__parent").get(code=code)


def nearest_nodes(text: str, most: int = 3) -> list[Node]:
    """Nodes that are called so, else those whose codes are most like it, at most so many."""
    known = list(Node.objects.order_by("code").values_list("pk", "code", "name_kk", "name_ru"))
    words = text.casefold().split()
    called = [
        pk
        for pk, _, *names in known
        if any(word.isalpha() for word in words)
        and any(all(word in name.casefold() for word in words) for name in names)
    ]
    codes = {pk: code for pk, code, *_ in known}
    alike = process.extract(
        text, codes, scorer=fuzz.ratio, processor=str.upper, score_cutoff=_ALIKE, limit=most
    )
    chosen = called[:most] or [pk for _, _, pk in alike]
    found = Node.objects.in_bulk(chosen)
    return [found[pk] for pk in chosen]


def within(above: Node, path: str = "") -> Q:
    """Selects a node and all those below it. `path`: how a query reaches the node, such as `scope__node`."""
    # Four levels at most: republic, oblast, district, organisation.
    own = path or "pk"
    lead = f"{path}__" if path else ""
    found = Q(**{own: above.pk})
    for steps in ("parent", "parent__parent", "parent__parent__parent"):
        found |= Q(**{f"{lead}{steps}": above.pk})
    return found


def reporting_kind(row: Territory) -> Node.Kind | None:
    """The kind of department that territory has; None where nobody reports for it."""
    if row.level == "oblast":
        return Kind.OBLAST
    if row.level == "district":
        return Kind.DISTRICT
    if row.level == "sub_district" and row.kato.startswith(_REPUBLICAN_CITIES):
        return Kind.DISTRICT
    return None


@transaction.atomic
def apply_territories(rows: Iterable[Territory]) -> Applied:
    """Make a department of every oblast, district and city district among the rows, or follow its new name.

    A department whose territory is no longer listed stays: what was reported for it remains.
    """
    applied = Applied()
    known = {found.code: found for found in Node.objects.exclude(kind=Kind.ORGANISATION)}
    reporting = [(kind, Territory(*row)) for row in rows if (kind := reporting_kind(Territory(*row)))]
    # Oblasts first: the others stand below them.
    for kind, row in sorted(reporting, key=lambda found: (found[0] != Kind.OBLAST, found[1].kato)):
        parent = known[Node.REPUBLIC_CODE if kind == Kind.OBLAST else row.kato[:2] + "0000000"]
        wanted = {
            "kind": kind.value,
            "parent": parent,
            "territory_code": row.kato,
            "name_kk": row.name_kk,
            "name_ru": row.name_ru,
        }
        known[row.kato] = _create_or_change(known.get(row.kato), row.kato, wanted, applied)
    return applied


def apply_organisation_events(district: Node, rows: Iterable[OrganisationEvent]) -> Applied:
    """Apply what one department reports, see `apply_reported_events`."""
    return apply_reported_events((district, row) for row in rows)


@transaction.atomic
def apply_reported_events(
    reported: Iterable[tuple[Node | None, OrganisationEvent]], *, whole: bool = False
) -> Applied:
    """Open, rename, move, merge and close organisations, in the order of the dates of the events.

    `reported`: events with the department that reports them, None for what this installation decided itself. Give
    all events that count of all departments, or
    at least every event of the organisations concerned: an old event alone cannot know what came after it,
    except that an older name never displaces a newer one. A department speaks of its own organisations only; one
    that moves to the territory of another is that department's from then on.

    `whole`: these are all the events there are. Organisations are then what these events alone make of them, whatever
    was known before, and one that none of them opens is open on no day.
    """
    applied = Applied()
    events = sorted(
        ((district, OrganisationEvent(*row)) for district, row in reported),
        key=lambda found: found[1].event_date,
    )
    bins = {event.bin for _, event in events}
    organisations = Node.objects.filter(kind=Kind.ORGANISATION).select_related("parent")
    found_before = {found.code: found for found in organisations if whole or found.code in bins}
    before = {code: _facts(found) for code, found in found_before.items()}
    known = {} if whole else found_before
    _apply(events, known, applied)
    if whole:
        known = _as_rows(known, found_before)
    _save_organisations(known, before, applied)
    return applied


@transaction.atomic
def apply_to_departments(events: Iterable[OrganisationEvent]) -> Applied:
    """Close and open departments as this installation decided; these are all such decisions there are."""
    applied = Applied()
    departments = {found.code: found for found in Node.objects.filter(kind__in=(Kind.OBLAST, Kind.DISTRICT))}
    before = {code: _facts(found) for code, found in departments.items()}
    for found in departments.values():
        found.valid_from = found.valid_to = None
    for event in sorted((OrganisationEvent(*row) for row in events), key=lambda each: each.event_date):
        if event.bin not in departments:
            continue
        if event.event == "opened":
            departments[event.bin].valid_from, departments[event.bin].valid_to = event.event_date, None
        else:
            _close(departments[event.bin], event)
    _save_organisations(departments, before, applied)
    return applied


def _apply(
    events: Iterable[tuple[Node | None, OrganisationEvent]], known: dict[str, Node], applied: Applied
) -> None:
    """Let the events follow on each other; `known` gets what they open."""
    for reporter, event in events:
        found = known.get(event.bin)
        district = reporter or (found and found.parent)
        if district is None:
            applied.unknown.append(event.bin)
            continue
        if found is not None and found.parent_id != district.pk:
            applied.refused.append(event.bin)
        elif event.event == "opened":
            known[event.bin] = _opened(found, district, event)
        elif found is None:
            applied.unknown.append(event.bin)
        elif event.event in _CHANGES:
            _CHANGES[event.event](found, event)


def _as_rows(made: dict[str, Node], rows: dict[str, Node]) -> dict[str, Node]:
    """What the events made, in the rows that the ledger has already; what they did not make is open on no day."""
    for code, row in rows.items():
        if code in made:
            for name in _FACTS:
                setattr(row, name, getattr(made[code], name))
        else:
            row.valid_to = (row.valid_from or date(1900, 1, 2)) - timedelta(days=1)
            row.valid_from = row.valid_from or date(1900, 1, 2)
    return {**made, **rows}


def _create_or_change(found: Node | None, code: str, wanted: dict[str, object], applied: Applied) -> Node:
    if found is None:
        applied.created.append(code)
        return Node.objects.create(code=code, **wanted)
    if any(getattr(found, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(found, name, value)
        found.save()
        applied.changed.append(code)
    return found


def _opened(found: Node | None, district: Node, event: OrganisationEvent) -> Node:
    if found is None:
        found = Node(kind=Kind.ORGANISATION, code=event.bin, parent=district, valid_from=event.event_date)
    elif found.valid_to is None or event.event_date <= found.valid_to:
        found.valid_from = event.event_date  # the same opening, its date corrected
    else:
        found.valid_from, found.valid_to = event.event_date, None  # opened again after a closure
    found.territory_code = event.kato or found.territory_code
    _rename(found, event)
    return found


def _rename(found: Node, event: OrganisationEvent) -> None:
    if found.name_since is not None and event.event_date < found.name_since:
        return
    found.name_kk, found.name_ru = event.name_kk or found.name_kk, event.name_ru or found.name_ru
    found.name_since = event.event_date


def _close(found: Node, event: OrganisationEvent) -> None:
    last_day = event.event_date - timedelta(days=1)
    if found.valid_from is None or found.valid_from <= event.event_date:
        found.valid_to = last_day


def _move(found: Node, event: OrganisationEvent) -> None:
    """To another place, and to its department where that is not the present one."""
    found.territory_code = event.kato or found.territory_code
    _rename(found, event)
    above = [found.territory_code[:kept].ljust(9, "0") for kept in (6, 5, 4)]
    departments = {node.code: node for node in Node.objects.filter(kind=Kind.DISTRICT, code__in=above)}
    found.parent = next((departments[code] for code in above if code in departments), found.parent)


_CHANGES = {"renamed": _rename, "moved": _move, "merged": _close, "closed": _close}
_FACTS = ("parent", "territory_code", "name_kk", "name_ru", "name_since", "valid_from", "valid_to")


def _facts(found: Node) -> tuple[object, ...]:
    return tuple(getattr(found, name) for name in _FACTS)


def _save_organisations(
    known: dict[str, Node], before: dict[str, tuple[object, ...]], applied: Applied
) -> None:
    new = [found for code, found in known.items() if code not in before]
    altered = [found for code, found in known.items() if code in before and _facts(found) != before[code]]
    Node.objects.bulk_create(new, batch_size=500)
    Node.objects.bulk_update(altered, _FACTS, batch_size=200)
    applied.created += [found.code for found in new]
    applied.changed += [found.code for found in altered]
