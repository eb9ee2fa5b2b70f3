"""Learners, classes, staff and passports: every row once, every person once, what breaks a rule is named."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt_project.installation import Installation, Row

SCHOOL, OTHER = "650940000016", "650940000026"
QUARTER, YEAR = "2026-Q3", "2026-2027"


def _post(person: int, position: str = "teacher", **more: Any) -> Row:
    return {
        "person_key": person,
        "sex": "f",
        "age": 40,
        "position": position,
        "subject": "algebra" if position == "teacher" else None,
        "employment": "1",
        "rate": Decimal("1"),
        "weekly_hours": Decimal("18"),
        "hired_date": date(2020, 8, 25),
        "category": "33",
        "education": "6",
        "experience_years": 15,
        "teaching_years": 15,
        **more,
    }


def _passport(code: str, **more: Any) -> Row:
    return {
        "bin": code,
        "kato": "113820100",
        "design_capacity": 600,
        "shifts": 2,
        "computers": 60,
        "computers_online": 50,
        "has_barrier_free_access": True,
        "internet_kind": "fibre",
        "internet_mbps": Decimal("100"),
        **more,
    }


@pytest.fixture(scope="module")
def schools(tmp_path_factory: pytest.TempPathFactory, new_installation: type[Installation]) -> Any:
    home = new_installation(tmp_path_factory.mktemp("schools"))
    opened = [
        {"bin": code, "event": "opened", "event_date": date(2020, 9, 1), "name_kk": code, "name_ru": code}
        | {"kind": "general_school"}
        for code in (SCHOOL, OTHER)
    ]
    home.submit(1, "organisation_register", "113200000", "2026-08-25", opened)
    moved = {"bin": OTHER, "event": "renamed", "event_date": date(2026, 9, 7), "name_kk": "Б", "name_ru": "Б"}
    home.submit(2, "organisation_register", "113200000", "2026-09-10", [moved])
    staff = [
        _post(1),
        _post(1, subject="geometry", employment="2.1", rate=Decimal("0.5")),
        _post(2, "director", weekly_hours=None),
        _post(3, dismissed_date=date(2026, 9, 29)),
        _post(4, dismissed_date=date(2026, 9, 30)),
    ]
    home.submit(3, "staff_roster", SCHOOL, QUARTER, [row | {"bin": SCHOOL} for row in staff], official=True)
    elsewhere = [_post(1, employment="2.2", rate=Decimal("1.5")), _post(5, subject="alchemy")]
    home.submit(4, "staff_roster", OTHER, QUARTER, [row | {"bin": None} for row in elsewhere])
    home.submit(
        5, "organisation_passport", SCHOOL, YEAR, [_passport(SCHOOL)], operational=False, official=True
    )
    home.submit(6, "organisation_passport", SCHOOL, YEAR, [_passport(SCHOOL, design_capacity=900)])
    home.submit(7, "organisation_passport", OTHER, YEAR, [_passport(OTHER)], official=True)
    home.submit(8, "organisation_passport", "650940000099", YEAR, [_passport("650940000099")])
    moving = {"person_key": 51, "sex": "f", "grade": 5, "letter": "А", "language": "kk", "shift": 1}
    staying = moving | {"person_key": 52, "enrolled_date": date(2020, 9, 1)}
    came, back = date(2026, 9, 21), date(2026, 10, 12)
    left = {"left_date": date(2026, 10, 9), "leaving_reason": "transfer", "moved_to_bin": SCHOOL}
    lists: dict[tuple[str, str], list[Row]] = {
        (SCHOOL, "2026-09"): [moving | {"enrolled_date": date(2020, 9, 1)}, staying],
        # Not yet taken off the list of the school left.
        (SCHOOL, "2026-10"): [moving | {"enrolled_date": date(2020, 9, 1)}, staying],
        (OTHER, "2026-10"): [moving | {"enrolled_date": came, "letter": "Б"}],
        (SCHOOL, "2026-11"): [moving | {"enrolled_date": back}, staying],
        (OTHER, "2026-11"): [moving | {"enrolled_date": came, "letter": "Б", **left}],
    }
    for number, ((code, month), rows) in enumerate(lists.items(), start=11):
        home.submit(number, "learner_roster", code, month, [row | {"bin": code} for row in rows])
    home.inputs["publication"].append({"number": 1, "data_as_of": datetime(2026, 10, 9), "demo": True})
    home.write()
    home.build()
    return home


def test_a_learner_is_followed_from_school_to_school_and_counted_once(schools: Any) -> None:
    rows = schools.query(
        "select enrolment_date, organisation.organisation_code, moved_to.organisation_code, is_enrolled, "
        "is_counted_operational, is_counted_official from fct_enrolment "
        "join dim_organisation as organisation using (organisation_key) "
        "left join dim_organisation as moved_to on moved_to_organisation_key = moved_to.organisation_key "
        "where learner_key = 51 order by 1, 2"
    )
    september, october, november = (date(2026, month, 1) for month in (9, 10, 11))
    assert rows == [
        (september, SCHOOL, None, True, True, False),
        (october, SCHOOL, None, True, False, False),
        (october, OTHER, None, True, True, False),
        (november, SCHOOL, None, True, True, False),
        (november, OTHER, SCHOOL, False, False, False),
    ]
    learners = schools.query(
        "select enrolment_date, count(*) from fct_enrolment where is_counted_operational group by 1 order by 1"
    )
    assert learners == [(september, 2), (october, 2), (november, 2)]


def test_a_class_is_one_of_an_organisation_in_a_school_year(schools: Any) -> None:
    rows = schools.query(
        "select organisation_code, school_year, grade, letter, language_code, shift from dim_class "
        "where class_key >= 0 order by 1"
    )
    assert rows == [(SCHOOL, YEAR, 5, "А", "kk", 1), (OTHER, YEAR, 5, "Б", "kk", 1)]
    of_facts = (
        "select count(*), count(distinct class_key) from fct_enrolment join dim_class using (class_key)"
    )
    assert schools.query(of_facts) == [(8, 2)]


def test_every_accepted_row_is_a_fact_of_its_submission(schools: Any) -> None:
    rows = {
        fact: schools.query(f"select submission_key, count(*) from {fact} group by 1 order by 1")
        for fact in ("fct_staff_assignment", "fct_organisation_passport")
    }
    assert rows == {
        "fct_staff_assignment": [(3, 5), (4, 2)],
        "fct_organisation_passport": [(5, 1), (6, 1), (7, 1), (8, 1)],
    }


def test_whoever_works_at_two_schools_is_one_person_at_the_main_post(schools: Any) -> None:
    counted = schools.query(
        "select staff_key, organisation_code, employment_code from fct_staff_assignment "
        "join dim_organisation using (organisation_key) where is_counted_operational order by 1"
    )
    assert counted == [(1, SCHOOL, "1"), (2, SCHOOL, "1"), (4, SCHOOL, "1"), (5, OTHER, "1")]
    official = schools.query(
        "select staff_key from fct_staff_assignment where is_counted_official order by 1"
    )
    assert official == [(1,), (2,), (4,)]
    filled = schools.query("select sum(rate)::double from fct_staff_assignment where is_employed")
    assert filled == [(6.0,)]


def test_references_that_are_not_found_keep_their_rows(schools: Any) -> None:
    subjects = "select staff_key, subject_key from fct_staff_assignment where subject_key < 0 order by 1"
    assert schools.query(subjects) == [(2, -2), (5, -1)]
    places = schools.query("select submission_key from fct_organisation_passport where organisation_key = -1")
    assert places == [(8,)]
    for fact in ("fct_staff_assignment", "fct_organisation_passport"):
        assert schools.query(f"select count(*) from {fact} where period_key = -1") == [(0,)]


def test_an_organisation_is_as_it_was_when_the_report_speaks_of_it(schools: Any) -> None:
    """The passport speaks of the first day of the school year, the roster of the last day of its quarter."""
    named = (
        "select distinct name_ru from {} as fact join dim_organisation using (organisation_key) "
        f"where organisation_key in (select organisation_key from dim_organisation where organisation_code = '{OTHER}')"
    )
    assert schools.query(named.format("fct_organisation_passport")) == [(OTHER,)]
    assert schools.query(named.format("fct_staff_assignment")) == [("Б",)]


def test_a_report_that_breaks_a_rule_is_named(installation: Any) -> None:
    post = _post(1) | {"bin": SCHOOL}
    wrong = [post, post, _post(2, rate=None), _post(3, teaching_years=16), _post(4, "director")]
    installation.submit(5, "staff_roster", SCHOOL, QUARTER, wrong)
    fine = [_post(1, subject=None), _post(1, subject=None, employment="2.1"), _post(2, experience_years=None)]
    installation.submit(6, "staff_roster", OTHER, QUARTER, fine)
    doubled = [_passport(SCHOOL), _passport(SCHOOL, computers_online=61)]
    installation.submit(7, "organisation_passport", SCHOOL, YEAR, doubled)
    installation.submit(8, "organisation_passport", OTHER, YEAR, [_passport(OTHER, library_books=None)])
    installation.inputs["publication"].append(
        {"number": 1, "data_as_of": datetime(2026, 10, 9), "demo": True}
    )
    installation.write()
    names = ("staff_post_twice", "staff_post_inconsistent")
    names += ("organisation_passport_twice", "organisation_passport_inconsistent")
    result = installation.tested(*names)
    assert result.returncode == 0, result.stdout
    found = {name: installation.query(f"select * from held_back.{name}") for name in names}
    assert found == {
        "staff_post_twice": [(5, 2)],
        "staff_post_inconsistent": [(5, 2)],
        "organisation_passport_twice": [(7, 2)],
        "organisation_passport_inconsistent": [(7, 1)],
    }
