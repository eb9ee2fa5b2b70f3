"""The small country of the tests: seven organisations, two weeks, and everything that can go wrong in them.

In: an empty installation. Out: registers, rosters, attendance and obligations written into it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ingest.schema.values.period import Period
from tests.dbt_project.installation import Installation, Row


@dataclass
class Country:
    """The written world: what was submitted, for tests to compute their own expectations from."""

    installation: Installation
    attendance: dict[int, list[Row]]


TERRITORIES = [
    ("100000000", "oblast", "0", "область Абай", "Абай облысы"),
    ("101000000", "district", "1", "Семей Г.А.", "Семей Қ.Ә."),
    ("101010000", "sub_district", "1", "г.Семей", "Семей қ."),
    ("110000000", "oblast", "0", "Акмолинская область", "Ақмола облысы"),
    ("113800000", "district", "4", "Атбасарский район", "Атбасар ауданы"),
    ("113820100", "settlement", "1", "г.Атбасар", "Атбасар қ."),
    ("710000000", "oblast", "1", "г.Астана", "Астана қ."),
    ("711110000", "sub_district", "1", "район Алматы", "Алматы ауданы"),
]
SEMEY, ASTANA, ATBASAR, CLOSED, RENAMED, UNREGISTERED, EXEMPT = (
    f"65094000{n:04d}" for n in range(16, 86, 10)
)
PLACES = {
    SEMEY: "101010000",
    ASTANA: "711110000",
    ATBASAR: "113820100",
    CLOSED: "113820100",
    RENAMED: "101010000",
    EXEMPT: "711110000",
}
RURAL = {ATBASAR, CLOSED}
DANGLING_LEARNER = 9_000_000_001


def populate(home: Installation) -> Country:
    """Write the country, as of 16 September 2026."""
    world = Country(home, {})
    _registers(home)
    _reports(world)
    # Exact figures, so that they can be compared: what a threshold does is tested with small groups.
    moment = datetime(2026, 9, 16, 7)
    home.inputs["publication"].append({"number": 7, "data_as_of": moment, "demo": True, "least_persons": 1})
    home.write()
    return world


def _registers(home: Installation) -> None:
    codes = [
        dict(zip(("kato", "level", "type_code", "name_ru", "name_kk"), row, strict=True))
        for row in TERRITORIES
    ]
    home.submit(1, "territory_register", "KZ", "2026-07-17", codes, official=True)
    first, last = date(2026, 9, 1), date(2026, 10, 25)
    calendar: list[Row] = [
        {
            "segment": "term",
            "segment_no": 1,
            "name_kk": "I тоқсан",
            "name_ru": "I четверть",
            "start_date": first,
            "end_date": last,
        },
        {
            "segment": "break",
            "segment_no": 3,
            "name_kk": "Қосымша каникул",
            "name_ru": "Дополнительные каникулы",
            "start_date": date(2026, 9, 14),
            "end_date": date(2026, 9, 20),
            "grade_from": 1,
            "grade_to": 1,
        },
        {
            "segment": "break",
            "segment_no": 1,
            "name_kk": "Күзгі каникул",
            "name_ru": "Осенние каникулы",
            "start_date": date(2026, 10, 26),
            "end_date": date(2026, 11, 1),
        },
        {
            "segment": "holiday",
            "segment_no": 1,
            "name_kk": "Мереке",
            "name_ru": "Праздник",
            "start_date": date(2026, 9, 10),
            "end_date": date(2026, 9, 10),
        },
    ]
    home.submit(2, "school_calendar", "KZ", "2026-2027", calendar, official=True)
    opened = [
        {
            "bin": code,
            "event": "opened",
            "event_date": date(2020, 9, 1),
            "name_kk": f"№{place} мектеп",
            "name_ru": f"Школа №{place}",
            "kind": "secondary_school",
            "kato": kato,
            "locality": "rural" if code in RURAL else "urban",
        }
        for place, (code, kato) in enumerate(PLACES.items())
    ]
    home.submit(3, "organisation_register", "101000000", "2026-08-25", opened)
    later = [
        {"bin": CLOSED, "event": "closed", "event_date": date(2026, 9, 7)},
        {
            "bin": RENAMED,
            "event": "renamed",
            "event_date": date(2026, 9, 8),
            "name_kk": "Жаңа",
            "name_ru": "Новая",
        },
    ]
    home.submit(4, "organisation_register", "101000000", "2026-09-10", later)
    names = {"KZ": "republic", "100000000": "oblast", "101000000": "district"} | dict.fromkeys(
        [*PLACES, UNREGISTERED], "organisation"
    )
    for code, kind in names.items():
        home.inputs["node"].append(
            {
                "node_code": code,
                "kind": kind,
                "territory_code": PLACES.get(code, code),
                "name_kk": f"{code} kk",
                "name_ru": f"{code} ru",
            }
        )


def _reports(world: Country) -> None:
    home = world.installation
    chance = random.Random(503)
    for number, code in enumerate([*PLACES, UNREGISTERED]):
        roster = [
            {
                "bin": code,
                "person_key": learner,
                "sex": "m",
                "grade": 1 + learner % 3,
                "letter": "А",
                "age": 8,
            }
            for learner in _learners(code)
        ]
        home.submit(10 + number, "learner_roster", code, "2026-09", roster, official=True)

    # Of October two lists of one school: the first was approved and no longer counts, the second names two learners.
    leaving, staying = _learners(SEMEY)[:2]
    first, second = (
        [{"bin": SEMEY, "person_key": who, "sex": "f"} for who in listed]
        for listed in ([leaving, staying], [staying])
    )
    home.submit(17, "learner_roster", SEMEY, "2026-10", first, operational=False, official=True)
    home.submit(18, "learner_roster", SEMEY, "2026-10", second)

    def attend(number: int, code: str, week: str, learners: list[int], **more: Any) -> None:
        world.attendance[number] = _week(chance, code, week, learners)
        home.submit(number, "attendance", code, week, world.attendance[number], **more)

    late = datetime(2026, 9, 15, 6)
    attend(20, SEMEY, "2026-W36", _learners(SEMEY)[:-1], operational=False, official=True)
    attend(21, SEMEY, "2026-W36", _learners(SEMEY))
    home.submit(22, "attendance", ASTANA, "2026-W36", None, official=True)
    attend(23, ASTANA, "2026-W37", _learners(ASTANA), received=late)
    attend(24, ATBASAR, "2026-W36", _learners(ATBASAR)[:4], part="1А", official=True)
    attend(25, ATBASAR, "2026-W36", _learners(ATBASAR)[4:], part="2А", official=True)
    attend(26, CLOSED, "2026-W36", _learners(CLOSED), official=True)
    attend(27, RENAMED, "2026-W37", [*_learners(RENAMED), DANGLING_LEARNER], official=True)
    attend(28, UNREGISTERED, "2026-W37", _learners(UNREGISTERED))
    attend(29, ATBASAR, "2026-W37", _learners(ATBASAR), operational=False, state="rejected")
    home.submit(30, "attendance", RENAMED, "2026-W36", None, received=late, official=True)
    home.find(29, "required", "error", 3)
    home.find(29, "reason_without_absence", "query", 1)
    for number in (20, 21, 23, 27):
        home.find(number, "reason_without_absence", "query", number - 18, 1)
    home.find(23, "a cause of another time", "note", 2)
    # A batch of a judging that was killed before its verdict: in the lake, in no manifest.
    home.write_batch(
        "attendance", "2026-W36", "orphan", [row | {"submission_id": 21} for row in world.attendance[21]]
    )
    for code, week, status, operational, official in [
        (SEMEY, "2026-W36", "fulfilled", 21, 20),
        (SEMEY, "2026-W37", "missing", None, None),
        (ASTANA, "2026-W36", "nil_return", 22, 22),
        (ASTANA, "2026-W37", "late", 23, None),
        (ATBASAR, "2026-W36", "fulfilled", 25, 25),
        (ATBASAR, "2026-W37", "open", None, None),
        (CLOSED, "2026-W36", "fulfilled", 26, 26),
        (CLOSED, "2026-W37", "not_applicable", None, None),
        (RENAMED, "2026-W37", "fulfilled", 27, 27),
        (EXEMPT, "2026-W36", "exempt", None, None),
        (SEMEY, "2026-W38", "open", None, None),
        (RENAMED, "2026-W36", "nil_return", 30, 30),
        # Answered with what takes effect when it is approved, and is not approved yet.
        (ASTANA, "2026-W35", "fulfilled", None, None),
        (RENAMED, "2026-W35", "late", None, None),
        (ATBASAR, "2026-W35", "nil_return", None, None),
    ]:
        home.oblige(code, week, status, operational, official)


def _learners(code: str) -> list[int]:
    return [int(code[-4:]) * 1000 + number for number in range(8)]


def _week(chance: random.Random, code: str, week: str, learners: list[int]) -> list[Row]:
    first = Period.parse("week", week).start
    rows: list[Row] = []
    for learner in learners:
        for day in range(5):
            missed = chance.choice([0, 0, 0, 2, 6])
            rows.append(
                {
                    "bin": code,
                    "person_key": learner,
                    "date": first + timedelta(days=day),
                    "grade": 2,
                    "letter": "А",
                    "lessons_scheduled": 6,
                    "lessons_missed": missed,
                    "lessons_missed_valid": min(missed, 2),
                    "is_late": chance.random() < 0.2,
                    "absence_reason": chance.choice(["ILL", "INV"]) if missed else None,
                }
            )
    return rows
