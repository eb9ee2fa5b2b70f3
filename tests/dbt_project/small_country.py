"""Random small countries with schools of all sizes, built by the model, and what is shown of them.

In: an installation, seeds. Out: `World`, who attended; the rows of the reporting table; a later edition of the reports.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from ingest.schema.values.period import Period
from tests.dbt_project.installation import Installation

WEEKS = ("2026-W36", "2026-W37")
LEAST = 5
FEW = "few"
# What follows from the rows of attendance, and of these what follows from the threshold.
SHOWN_AGAIN = (
    "int_least_shown int_attendance_hidden int_attendance_placed int_attendance_counted_twice "
    "int_attendance_shown int_attendance_levelled rpt_attendance rpt_attendance_by_territory"
)
LANDED_AGAIN = (
    "int_attendance_accepted fct_attendance "
    "int_learner_week_summed int_learner_week_repeated int_class_attended int_attendance_summed int_attendance_celled"
)
BASES = {  # of what each figure is a multiple
    "learners": LEAST,
    "learner_days": LEAST,
    "lessons_scheduled": 6 * LEAST,
    "lessons_missed": 6 * LEAST,
    "lessons_missed_valid": 6 * LEAST,
    "lessons_missed_ill": 6 * LEAST,
    "late_arrivals": LEAST,
    "learner_days_absent": LEAST,
}
SUMS = tuple(name for name in BASES if name != "learners")
_TERRITORIES = [
    (f"{oblast}0000000", f"{oblast}{district}000000")
    for oblast in (10, 11, 15, 19, 23)
    for district in (1, 2, 3)
]
Cell = tuple[str, str, str]  # basis, week, school; of small groups their district and `-few`


@dataclass
class World:
    """Schools of all sizes, and who attended: submission → its rows; who counts on which basis."""

    installation: Installation
    schools: dict[str, tuple[str, str]]
    rows: dict[int, list[dict[str, Any]]]
    counts: dict[int, tuple[str, str, tuple[str, ...]]]  # submission → school, week, bases

    def cells(self) -> dict[Cell, list[dict[str, Any]]]:
        """The rows of every school on each basis in each week."""
        return {
            (basis, week, school): self.rows[submission]
            for submission, (school, week, bases) in self.counts.items()
            for basis in bases
        }


def _people(chance: random.Random, first: int, count: int) -> list[dict[str, Any]]:
    return [
        {
            "person_key": first + number,
            "sex": chance.choice("mf"),
            "grade": chance.randint(0, 11),
            "letter": chance.choice("АБВ"),
            "age": chance.randint(5, 19),
            "language": chance.choice(["kk", "ru"]),
            "citizenship": chance.choice(["KZ", "other"]),
            "has_free_meals": chance.random() < 0.3,
            "enrolled_date": date(2020, 9, 1) + timedelta(days=chance.randint(0, 2000)),
        }
        for number in range(count)
    ]


def _days(
    chance: random.Random, school: str, week: str, people: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    first = Period.parse("week", week).start
    return [
        {
            "bin": school,
            "person_key": person["person_key"],
            "date": first + timedelta(days=day),
            "grade": person["grade"],
            "letter": person["letter"],
            "lessons_scheduled": 6,
            "lessons_missed": (missed := chance.choice([0, 0, 1, 6])),
            "lessons_missed_valid": min(missed, 1),
            "is_late": chance.random() < 0.2,
            "absence_reason": chance.choice(["ILL", "INV"]) if missed else None,
        }
        for person in people
        for day in range(1 + person["person_key"] % 3)
    ]


def write_country(installation: Installation, seed: int, persons: int, *, overlapping: bool = False) -> World:
    """Schools by `seed`, and what is told of their persons by `persons`. `overlapping`: some go to two schools."""
    sizes, chance = random.Random(seed), random.Random(persons)
    world = World(installation, {}, {}, {})
    register = [
        (oblast, "oblast", "0", oblast, oblast) for oblast in dict.fromkeys(o for o, _ in _TERRITORIES)
    ]
    register += [(code, "district", "4", f"{code} ауданы", f"{code} район") for _, code in _TERRITORIES]
    columns = ("kato", "level", "type_code", "name_ru", "name_kk")
    codes = [dict(zip(columns, row, strict=True)) for row in register]
    installation.submit(1, "territory_register", "KZ", "2026-07-17", codes, official=True)
    for _, district in _TERRITORIES:
        for locality in sizes.sample(["urban", "rural"], sizes.randint(0, 2)):
            for _ in range(sizes.randint(1, 3)):
                world.schools[f"65094{len(world.schools):07d}"] = (district, locality)
    opened = [
        {"bin": code, "event": "opened", "event_date": date(2020, 9, 1), "name_kk": code, "name_ru": code}
        | {"kind": "secondary_school", "kato": kato, "locality": locality}
        for code, (kato, locality) in world.schools.items()
    ]
    installation.submit(2, "organisation_register", _TERRITORIES[0][1], "2026-08-25", opened)
    for place, code in enumerate(world.schools):
        installation.inputs["node"].append(
            {"node_code": code, "kind": "organisation", "territory_code": code}
        )
        first = 10**15 + (place - (overlapping and place % 3 == 2)) * 100
        people = _people(chance, first, sizes.choice([0, 1, 1, 2, 3, 4, 5, 9, 30]))
        roster = [{"bin": code, **person} for person in people]
        installation.submit(1000 + place, "learner_roster", code, "2026-09", roster, official=True)
        for number, week in enumerate(WEEKS):
            submission = 2000 + 2 * place + number
            world.rows[submission] = _days(chance, code, week, people) if sizes.random() < 0.9 else []
            official = sizes.random() < 0.7
            world.counts[submission] = (
                code,
                week,
                ("operational", "official") if official else ("operational",),
            )
            rows = world.rows[submission]
            installation.submit(submission, "attendance", code, week, rows or None, official=official)
    moment = datetime(2026, 9, 16, 7)
    publication = {"number": 7, "data_as_of": moment, "demo": True, "least_persons": LEAST}
    installation.inputs["publication"].append(publication)
    installation.write()
    return world


def show_again(world: World, least: int) -> None:
    """The table as it would be with another threshold."""
    world.installation.inputs["publication"][0]["least_persons"] = least
    world.installation.write()
    world.installation.build(*SHOWN_AGAIN.split())


def shown_of(world: World, table: str = "rpt_attendance", where: str = "true") -> list[dict[str, Any]]:
    with duckdb.connect(str(world.installation.warehouse), read_only=True) as con:
        return con.execute(f"select * from {table} where {where}").to_arrow_table().to_pylist()


def lowest_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the rows of all levels those of schools that reported and of small groups: what the others are made of."""
    rows = [row for row in rows if row["level"] == "organisation"]
    gaps = [row for row in rows if not row["organisations_reported"] and row["organisation_code"] != FEW]
    assert gaps and not any(row[name] is not None for row in gaps for name in BASES), "who did not report"
    return [row for row in rows if row not in gaps]


