"""Learners, staff and schools in reports: what Python counts from the rows is what is shown, at every level, and few
are not shown.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.dbt_project.installation import Installation, Row
from tests.dbt_project.people_country import KINDS, LEAST, MONTHS, QUARTER, YEAR, World, write_people

BREAKDOWNS = {"grade": "grade", "sex": "sex", "language": "language", "shift": "shift"}
POSTS = {"position": "position", "category": "category", "education": "education", "employment": "employment"}
SHOWN_AGAIN = (
    "int_least_shown", "int_person_celled", "int_person_hidden", "int_person_placed", "int_person_shown",
    "int_person_levelled", "rpt_contingent", "rpt_staff", "rpt_school_network",
)  # fmt: skip
Figures = dict[tuple[Any, ...], dict[str, Any]]


@pytest.fixture(scope="module", params=[503, 77])
def world(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_installation: type[Installation],
) -> World:
    found = write_people(new_installation(tmp_path_factory.mktemp("reports")), request.param)
    found.home.build()
    return found


def _shown(world: World, table: str) -> list[Row]:
    with duckdb.connect(str(world.home.warehouse), read_only=True) as con:
        return con.execute(f"select * from {table}").to_arrow_table().to_pylist()


@pytest.fixture(scope="module")
def ruled(world: World) -> dict[str, list[Row]]:
    return {table: _shown(world, table) for table in SHOWN_AGAIN if table.startswith("rpt_")}


@pytest.fixture(scope="module")
def exact(world: World, ruled: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The same where one person may be shown."""
    world.home.inputs["publication"][0]["least_persons"] = 1
    world.home.write()
    world.home.build(*SHOWN_AGAIN)
    return {table: _shown(world, table) for table in ruled}


def _code(row: Row) -> str:
    if row["organisation_code"] == "few":
        return f"few of {row['district_code']}"
    return "all" if row["level"] == "republic" else str(row[f"{row['level']}_code"])


def _figures(rows: list[Row], *measures: str) -> Figures:
    return {
        (row["basis"], row["period"], row["level"], _code(row), row["breakdown"], row["group_code"]): {
            name: row[name] for name in measures
        }
        for row in rows
        if row[measures[0]] is not None
    }


def _learners_counted(world: World) -> Figures:
    found: Figures = defaultdict(lambda: {"learners": 0})
    for basis in ("operational", "official"):
        for month in MONTHS:
            counts = [key for key in world.lists if key[1] == month]
            if basis == "official":
                counts = [key for key in counts if key in world.official]
            homes: dict[int, tuple[date, int, str, Row]] = {}
            for number, (school, _) in enumerate(counts):
                for row in world.lists[school, month]:
                    if row["left_date"] is None:
                        candidate = (row["enrolled_date"], number, school, row)
                        before = homes.get(row["person_key"], candidate)
                        homes[row["person_key"]] = max(before, candidate, key=lambda each: each[:2])
            for *_, school, row in homes.values():
                groups = {"all": "all"} | {name: row[column] for name, column in BREAKDOWNS.items()}
                for level, code in world.places(school):
                    for name, group in groups.items():
                        told = "unknown" if group is None else str(group)
                        found[basis, month, level, code, name, told]["learners"] += 1
    return dict(found)


def _staff_counted(world: World) -> Figures:
    found: Figures = defaultdict(lambda: {"employees": 0, "rates": 0})
    seen, rates = set[tuple[Any, ...]](), defaultdict[tuple[Any, ...], Decimal](Decimal)
    for school, rows in world.rosters.items():
        for row in rows:
            if row["dismissed_date"] is None:
                groups = {"staff": "staff"} | {name: row[column] for name, column in POSTS.items()}
                for name, group in groups.items():
                    rates[school, name, group] += row["rate"]
                    for level, code in world.places(school):
                        key = ("operational", QUARTER, level, code, name, group)
                        found[key]["employees"] += (key, school, row["person_key"]) not in seen
                        seen.add((key, school, row["person_key"]))
    for (school, name, group), rate in rates.items():
        for level, code in world.places(school):  # an organisation's posts are told in whole ones
            whole = int(rate.quantize(Decimal(1), rounding="ROUND_HALF_UP"))
            found["operational", QUARTER, level, code, name, group]["rates"] += whole
    return dict(found)


def test_learners_are_counted_once_at_every_level(world: World, exact: dict[str, list[Row]]) -> None:
    assert _figures(exact["rpt_contingent"], "learners") == _learners_counted(world)


