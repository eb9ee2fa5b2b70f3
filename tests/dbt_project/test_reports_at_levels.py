"""Absence of a school year and achievement, at four levels, against what Python counts from the rows that came in.

A random small country, in which some learners go to two schools, with a term of marks; once with nothing rounded, once
as readers see it.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from ingest.schema.forms.codelist import codelist
from tests.dbt_project.installation import Installation, Row
from tests.dbt_project.small_country import FEW, LEAST, World, shown_of, write_country
from tests.dbt_project.statements import PROJECT

SUBJECTS, TERM, FOLLOWED_DAYS = ("algebra", "geometry", "chemistry"), "2026-2027-T1", 4
ABSENCE = ("learners", "learners_persistent", "learners_severe", "learners_short")
BY_LEARNERS = (
    "learners",
    "learners_passing",
    "learners_good",
    "learners_excellent",
    "learners_not_attested",
)
BY_MARKS = {
    "marks_given": LEAST,
    "marks_passing": LEAST,
    "marks_good": LEAST,
    "marks_excellent": LEAST,
    "mark_sum": LEAST,
}
# Of how many rounded figures one is the sum: two of each mark, and one of each that is 3, 4, 5 or more.
PARTS: dict[str, int] = defaultdict(lambda: 1, mark_sum=5)
FOLLOWING = (
    "int_least_shown rpt_persistent_absence int_achievement_by_subject_levelled int_achievement_by_grade_levelled "
    "rpt_achievement rpt_achievement_by_subject"
)
Place = tuple[str, str]  # level, code
Told = dict[tuple[str, Place], dict[str, int]]


@dataclass
class Reports:
    """What is shown, exact and as readers see it, by table."""

    world: World
    results: dict[str, list[Row]]
    exact: dict[str, list[dict[str, Any]]]
    shown: dict[str, list[dict[str, Any]]]


def _marks(chance: random.Random, school: str, people: set[int], rows: list[Row]) -> list[Row]:
    grades = {row["person_key"]: row["grade"] for row in rows}
    found: list[Row] = []
    for person in sorted(people):
        level = chance.choice([2, 3, 4, 5])
        for subject in SUBJECTS:
            outcome = chance.choices(["marked", "not_attested", "exempt"], [20, 1, 1])[0]
            row = {"bin": school, "person_key": person, "subject": subject, "outcome": outcome}
            row |= {"grade": 5 + grades[person] % 2, "letter": "А"}
            found.append(
                row | {"mark": max(level, chance.choice([2, 3, 4, 5])) if outcome == "marked" else None}
            )
    return found


def _tables(world: World) -> dict[str, list[dict[str, Any]]]:
    names = ("rpt_persistent_absence", "rpt_achievement", "rpt_achievement_by_subject")
    return {name: shown_of(world, name) for name in names}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, new_installation: type[Installation]) -> Reports:
    home = new_installation(tmp_path_factory.mktemp("levels"))
    world = write_country(home, 506, 1, overlapping=True)
    chance, results = random.Random(7), {}
    for place, school in enumerate(world.schools):
        rows = [
            row for number, (code, *_) in world.counts.items() if code == school for row in world.rows[number]
        ]
        results[school] = _marks(chance, school, {row["person_key"] for row in rows}, rows)
        if results[school]:
            home.submit(5000 + place, "term_results", school, TERM, results[school], official=True)
    home.inputs["publication"][0]["least_persons"] = 1
    home.write()
    home.build()
    with duckdb.connect(str(home.warehouse)) as con:
        con.execute(f"update scratch.absence_threshold set least = {FOLLOWED_DAYS} where code = 'followed'")
    home.build("fct_learner_absence", "int_absence_celled", *FOLLOWING.split())
    exact = _tables(world)
    home.inputs["publication"][0]["least_persons"] = LEAST
    home.write()
    home.build(*FOLLOWING.split())
    return Reports(world, results, exact, _tables(world))


def _places(world: World, school: str) -> list[Place]:
    district = world.schools[school][0]
    return [
        ("organisation", school),
        ("district", district),
        ("oblast", f"{district[:2]}0000000"),
        ("republic", "all"),
    ]


def _place(row: dict[str, Any]) -> Place:
    code = {"organisation": "organisation_code", "district": "district_code"}.get(row["level"], "oblast_code")
    return row["level"], row[code]


def _absence(world: World) -> Told:
    """Each learner once: all lessons of all schools together, at the school of the latest report."""
    told: Told = defaultdict(lambda: dict.fromkeys(ABSENCE, 0))
    for basis in ("operational", "official"):
        own: dict[int, list[Any]] = defaultdict(lambda: [0, 0, 0, ("", 0, "")])
        for number, (school, week, bases) in world.counts.items():
            for row in world.rows[number] if basis in bases else ():
                learner = own[row["person_key"]]
                learner[0] += 1
                learner[1] += row["lessons_scheduled"]
                learner[2] += row["lessons_missed"]
                learner[3] = max(learner[3], (week, number, school))
        for days, scheduled, missed, (_, _, school) in own.values():
            for place in _places(world, school):
                told[basis, place]["learners"] += days >= FOLLOWED_DAYS
                told[basis, place]["learners_short"] += days < FOLLOWED_DAYS
                told[basis, place]["learners_persistent"] += (
                    days >= FOLLOWED_DAYS and missed * 10 >= scheduled
                )
                told[basis, place]["learners_severe"] += days >= FOLLOWED_DAYS and missed * 2 >= scheduled
    return dict(told)


def test_absence_of_a_year_is_counted_once_and_followed_across_schools(reports: Reports) -> None:
    rows = reports.exact["rpt_persistent_absence"]
    found = {(row["basis"], _place(row)): {name: row[name] for name in ABSENCE} for row in rows}
    expected = _absence(reports.world)
    assert found == expected
    republic = expected["operational", ("republic", "all")]
    assert 0 < republic["learners_severe"] < republic["learners_persistent"] < republic["learners"]
    assert republic["learners_short"] > 0
    lists = sum(
        len({row["person_key"] for row in reports.world.rows[number]}) for number in reports.world.counts
    )
    assert republic["learners"] + republic["learners_short"] < lists / 2  # a list a week, some on two


def _by_learners(reports: Reports) -> Told:
    told: Told = defaultdict(lambda: dict.fromkeys(BY_LEARNERS, 0))
    own: dict[int, list[tuple[int, int, str, list[Row]]]] = defaultdict(list)
    for place, (school, rows) in enumerate(reports.results.items()):
        for person in {row["person_key"] for row in rows}:
            mine = [row for row in rows if row["person_key"] == person]
            own[person].append((sum(row["mark"] is not None for row in mine), place, school, mine))
    for found in own.values():
        number, _, school, rows = max(found, key=lambda each: each[:2])
        marks = [row["mark"] for row in rows if row["mark"]]
        is_short = any(row["outcome"] == "not_attested" for row in rows)
        for _, _, other, _ in found:
            for place in _places(reports.world, other):
                told["official", place]["learners"] += 0
        for place in _places(reports.world, school):
            one = told["official", place]
            one["learners_not_attested"] += is_short
            if number and not is_short:
                one["learners"] += 1
                one["learners_passing"] += min(marks) >= 3
                one["learners_good"] += min(marks) >= 4
                one["learners_excellent"] += min(marks) == 5
    return dict(told)


def _by_marks(reports: Reports, key: Any) -> dict[Any, list[int]]:
    told: dict[Any, list[int]] = defaultdict(lambda: [0] * len(BY_MARKS))
    for school, rows in reports.results.items():
        for row in rows:
            for place in _places(reports.world, school) if row["mark"] else ():
                for own in key(place, row):
                    steps = (1, row["mark"] >= 3, row["mark"] >= 4, row["mark"] == 5, row["mark"])
                    told[own] = [number + more for number, more in zip(told[own], steps, strict=True)]
    return dict(told)


def test_achievement_is_told_by_learners_and_by_marks(reports: Reports) -> None:
    rows = [row for row in reports.exact["rpt_achievement"] if row["basis"] == "official"]
    expected = _by_learners(reports)
    found = {("official", _place(row)): {name: row[name] for name in BY_LEARNERS} for row in rows}
    assert found == expected
    marks = _by_marks(reports, lambda place, _: [place])
    assert {_place(row): [row[name] for name in BY_MARKS] for row in rows if row["marks_given"]} == marks
    republic = next(row for row in rows if row["level"] == "republic")
    assert 0 < republic["learners_excellent"] < republic["learners_good"] < republic["learners_passing"]
    # The two definitions are different figures, and each is that of its numerators.
    assert republic["quality_by_learners_percent"] < republic["quality_by_marks_percent"]
    shares = {
        "achievement_by_learners_percent": ("learners_passing", "learners"),
        "quality_by_learners_percent": ("learners_good", "learners"),
        "achievement_by_marks_percent": ("marks_passing", "marks_given"),
        "quality_by_marks_percent": ("marks_good", "marks_given"),
    }
    for row in (*rows, *reports.shown["rpt_achievement"]):
        assert not row["marks_given"] or 2 <= row["mark_sum"] / row["marks_given"] <= 5
        for share, (part, whole) in shares.items():
            assert (row[share] is None) == (not row[whole])
            if row[whole]:
                assert float(row[share]) == pytest.approx(100 * row[part] / row[whole], abs=0.0051)


def test_subjects_are_told_of_every_place_and_grades_of_enough_organisations(reports: Reports) -> None:
    rows = [row for row in reports.exact["rpt_achievement_by_subject"] if row["basis"] == "official"]
    expected = _by_marks(
        reports,
        lambda place, row: [(place, row["subject"], "all"), (place, row["subject"], str(row["grade"]))],
    )
    schools: dict[Any, set[str]] = defaultdict(set)
    for school, results in reports.results.items():
        for row in results:
            for place in _places(reports.world, school) if row["mark"] else ():
                schools[place, row["subject"], str(row["grade"])].add(school)
    told = withheld = 0
    for row in rows:
        place = (_place(row), row["subject_code"], row["grade"])
        if row["grade"] != "all":
            assert row["level"] != "organisation" and row["organisations_counted"] == len(schools[place])
        if row["grade"] != "all" and len(schools[place]) < 3:
            assert row["marks_given"] is None and row["is_withheld"] == 1
            withheld += 1
        else:
            assert [row[name] for name in BY_MARKS] == expected[place]
            told += 1
    assert min(told, withheld) > 10
    wanted = {place for place in expected if place[2] == "all" or place[0][0] != "organisation"}
    assert {(_place(row), row["subject_code"], row["grade"]) for row in rows} == wanted


def test_what_readers_see_has_no_small_group_and_is_near_what_is_so(reports: Reports) -> None:
    """Of an organisation: hidden below the threshold, near above it; of levels above: sums of what is shown."""
    for table, persons, bases in (
        ("rpt_persistent_absence", "learners", dict.fromkeys(ABSENCE, LEAST)),
        ("rpt_achievement", "learners", dict.fromkeys(BY_LEARNERS, LEAST)),
        ("rpt_achievement_by_subject", "marks_given", BY_MARKS),
    ):
        keys = ("basis", "level", "oblast_code", "district_code", "organisation_code")
        keys += ("subject_code", "grade") if table.endswith("subject") else ()
        exact = {tuple(row[key] for key in keys): row for row in reports.exact[table]}
        few = shown = 0
        for row in reports.shown[table]:
            assert all((row[name] or 0) % base == 0 for name, base in bases.items())
            if row["level"] != "organisation" or row["organisation_code"] == FEW:
                continue
            true = exact[tuple(row[key] for key in keys)]
            if 0 < true[persons] < LEAST:
                assert row["is_withheld"] == 1 and row[persons] is None
                few += 1
            elif not row["is_withheld"]:
                assert all(abs(row[name] - true[name]) < base * PARTS[name] for name, base in bases.items())
                shown += 1
        assert few > 5 and shown > 5, (table, few, shown)
        below = "organisation"
        for level, code in (("district", "district_code"), ("oblast", "oblast_code"), ("republic", "basis")):
            sums: dict[Any, list[dict[str, Any]]] = defaultdict(list)
            own = {}
            for row in reports.shown[table]:
                if row.get("grade", "all") == "all" and row["level"] in (level, below):
                    place = (row["basis"], row[code], row.get("subject_code"))
                    if row["level"] == level:
                        own[place] = row
                    else:
                        sums[place].append(row)
            assert own.keys() == sums.keys()
            for place, row in own.items():
                for name in bases:
                    told = [part[name] for part in sums[place] if part[name] is not None]
                    assert row[name] == (sum(told) if told else None), (table, place, name)
            below = level


def test_lessons_missed_for_every_reason_are_reported_as_something() -> None:
    """A reason that is added to the dictionary of the forms and forgotten in the model's own would be unexplained."""
    groups = dict(
        line.split(",")
        for line in (PROJECT / "seeds" / "absence_group.csv").read_text(encoding="utf-8").splitlines()[1:]
    )
    reasons = {each.code for each in codelist("absence_reason").codes if each.extra["is_absence"] == "true"}
    assert groups.keys() == reasons
    assert set(groups.values()) == {"illness", "excused", "unexcused", "unexplained"}


