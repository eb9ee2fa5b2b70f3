"""What may happen to a country between two builds, by chance: reports that are approved, returned, corrected, handed in
for the first time; organisations that are opened, moved, renamed, merged, closed; calendars; periods nobody knew.

In: an installation, chance. Out: the same installation, something of it other than before.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pyarrow.parquet as pq

from ingest.schema.forms.load import contracts
from tests.dbt_project.country import (
    ASTANA,
    ATBASAR,
    DANGLING_LEARNER,
    PLACES,
    SEMEY,
    TERRITORIES,
    UNREGISTERED,
)
from tests.dbt_project.installation import Installation, Row

_OF_PERSONS = (
    "attendance",
    "current_marks",
    "term_results",
    "learner_roster",
    "staff_roster",
    "staff_training",
)
_REGISTERED = "101000000"
Event = Callable[[Installation, random.Random], None]


def approve(home: Installation, chance: random.Random) -> None:
    """A report counts officially from now on, or no more."""
    entry = chance.choice(home.inputs["manifest"])
    _count(home, entry["submission_id"], entry["is_operational"], not entry["is_official"] or None)


def give_back(home: Installation, chance: random.Random) -> None:
    """A report counts on no basis any more: returned, withdrawn, or held back by a build."""
    if entries := _reports(home):
        _count(home, chance.choice(entries)["submission_id"], False, False)


def take_back_register(home: Installation, chance: random.Random) -> None:
    """So does a register of organisations or a calendar."""
    entries = [each for each in home.inputs["manifest"] if each["form"] not in _OF_PERSONS]
    later = [each for each in entries if each["submission_id"] > 3]
    if later:
        _count(home, chance.choice(later)["submission_id"], False, False)


def count_again(home: Installation, chance: random.Random) -> None:
    """What was given back counts once more: its successor was withdrawn, or nothing holds it back now."""
    counting = {each["submission_id"] for each in home.inputs["manifest"]}
    gone = [each for each in home.taken_out if each["submission_id"] not in counting]
    if gone:
        entry = chance.choice(gone)
        home.inputs["manifest"].append(dict(entry))
        _count(home, entry["submission_id"], True, chance.random() < 0.5)


def correct(home: Installation, chance: random.Random) -> None:
    """A report is handed in anew: rows less, other rows, other persons; the old one may count officially still."""
    entries = [each for each in _reports(home) if each["rows_accepted"]]
    if not entries:
        return
    entry = chance.choice(entries)
    form, period = entry["form"], entry["period"]
    file = home.root / "lake" / form / f"period={period}" / f"{entry['batch_id']}.parquet"
    rows = [_altered(row, form, chance) for row in pq.read_table(file).to_pylist() if chance.random() < 0.8]
    _count(home, entry["submission_id"], False, entry["is_official"])
    home.submit(_next(home), form, entry["node_code"], period, rows or None, part=entry["part"])


def list_others(home: Installation, chance: random.Random) -> None:
    """A list names learners who stood on none, or were on another."""
    who = [DANGLING_LEARNER, *(int(UNREGISTERED[-4:]) * 1000 + place for place in range(3)), 16_001, 26_001]
    code = chance.choice([*PLACES, UNREGISTERED])
    rows = [
        {"bin": code, "person_key": each, "sex": chance.choice("mf"), "grade": 3, "letter": "Б", "age": 9}
        for each in chance.sample(who, 3)
    ]
    home.submit(_next(home), "learner_roster", code, chance.choice(["2026-09", "2026-11"]), rows)


def register(home: Installation, chance: random.Random) -> None:
    """A register tells of what became of an organisation, one nobody knew among them."""
    code, day = (
        chance.choice([*PLACES, UNREGISTERED]),
        date(2026, 9, 1) + timedelta(days=chance.randint(-20, 20)),
    )
    told: list[Row] = [
        {"bin": code, "event": "moved", "event_date": day, "kato": chance.choice([kato for kato, *_ in TERRITORIES])},
        {"bin": code, "event": "renamed", "event_date": day, "name_kk": "Басқа", "name_ru": "Другая"},
        {"bin": code, "event": "closed", "event_date": day},
        {"bin": UNREGISTERED, "event": "opened", "event_date": day, "name_kk": "Жаңа", "name_ru": "Новая",
         "kind": "secondary_school", "kato": "113820100", "locality": "rural"},
    ]  # fmt: skip
    period = f"2026-{chance.randint(9, 11):02d}-{chance.randint(11, 28)}"
    home.submit(_next(home), "organisation_register", _REGISTERED, period, [chance.choice(told)])


def register_again(home: Installation, chance: random.Random) -> None:
    """A register says other things of an opening that is known: where the organisation lies, what kind it is."""
    row: Row = {"bin": chance.choice(list(PLACES)), "event": "opened", "event_date": date(2020, 9, 1)}
    row |= {
        "name_kk": "Орны басқа",
        "name_ru": "В другом месте",
        "kind": chance.choice(["secondary_school", None]),
    }
    row |= {"kato": chance.choice([kato for kato, *_ in TERRITORIES]), "locality": "urban"}
    home.submit(_next(home), "organisation_register", _REGISTERED, f"2026-12-{chance.randint(10, 28)}", [row])


def register_territories(home: Installation, chance: random.Random) -> None:
    """A register of territories lacks some of them."""
    names = ("kato", "level", "type_code", "name_ru", "name_kk")
    rows = [dict(zip(names, each, strict=True)) for each in TERRITORIES if chance.random() < 0.7]
    home.submit(_next(home), "territory_register", "KZ", f"2026-12-{chance.randint(10, 28)}", rows or None)


def direct(home: Installation, chance: random.Random) -> None:
    """The installation itself decides that one closes, or goes into another."""
    code, other = chance.sample([SEMEY, ASTANA, ATBASAR], 2)
    event = chance.choice(["closed", "merged"])
    home.inputs["organisation_event"].append(
        {
            "directive_id": len(home.inputs["organisation_event"]) + 1,
            "organisation_code": code,
            "event": event,
            "event_date": date(2026, 9, chance.randint(1, 28)),
            "other_organisation_code": other if event == "merged" else None,
        }
    )


def set_calendar(home: Installation, chance: random.Random) -> None:
    """The calendar of this school year is another, or that of the next is known, and its days with it."""
    year = chance.choice([2025, 2026, 2027])
    term = {"segment": "term", "segment_no": 1, "name_kk": "I тоқсан", "name_ru": "I четверть"}
    span = {"start_date": date(year, 9, 1), "end_date": date(year, 10, chance.randint(10, 30))}
    home.submit(_next(home), "school_calendar", "KZ", f"{year}-{year + 1}", [term | span])


def ask(home: Installation, chance: random.Random) -> None:
    """A report is asked for of a week nobody spoke of."""
    home.oblige(SEMEY, f"{chance.choice([2025, 2026, 2028])}-W{chance.randint(10, 50)}", "open", None, None)


EVENTS: tuple[Event, ...] = (
    approve, give_back, take_back_register, count_again, correct, correct, list_others, register, register_again,
    register_territories, direct, set_calendar, ask,
)  # fmt: skip


def _reports(home: Installation) -> list[Row]:
    return [each for each in home.inputs["manifest"] if each["form"] in _OF_PERSONS]


def _next(home: Installation) -> int:
    return max(each["submission_id"] for each in home.inputs["submission"]) + 1000


def _count(home: Installation, number: int, operational: bool, official: bool | None) -> None:
    """Let a submission count on these bases; on none it is in no manifest."""
    flags = {"is_operational": operational, "is_official": bool(official)}
    for each in home.inputs["submission"]:
        if each["submission_id"] == number:
            each.update(flags)
    kept = []
    for each in home.inputs["manifest"]:
        if each["submission_id"] == number:
            each.update(flags)
            if not any(flags.values()):
                home.taken_out.append(dict(each))
                continue
        kept.append(each)
    home.inputs["manifest"] = kept


def _altered(row: dict[str, Any], form: str, chance: random.Random) -> Row:
    """A row as it is told now. What makes its key with others stays, but for the person at times."""
    fixed = {*contracts()[form].primary_key, "submission_id", "batch_id", "source_row"}
    told = {name: value for name, value in row.items() if name not in ("submission_id", "batch_id", "period")}
    for name, value in told.items():
        if type(value) is int and name not in fixed and name != "person_key" and chance.random() < 0.5:
            told[name] = value + 1
    if told.get("person_key") and chance.random() < 0.1:
        told["person_key"] += 500_000
    return told