def test_staff_is_counted_by_posts_and_persons(world: World, exact: dict[str, list[Row]]) -> None:
    shown = _figures(exact["rpt_staff"], "employees", "rates")
    counted = _staff_counted(world)
    for key, found in counted.items():
        found["rates"] = found["rates"] if key[4] == "staff" else None
    assert {key: found for key, found in shown.items() if key[4] in {"staff", *POSTS}} == counted
    persons = {
        row["person_key"] for rows in world.rosters.values() for row in rows if row["dismissed_date"] is None
    }
    [republic] = [
        row for row in exact["rpt_staff"] if row["level"] == "republic" and row["breakdown"] == "staff"
        and row["basis"] == "operational"
    ]  # fmt: skip
    assert republic["staff_counted"] == len(persons) < republic["employees"]


def test_a_size_of_load_and_an_age_stand_in_the_group_that_is_told(exact: dict[str, list[Row]]) -> None:
    told = {
        (row["breakdown"], row["group_code"]): (row["group_kk"], row["group_ru"])
        for row in exact["rpt_staff"] + exact["rpt_contingent"]
    }
    assert told["load", "none"] == ("сабақ жүргізбейді", "не ведёт уроков")
    assert {"part", "incomplete", "full"} <= {code for name, code in told if name == "load"}
    assert told["age", "under_25"] == ("25 жасқа дейін", "до 25 лет")
    assert told["grade", "3"] == ("3-сынып", "3 класс")
    assert told["language", "unknown"] == ("Белгісіз", "Не определено")
    assert all(kk and ru for kk, ru in told.values())


def test_how_many_of_how_many_reported_stands_beside(world: World, ruled: dict[str, list[Row]]) -> None:
    counted: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for school, month in world.lists:
        for basis in ("operational", "official") if (school, month) in world.official else ("operational",):
            for level, code in world.places(school):
                counted[basis, month, level, code] += 1
    of_groups = [row for row in ruled["rpt_contingent"] if row["organisation_code"] != "few"]
    shown = {
        (row["basis"], row["period"], row["level"], _code(row)): row["organisations_reported"]
        for row in of_groups
    }
    assert {key: number for key, number in shown.items() if number} == counted
    assert all(row["organisations_due"] >= row["organisations_reported"] for row in of_groups)


@pytest.mark.parametrize(
    ("table", "persons", "units"),
    [
        ("rpt_contingent", "learners", {"learners": 1}),
        ("rpt_staff", "employees", {"employees": 1, "staff_counted": 1, "rates": 1, "weekly_hours": 16}),
    ],
)
def test_few_are_not_shown_and_sums_stay_near(
    ruled: dict[str, list[Row]], exact: dict[str, list[Row]], table: str, persons: str, units: dict[str, int]
) -> None:
    true, shown = _figures(exact[table], persons), _figures(ruled[table], persons)
    few = {key for key, found in true.items() if key[2] == "organisation" and found[persons] < LEAST}
    totals = {key for key in few if key[4] in {"all", "staff"}}
    assert len(few) > 50 and len(totals) > 2 and not totals & shown.keys()
    for row in ruled[table]:
        if row[persons] is not None:
            assert row[persons] >= LEAST
            assert all((row[name] or 0) % (LEAST * unit) == 0 for name, unit in units.items())
    near = [
        abs(found[persons] - shown.get(key, {persons: 0})[persons]) / found[persons]
        for key, found in true.items()
        if key[2] == "republic" and found[persons] > 100
    ]
    assert len(near) > 8 and sum(near) / len(near) < 0.06, near


def test_groups_add_up_to_the_total_that_is_shown(ruled: dict[str, list[Row]]) -> None:
    """So no subtraction between them, and between what they are shown by, tells more than the total."""
    sums: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, found in _figures(ruled["rpt_contingent"], "learners").items():
        sums[key[:4]][key[4]] += found["learners"]
    assert all(len(set(of.values())) == 1 and len(of) == 5 for of in sums.values()) and len(sums) > 50


def test_a_few_learners_of_a_group_could_be_another_number(world: World, ruled: dict[str, list[Row]]) -> None:
    """Whoever knows the rule and what a school is rounded by knows of a running sum that it is one of five numbers."""
    with duckdb.connect(str(world.home.warehouse), read_only=True) as con:
        keys = dict(con.execute("select period, period_key from dim_period").fetchall())
    shown = _figures(ruled["rpt_contingent"], "learners")
    looked_at = 0
    for key, found in _learners_counted(world).items():
        _, month, level, school, _, group = key
        if level != "organisation" or found["learners"] >= LEAST or (*key[:4], "all", "all") not in shown:
            continue
        shift = int(hashlib.md5(f"{keys[month]}|{school}".encode()).hexdigest()[:15], 16) % LEAST
        own = sorted(each[5] for each in shown if each[:5] == key[:5])
        until = sum(shown[(*key[:5], each)]["learners"] for each in own if each <= group)
        before = sum(shown[(*key[:5], each)]["learners"] for each in own if each < group)
        lowest = max(0, until - shift) - (before - shift + LEAST - 1)
        highest = until - shift + LEAST - 1 - max(0, before - shift)
        assert lowest <= found["learners"] <= highest and highest - max(lowest, 0) >= 1, key
        looked_at += 1
    assert looked_at > 20