def test_an_attendance_rate_says_on_whom_it_rests_and_how_far_the_missing_could_move_it(made: Any) -> None:
    """Seven organisations, of which some did not report: a gap, and bounds around the rate of the others."""
    names = (
        "level, place_name_ru, organisations_due, organisations_reported, learners, learners_enrolled, "
        "learners_covered, lessons_scheduled, lessons_missed, attendance_least_percent, attendance_percent, "
        "attendance_most_percent"
    )
    rows = made.installation.query(f"select {names} from rpt_attendance where basis = 'operational'")
    gaps = [row for row in rows if row[2] > row[3] == 0]
    assert gaps and all(row[4] is None and row[7] is None and row[10] is None for row in gaps)
    partly = 0
    for _, _, due, reported, _, enrolled, covered, scheduled, missed, least, rate, most in rows:
        assert 0 <= reported <= due
        if scheduled:
            assert float(rate) == pytest.approx(100 * (scheduled - missed) / scheduled, abs=0.0051)
        if scheduled and covered:
            share = covered / enrolled
            assert float(least) == pytest.approx(float(rate) * share, abs=0.5)
            assert float(most) == pytest.approx(float(rate) * share + 100 * (1 - share), abs=0.5)
            partly += covered < enrolled
        elif not covered:
            assert least is None and most is None
    assert partly


def test_marks_are_those_whose_sum_is_told_from_their_numbers() -> None:
    """Macro `sum_of_marks`: another mark in the dictionary, or one that passes from elsewhere, needs another sum."""
    marks = {each.code: (each.extra["is_passing"], each.extra["is_good"]) for each in codelist("mark").codes}
    no, yes = "false", "true"
    assert marks == {"2": (no, no), "3": (yes, no), "4": (yes, yes), "5": (yes, yes)}
