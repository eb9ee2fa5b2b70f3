"""Which parts of a place and which organisations are worth a call, and why: by rules of the definition, never a person.

Those with the most reasons come first; of as many, those that exceed what the rules ask for by the most times, each
reason by so many at most as the definition says; then by code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dashboards.reports.content import Both, Call, Place
from dashboards.reports.definition import Rule
from dashboards.reports.discipline import due, not_reported
from dashboards.reports.measures import Measures
from dashboards.reports.points import Measured, Part, Parts
from dashboards.reports.words import words
from dashboards.reports.writing import Amount, capitalised, fill, joined, of_hundred, percent


@dataclass
class _Candidate:
    part: Part
    reasons: list[tuple[float, Both]] = field(default_factory=list)


def regions(measures: Measures) -> tuple[Call, ...]:
    """Parts of the place: of a district none, whose parts are organisations."""
    if measures.place.level == "district":
        return ()
    calls = measures.of.calls
    found: dict[str, _Candidate] = {}
    for rule in calls.rules_of_regions:
        _apply(rule, measures, measures.of_parts(rule.figure), found, calls.most_times)
    return _chosen(found, calls.regions, is_organisation=False, place=measures.place)


def organisations(measures: Measures) -> tuple[Call, ...]:
    """Organisations of the place, wherever in it they lie."""
    calls = measures.of.calls
    found: dict[str, _Candidate] = {}
    for rule in calls.rules_of_organisations:
        if rule.kind == "missed":
            _missed(rule, measures, found, calls.most_times)
        else:
            _apply(rule, measures, measures.of_organisations(rule.figure), found, calls.most_times)
    return _chosen(found, calls.organisations, is_organisation=True, place=measures.place)


def _apply(rule: Rule, measures: Measures, parts: Parts, found: dict[str, _Candidate], most: float) -> None:
    own = measures.measured(rule.figure)
    if rule.kind == "missed" and not due(measures, measures.of.form):
        return
    for part, each in parts.values():
        if part.is_bundle:
            continue
        for by_how_much, why in _reasons(rule, each, own):
            times = min(by_how_much / rule.at_least, most)
            found.setdefault(part.code, _Candidate(part)).reasons.append((times, why))


def _reasons(rule: Rule, each: Measured, own: Measured | None) -> Iterator[tuple[float, Both]]:
    """How far beyond what the rule asks for a part is, and the reason in words."""
    now, figure = each.now, words().figures[rule.figure]
    if rule.kind == "missed":
        if now.due and now.due - now.reported and (now.due - now.reported) / now.due >= rule.at_least:
            share = (now.due - now.reported) / now.due
            yield share, fill(rule.why, missing=Amount(now.due - now.reported), due=Amount(now.due))
        return
    if now.value is None or (now.persons or 0) < rule.persons:
        return
    whole = own.now.value if own else None
    held = each.before.value if rule.kind == "fall" else whole
    if held is None:
        return
    away = now.value - held if rule.kind == "above" else held - now.value
    if away >= rule.at_least:
        points = of_hundred(away, figure.digits)
        yield (
            away,
            fill(
                rule.why,
                value=percent(now.value, figure.digits),
                points=points,
                held=percent(held, figure.digits),
            ),
        )


def _missed(rule: Rule, measures: Measures, found: dict[str, _Candidate], most: float) -> None:
    """Organisations that have not reported so many times in a row."""
    for row in not_reported(measures, measures.of.form):
        if row["in_a_row"] < rule.at_least:
            continue
        names = (
            Both(kk=row[f"{column}_kk"], ru=row[f"{column}_ru"])
            for column in ("node_name", "oblast_name", "district_name")
        )
        times = min(row["in_a_row"] / rule.at_least, most)
        why = fill(rule.why, times=Amount(row["in_a_row"]))
        part = Part(row["node_code"], *names)
        found.setdefault(row["node_code"], _Candidate(part)).reasons.append((times, why))


def _chosen(
    found: dict[str, _Candidate], most: int, *, is_organisation: bool, place: Place
) -> tuple[Call, ...]:
    ranked = sorted(
        found.values(),
        key=lambda each: (-len(each.reasons), -sum(times for times, _ in each.reasons), each.part.code),
    )
    return tuple(
        Call(
            code=each.part.code,
            name=each.part.name,
            inside=_inside(each.part, place) if is_organisation else None,
            why=capitalised(joined([why for _, why in each.reasons], "; ")),
        )
        for each in ranked[:most]
    )


def _inside(part: Part, place: Place) -> Both | None:
    """Where an organisation lies, as far as the place does not say it."""
    if place.level == "district":
        return None
    if place.level == "oblast":
        return part.district
    return joined([part.district, part.oblast])