def test_every_level_is_the_sum_of_what_is_shown_below(ruled: dict[str, list[Row]]) -> None:
    above = {"organisation": "district", "district": "oblast", "oblast": "republic"}
    sums: dict[tuple[Any, ...], int] = defaultdict(int)
    rows = ruled["rpt_contingent"]
    for row in rows:
        if row["learners"] is not None and row["level"] in above:
            level = above[row["level"]]
            place = "all" if level == "republic" else row[f"{level}_code"]
            sums[row["basis"], row["period"], level, place, row["breakdown"], row["group_code"]] += row[
                "learners"
            ]
    shown = _figures([row for row in rows if row["level"] != "organisation"], "learners")
    assert {key: found["learners"] for key, found in shown.items()} == dict(sums)


def _network_counted(world: World) -> dict[tuple[str, ...], dict[str, int]]:
    found: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for school in world.schools:
        told = world.passports.get(school)
        for basis in ("operational", "official"):
            here = told if basis == "operational" or (school, YEAR) in world.official else None
            for level, code in world.places(school):
                for kind in ("all", KINDS[int(school) % 2]):
                    row = found[basis, level, code, kind]
                    row["organisations"] += 1
                    for name in NETWORK[1:]:
                        row[name] += 0
                    if here is not None:
                        row["organisations_reported"] += 1
                        row["places"] += here["design_capacity"]
                        row["three_shifts"] += here["shifts"] == 3
                        row["emergency_buildings"] += here["building_condition"] == "emergency"
                        row["with_internet"] += here["internet_kind"] != "none"
                        row["with_fibre"] += here["internet_kind"] == "fibre"
                        row["computers_online"] += here["computers_online"]
                        row["vacancies_reported"] += here["vacant_rates"] is not None
                        row["vacant_rates"] += here["vacant_rates"] or 0
                        row["barrier_free"] += here["has_barrier_free_access"] is True
    return {key: dict(row) for key, row in found.items()}


NETWORK = (
    "organisations", "organisations_reported", "places", "three_shifts", "emergency_buildings", "with_internet",
    "with_fibre", "computers_online", "barrier_free",
    "vacancies_reported",
    "vacant_rates",
)  # fmt: skip


def test_the_network_is_the_sum_of_its_passports(world: World, ruled: dict[str, list[Row]]) -> None:
    """Exact whatever few persons are: an organisation is public."""
    shown = {
        (row["basis"], row["level"], _code(row), row["kind_code"]): {name: row[name] for name in NETWORK}
        for row in ruled["rpt_school_network"]
        if row["school_year"] == YEAR
    }
    assert shown == _network_counted(world)


@pytest.mark.parametrize("basis", ["operational", "official"])
def test_places_are_held_against_learners_of_one_month(
    world: World, ruled: dict[str, list[Row]], basis: str
) -> None:
    counts = [key for key in world.lists if basis == "operational" or key in world.official]
    lists = {month: {school for school, of in counts if of == month} for month in MONTHS}
    month = max(MONTHS, key=lambda each: (len(lists[each]), each))
    contingent = {
        (row["level"], _code(row)): row["learners"]
        for row in ruled["rpt_contingent"]
        if row["basis"] == basis and row["period"] == month and row["breakdown"] == "all"
    }
    placed = {
        school: (passport["design_capacity"], contingent[("organisation", school)])
        for school, passport in world.passports.items()
        if (basis == "operational" or (school, YEAR) in world.official)
        and contingent.get(("organisation", school)) is not None
    }
    seen = 0
    for row in ruled["rpt_school_network"]:
        if row["basis"] != basis or row["school_year"] != YEAR:
            continue
        place, kind = (row["level"], _code(row)), row["kind_code"]
        known = contingent.get(place) if kind == "all" else None
        assert row["learners"] == known, place
        assert known is None or row["learners_date"] == date(2026, int(month[-2:]), 1)
        own = [
            school
            for school in world.schools
            if place in world.places(school) and kind in ("all", KINDS[int(school) % 2])
        ]
        both = [placed[school] for school in own if school in placed]
        assert row["places_filled"] == sum(places for places, _ in both), place
        assert row["learners_placed"] == sum(learners for _, learners in both), place
        seen += bool(both)
    # What is approved may be too little for a school to have both.
    assert seen or basis == "official"
