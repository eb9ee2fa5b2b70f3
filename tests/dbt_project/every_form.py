"""Rows of every form there is, drawn from its contract: a new form is in them without being named.

In: an installation in which registers are, a seed. Out: submissions of each further form by whoever submits it, with
words that engines read differently where they can: quotes, backslashes, letters of three alphabets, nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.field import FormField
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period
from tests.dbt_project.country import EXEMPT, PLACES, TERRITORIES
from tests.dbt_project.installation import Installation, Row

DAY = date(2026, 9, 7)
_WRITTEN_BY_HAND = ("territory_register", "organisation_register", "school_calendar")
_TEXTS = (
    "Әл-Фараби",
    "О'Нил",
    'ТОО "Ғалым"',
    "C:\\new\ttab",
    "ІӨҢҚ ",
    "x\u00a0y",
    "%s {} $1",
    "😀",
    "None",
    "",
)
_OBLASTS = [code for code, level, *_ in TERRITORIES if level == "oblast"]
_DISTRICTS = [code for code, level, *_ in TERRITORIES if level == "district"]


def submit_every_form(home: Installation, seed: int, first: int, **more: Any) -> dict[str, list[int]]:
    """Form → the submissions of it, numbered from `first` on."""
    chance = random.Random(seed)
    found: dict[str, list[int]] = {}
    for name, contract in contracts().items():
        if name in _WRITTEN_BY_HAND:
            continue
        period = Period.containing(contract.period, DAY)
        for node in _nodes(contract):
            number = first + sum(map(len, found.values()))
            rows = list(_rows(contract, node, period, chance))
            home.submit(number, name, node, period.text, rows, official=chance.random() < 0.7, **more)
            found.setdefault(name, []).append(number)
    return found


def submit_a_whole_term(home: Installation, first: int) -> None:
    """Current marks of every month of a term, and its results: what rows drawn one by one never are. Numbered from
    `first` on, by a school that hands in no other of these."""
    learners = [int(EXEMPT[-4:]) * 1000 + place for place in range(6)]
    common = {"bin": EXEMPT, "grade": 7, "letter": "А", "subject": "algebra"}
    for place, month in enumerate((9, 10)):
        given: list[Row] = [
            {**common, "person_key": learner, "date": date(2026, month, 12 + number), "kind": kind,
             "points": 3 + learner % 5 + number, "points_max": 10}
            for learner in learners for number, kind in enumerate(("formative", "formative", "section"))
        ]  # fmt: skip
        home.submit(first + place, "current_marks", EXEMPT, f"2026-{month:02d}", given, official=True)
    told: list[Row] = [
        {**common, "person_key": learner, "outcome": "marked", "mark": 2 + number % 4}
        for number, learner in enumerate(learners)
    ]
    home.submit(first + 2, "term_results", EXEMPT, "2026-2027-T1", told, official=True)


def _nodes(contract: Contract) -> list[str]:
    by_kind = {"organisation": list(PLACES), "district": _DISTRICTS, "oblast": _OBLASTS, "republic": ["KZ"]}
    return by_kind[contract.submitted_by[0]][:4]


def _rows(contract: Contract, node: str, period: Period, chance: random.Random) -> Iterator[Row]:
    fields = contract.landed_fields
    lands_as = {field.name: field.lake_name for field in fields}
    key = [lands_as[name] for name in contract.primary_key if name in lands_as]
    seen = set()
    for place in range(12):
        row = {field.lake_name: _value(field, node, period, chance, place) for field in fields}
        if (held := tuple(row[name] for name in key)) not in seen:
            seen.add(held)
            yield row


def _value(field: FormField, node: str, period: Period, chance: random.Random, place: int) -> Any:
    limits = field.constraints
    if field.lands_as == "person_key":
        return int(node[-4:].strip("KZ") or 0) * 1000 + place // 2 + 1
    if field.name in ("bin", "kato"):
        return node if field.name == "bin" else chance.choice([code for code, *_ in TERRITORIES])
    if not limits.required and chance.random() < 0.2:
        return None
    if limits.codelist:
        return chance.choice(list(codelist(limits.codelist).by_code))
    return field.example if limits.pattern else _of_type(field, period, chance)


def _of_type(field: FormField, period: Period, chance: random.Random) -> Any:
    low, high = (
        each if isinstance(each, int) else None
        for each in (field.constraints.minimum, field.constraints.maximum)
    )
    low = low or 0
    high = low + 40 if high is None else high
    kind = "age" if field.lands_as == "age" else str(field.lake_type).partition("(")[0]
    days = (period.end - period.start).days
    made = {
        "age": lambda: chance.randint(6, 60),
        "date": lambda: period.start + timedelta(days=chance.randint(0, days)),
        "int": lambda: chance.randint(low, high),
        "bigint": lambda: chance.randint(low, high),
        "boolean": lambda: chance.random() < 0.5,
        "decimal": lambda: Decimal(chance.randint(low * 100, high * 100)) / 100,
        "string": lambda: chance.choice(_TEXTS),
    }
    return made[kind]()