def shifts_of(world: World) -> dict[tuple[str, str], int]:
    """What every cell is rounded by, as anybody can compute it: week, school or small groups → a number."""
    with duckdb.connect(str(world.installation.warehouse), read_only=True) as con:
        periods = con.execute(
            "select period, period_key from dim_period where period_kind = 'week'"
        ).fetchall()
    codes = [*world.schools, *(f"{district}-{FEW}" for _, district in _TERRITORIES)]
    return {
        (week, code): int(hashlib.md5(f"{key}|{code}".encode()).hexdigest()[:15], 16)
        for week, key in periods
        for code in codes
    }


def corrected_reports(world: World, seed: int, installation: Installation) -> World:
    """The same country a day later: one learner's rows of some reports are told otherwise, are gone, or are new."""
    chance = random.Random(seed)
    later = World(installation, world.schools, {}, world.counts)
    for submission, rows in world.rows.items():
        persons = sorted({row["person_key"] for row in rows})
        told = [dict(row) for row in rows]
        act = chance.choice(["nothing", "otherwise", "gone", "new"]) if len(persons) > 1 else "nothing"
        whom = chance.choice(persons) if persons else None
        if act == "gone":
            told = [row for row in told if row["person_key"] != whom]
        for row in [row for row in told if row["person_key"] == whom]:
            if act == "otherwise":
                row |= {"lessons_missed": 6 - row["lessons_missed"], "lessons_missed_valid": 0}
                row |= {"absence_reason": "ILL" if row["lessons_missed"] else None}
            elif act == "new":
                told.append(row | {"person_key": whom + 50})
        later.rows[submission] = told
    return later


def land(world: World) -> None:
    """Put its rows in the place of those that were landed, and build what shows them."""
    for submission, rows in world.rows.items():
        if rows:
            numbered = [row | {"submission_id": submission} for row in rows]
            week = world.counts[submission][1]
            world.installation.write_batch("attendance", week, f"batch-{submission}", numbered)
    world.installation.build(*LANDED_AGAIN.split(), *SHOWN_AGAIN.split())


def place_of(row: dict[str, Any]) -> Cell:
    code = row["organisation_code"]
    return row["basis"], row["period"], f"{row['district_code']}-{FEW}" if code == FEW else code
