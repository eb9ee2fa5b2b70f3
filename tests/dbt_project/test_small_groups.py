"""Nobody can be told apart in what readers open, and every figure above the small groups stays what it was."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from dashboards.definition import load
from dashboards.metrics import expression
from ingest.schema.values.period import Period
from tests.dbt_project.installation import Installation
from warehouse.storage.builds.content import table_hashes

WEEKS = ("2026-W36", "2026-W37")
LEAST = 5
FEW = "Малочисленные группы"
SHOWN_AGAIN = "dim_publication rpt_attendance_by_territory"
SUMS = ("learner_days", "lessons_scheduled", "lessons_missed", "lessons_missed_valid", "late_arrivals")
_TERRITORIES = [
    (f"{oblast}0000000", f"{oblast}{district}000000")
    for oblast in (10, 11, 15, 19, 23)
    for district in (1, 2, 3)
]
Cell = tuple[str, str, str, str]  # basis, week, district, locality


@dataclass
class World:
    """Schools of all sizes, and who attended: submission → its rows; who counts on which basis."""

    installation: Installation
    schools: dict[str, tuple[str, str]]
    rows: dict[int, list[dict[str, Any]]]
    counts: dict[int, tuple[str, str, tuple[str, ...]]]  # submission → school, week, bases

    def cells(self) -> dict[Cell, list[dict[str, Any]]]:
        """The rows of every district and locality on each basis in each week."""
        found: defaultdict[Cell, list[dict[str, Any]]] = defaultdict(list)
        for submission, (school, week, bases) in self.counts.items():
            for basis in bases:
                found[basis, week, *self.schools[school]] += self.rows[submission]
        return found


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


def _write(installation: Installation, seed: int, persons: int, *, overlapping: bool = False) -> World:
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
            for _ in range(sizes.randint(1, 2)):
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


def _again(world: World, least: int) -> None:
    """The table as it would be with another threshold."""
    world.installation.inputs["publication"][0]["least_persons"] = least
    world.installation.write()
    world.installation.build(*SHOWN_AGAIN.split())


def _shown(world: World) -> list[dict[str, Any]]:
    with duckdb.connect(str(world.installation.warehouse), read_only=True) as con:
        return con.execute("select * from rpt_attendance_by_territory").to_arrow_table().to_pylist()


@dataclass
class Figures:
    """The rows shown with and without the rule."""

    world: World
    ruled: list[dict[str, Any]]
    unruled: list[dict[str, Any]]
    is_overlapping: bool


@pytest.fixture(scope="module", params=[503, 504])
def figures(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_installation: type[Installation],
) -> Iterator[Figures]:
    world = _write(
        new_installation(tmp_path_factory.mktemp("groups")),
        request.param,
        1,
        overlapping=request.param == 504,
    )
    world.installation.build()
    ruled = _shown(world)
    _again(world, 1)
    yield Figures(world, ruled, _shown(world), request.param == 504)


def _charts(rows: list[dict[str, Any]]) -> dict[str, dict[Any, Any]]:
    """What each chart on attendance draws of these rows by its own metrics: country, oblast, district, week."""
    definition = load()
    dataset = definition.datasets["attendance"]
    found = {}
    with duckdb.connect(":memory:") as con:
        con.register("shown", pa.Table.from_pylist(rows))
        for name, chart in definition.charts.items():
            if chart.dataset != "attendance":
                continue
            named = [column for column in (chart.by, chart.over, *chart.columns) if column in dataset.columns]
            by = ["basis", *(dataset.columns[column].physical("ru") for column in named)]
            metrics = [
                each for each in (chart.metric, *chart.metrics, *chart.columns) if each in dataset.metrics
            ]
            values = [expression(dataset.metrics[metric], "basis") for metric in metrics]
            drawn = con.execute(
                f"SELECT {', '.join([*by, *values])} FROM shown GROUP BY {', '.join(by)}"
            ).fetchall()
            assert values
            found[name] = {row[: len(by)]: row[len(by) :] for row in drawn}
    return found


def test_every_group_that_is_shown_has_enough_persons(figures: Figures) -> None:
    """k-anonymity, counted anew from the rows that came in: the smallest group of a shown figure, however joined."""
    cells, told = figures.world.cells(), {"қалалық жер": "urban", "ауылдық жер": "rural"}
    persons = {cell: {row["person_key"] for row in rows} for cell, rows in cells.items()}
    few = {cell for cell, found in persons.items() if 0 < len(found) < LEAST}
    assert few, "the world has no small group to hide"
    shown = {
        (r["basis"], r["period"], r["district_code"], told.get(r["locality_kk"], "few")): r
        for r in figures.ruled
    }
    for cell, row in shown.items():
        if cell[3] == "few":
            oblast = row["oblast_code"]
            hidden = [
                each
                for each in persons
                if each[:2] == cell[:2] and each[2][:2] == oblast[:2] and shown[each]["is_withheld"]
            ]
            together = set[int]().union(*(persons[each] for each in hidden))
            assert row["learners"] == (len(together) if len(together) >= LEAST else None)
            if row["learners"]:
                rows = [each for cell_ in hidden for each in cells[cell_]]
                assert row["lessons_missed"] == sum(each["lessons_missed"] for each in rows)
        elif row["learners"]:
            assert row["learners"] == len(persons[cell]) >= LEAST
        else:
            assert not any(row[name] for name in SUMS)
    # Nothing comes back by subtracting: what is hidden in an oblast is together enough, or is nowhere.
    for cell in few:
        assert shown[cell]["learners"] is None
        assert shown[cell]["organisations_reported"] > 0


def test_charts_say_what_they_said_above_the_small_groups(figures: Figures) -> None:
    """The country, a week, an oblast: the same figures to the last lesson, but for an oblast with nobody to add to."""
    left_out = {
        (row["basis"], row["period"], row["oblast_code"])
        for row in figures.ruled
        if row["district_name_ru"] == FEW and row["is_withheld"]
    }
    for name in SUMS:
        lacking: defaultdict[Any, int] = defaultdict(int)
        for sign, rows in ((1, figures.unruled), (-1, figures.ruled)):
            for row in rows:
                lacking[row["basis"], row["period"], row["oblast_code"]] += sign * (row[name] or 0)
        assert {place for place, number in lacking.items() if number} <= left_out
        assert min(lacking.values()) >= 0
    hidden = {row["district_name_ru"] for row in figures.ruled if row["is_withheld"]} | {FEW}
    kept = [
        row for row in figures.unruled if (row["basis"], row["period"], row["oblast_code"]) not in left_out
    ]
    after = _charts(figures.ruled)
    compared = 0
    for name, before in _charts(kept).items():
        for member, values in before.items():
            if hidden & set(member):
                continue
            if figures.is_overlapping and name == "missed-per-learner":
                continue  # who is at two small schools is one person now
            assert after[name][member] == pytest.approx(values), (name, member)
            compared += 1
    assert compared > 10


def test_who_reported_is_told_of_every_place(figures: Figures) -> None:
    def reported(rows: list[dict[str, Any]]) -> dict[Any, int]:
        return {
            (row["basis"], row["period"], row["district_code"], row["locality_kk"]): row[
                "organisations_reported"
            ]
            for row in rows
            if row["organisations_reported"]
        }

    assert reported(figures.ruled) == reported(figures.unruled)


def test_what_is_not_declared_to_be_of_persons_says_nothing_of_them(
    figures: Figures,
    tmp_path_factory: pytest.TempPathFactory,
    new_installation: type[Installation],
    request: Any,
) -> None:
    """Whatever reports tell of persons told otherwise: no table of the readers' file changes but the guarded one."""
    if request.node.callspec.params["figures"] != 503:
        pytest.skip("one country is enough")
    other = _write(new_installation(tmp_path_factory.mktemp("otherwise")), 503, 2)
    other.installation.build()
    _again(other, 1)
    before, after = (table_hashes(each.installation.warehouse) for each in (figures.world, other))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"rpt_attendance_by_territory"}
