"""A seeded country of schools of all sizes, whose learners and employees stand on several lists now and then.

In: an empty installation and a seed. Out: `World`: who is handed in where, written into the installation.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.dbt_project.installation import Installation, Row

LEAST = 5
PLACES = {f"{oblast}{district}000000": f"{oblast}0000000" for oblast in (10, 11) for district in (1, 2, 3)}
SIZES = (0, 1, 3, 9, 25, 60, 80, 120)
MONTHS, QUARTER, YEAR = ("2026-09", "2026-10"), "2026-Q3", "2026-2027"
KINDS = ("general_school", "gymnasium")


@dataclass
class World:
    """Schools and who is handed in where: of each school its district, of each submission its rows."""

    home: Installation
    schools: dict[str, str]
    lists: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    rosters: dict[str, list[Row]] = field(default_factory=dict)
    passports: dict[str, Row] = field(default_factory=dict)
    official: set[tuple[str, str]] = field(default_factory=set)

    def places(self, school: str) -> Iterator[tuple[str, str]]:
        """The levels a school stands in: level and code."""
        district = self.schools[school]
        yield from (("organisation", school), ("district", district), ("oblast", PLACES[district]))
        yield "republic", "all"


def _registers(world: World) -> None:
    codes = [(code, "oblast", "0") for code in dict.fromkeys(PLACES.values())]
    codes += [(code, "district", "4") for code in PLACES]
    register = [
        {"kato": code, "level": level, "type_code": kind, "name_kk": f"{code} қ", "name_ru": f"{code} р"}
        for code, level, kind in codes
    ]
    world.home.submit(1, "territory_register", "KZ", "2026-07-17", register, official=True)
    opened = [
        {"bin": code, "event": "opened", "event_date": date(2020, 9, 1), "name_kk": code, "name_ru": code}
        | {"kind": KINDS[int(code) % 2], "kato": district, "locality": "urban"}
        for code, district in world.schools.items()
    ]
    world.home.submit(2, "organisation_register", "101000000", "2026-08-25", opened)


def _learners(world: World, chance: random.Random) -> None:
    number, known = 100, list[tuple[int, Row]]()
    sizes = {school: chance.choice(SIZES) for school in world.schools}
    for month in MONTHS:
        for place, school in enumerate(world.schools):
            if chance.random() < 0.15:
                continue
            rows = [
                {
                    "person_key": 10_000 * (place + 1) + each,
                    "sex": "mf"[each % 2],
                    "grade": each % 4,
                    "letter": "А",
                    "language": chance.choice(["kk", "kk", "kk", "ru", None]),
                    "shift": 1 + (each % 4 > 2),
                    "enrolled_date": date(2020, 9, 1) + timedelta(days=each % 900),
                    "left_date": date(2026, 8, 20) if chance.random() < 0.05 else None,
                }
                for each in range(sizes[school])
            ]
            # Who came from elsewhere stands on the list of the school left, too; days tell whose is the later.
            rows += [
                row | {"enrolled_date": date(2026, 8, 25) - timedelta(days=each), "left_date": None}
                for each, (where, row) in enumerate(chance.sample(known, min(2, len(known))))
                if where != place
            ]
            known += [(place, row) for row in rows[:3] if row["person_key"] // 10_000 == place + 1]
            unique = {row["person_key"]: row | {"bin": school} for row in rows}
            world.lists[school, month] = list(unique.values())
            official = chance.random() < 0.6
            world.official |= {(school, month)} if official else set()
            number += 1
            world.home.submit(
                number, "learner_roster", school, month, list(unique.values()) or None, official=official
            )


def _staff(world: World, chance: random.Random) -> None:
    for place, school in enumerate(world.schools):
        rows = []
        for each in range(chance.choice(SIZES)):
            for second in range(1 + (chance.random() < 0.2)):
                rows.append(
                    {
                        "bin": school,
                        "person_key": 500_000 + 1000 * (place - (place % 3 == 2 and each < 3)) + each,
                        "sex": chance.choice("mf"),
                        "age": 24 + each,
                        "position": chance.choice(["teacher", "teacher", "director", "nurse"]),
                        "subject": f"s{second}",
                        "employment": "2.1" if second else chance.choice(["1", "1", "2.2"]),
                        "rate": Decimal(chance.choice(["0.25", "0.5", "1", "1.5"])),
                        "weekly_hours": chance.choice([None, Decimal("7.99"), Decimal("8"), Decimal("18")]),
                        "category": chance.choice(["31", "33"]),
                        "education": "6",
                        "dismissed_date": date(2026, 9, 1) if chance.random() < 0.05 else None,
                    }
                )
        world.rosters[school] = rows
        world.home.submit(500 + place, "staff_roster", school, QUARTER, rows or None)


def _passports(world: World, chance: random.Random) -> None:
    for place, school in enumerate(world.schools):
        passport = {
            "bin": school,
            "design_capacity": chance.choice([60, 300, 600]),
            "shifts": chance.randint(1, 3),
            "building_condition": chance.choice(["good", "repair", "emergency"]),
            "internet_kind": chance.choice(["fibre", "satellite", "none"]),
            "computers": 30,
            "computers_online": chance.randint(0, 30),
            "vacant_rates": chance.choice([None, Decimal("0"), Decimal("2.5")]),
            "has_barrier_free_access": chance.choice([True, False, None]),
        }
        if chance.random() < 0.8:
            world.passports[school] = passport
            official = chance.random() < 0.5
            world.official |= {(school, YEAR)} if official else set()
            world.home.submit(
                700 + place, "organisation_passport", school, YEAR, [passport], official=official
            )


def write_people(home: Installation, seed: int) -> World:
    """Territories, schools, lists of two months, rosters of a quarter, passports."""
    codes = [f"65094{number:07d}" for number in range(18)]
    found = World(home, {code: list(PLACES)[number % 6] for number, code in enumerate(codes)})
    chance = random.Random(seed)
    _registers(found)
    _learners(found, chance)
    _staff(found, chance)
    _passports(found, chance)
    home.inputs["publication"].append(
        {"number": 1, "data_as_of": datetime(2026, 10, 9), "demo": True, "least_persons": LEAST}
    )
    home.write()
    return found
