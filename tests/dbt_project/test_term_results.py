"""Term results in the warehouse: every row once, on both bases, and rates from their numerators."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.dbt_project.installation import Installation, Row

SCHOOL, TERM = "650940000016", "2026-2027-T1"
MARKS = {1: [5, 5], 2: [4, 3], 3: [2, 3], 9: [5, 4]}
"""Marks in algebra and geometry; learner 9 stands on no roster."""


def _results(marks: dict[int, list[int]]) -> list[Row]:
    return [
        {
            "bin": SCHOOL,
            "person_key": learner,
            "grade": 7,
            "letter": "А",
            "subject": subject,
            "outcome": "marked",
            "mark": mark,
        }
        for learner, own in marks.items()
        for subject, mark in zip(("algebra", "geometry"), own, strict=True)
    ]


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory, new_installation: type[Installation]) -> Any:
    home = new_installation(tmp_path_factory.mktemp("term"))
    opened = {
        "bin": SCHOOL,
        "event": "opened",
        "event_date": date(2020, 9, 1),
        "name_kk": "Мектеп",
        "name_ru": "Школа",
        "kind": "general_school",
    }
    home.submit(1, "organisation_register", "113200000", "2026-08-25", [opened])
    roster = [{"bin": SCHOOL, "person_key": learner, "sex": "f", "grade": 7} for learner in (1, 2, 3)]
    home.submit(2, "learner_roster", SCHOOL, "2026-10", roster)
    home.submit(3, "term_results", SCHOOL, TERM, _results({1: [3, 3]}), operational=False, official=True)
    other = [
        {
            "bin": SCHOOL,
            "person_key": 1,
            "grade": 7,
            "letter": "А",
            "subject": "physical_education",
            "outcome": "exempt",
        },
        {
            "bin": SCHOOL,
            "person_key": 2,
            "grade": 7,
            "letter": "А",
            "subject": "alchemy",
            "outcome": "marked",
            "mark": 5,
        },
    ]
    home.submit(4, "term_results", SCHOOL, TERM, [*_results(MARKS), *other])
    home.inputs["publication"].append({"number": 1, "data_as_of": datetime(2026, 11, 2), "demo": True})
    home.write()
    home.build()
    return home


def test_every_accepted_row_is_a_fact_of_its_submission(term: Any) -> None:
    rows = term.query("select submission_key, count(*) from fct_term_result group by 1 order by 1")
    assert rows == [(3, 2), (4, 10)]


def test_the_two_bases_have_their_own_marks(term: Any) -> None:
    rows = term.query(
        "select submission_key, sum(marks_given), sum(marks_passing), sum(marks_good), sum(mark_sum), "
        "sum(learning_points) from fct_term_result group by 1 order by 1"
    )
    given = [mark for own in MARKS.values() for mark in own] + [5]
    points = {5: 100, 4: 64, 3: 36, 2: 16}
    assert rows == [
        (3, 2, 2, 0, 6, 72),
        (
            4,
            len(given),
            sum(mark >= 3 for mark in given),
            sum(mark >= 4 for mark in given),
            sum(given),
            sum(points[mark] for mark in given),
        ),
    ]


def test_dangling_references_keep_their_rows(term: Any) -> None:
    unknown = "select count(*) from fct_term_result where {} = -1"
    assert term.query(unknown.format("learner_key")) == [(2,)]
    assert term.query(unknown.format("subject_key")) == [(1,)]
    assert term.query(unknown.format("organisation_key")) == [(0,)]
    assert term.query(unknown.format("period_key")) == [(0,)]


def test_the_term_is_called_as_people_call_it(term: Any) -> None:
    rows = term.query(
        "select distinct school_year, period_label_kk, period_label_ru from fct_term_result "
        "join dim_period using (period_key)"
    )
    labels = "2026–2027 оқу жылының 1-тоқсаны", "1-я четверть 2026–2027 учебного года"
    assert rows == [("2026-2027", *labels)]


def test_a_report_that_breaks_a_rule_is_named(installation: Any) -> None:
    rows = _results({1: [5, 5]})
    repeated = [*rows, rows[0], rows[1] | {"subject": "physics", "mark": None}]
    installation.submit(5, "term_results", SCHOOL, TERM, repeated)
    installation.inputs["publication"].append(
        {"number": 1, "data_as_of": datetime(2026, 11, 2), "demo": True}
    )
    installation.write()
    result = installation.tested("term_result_learner_subject_twice", "term_result_points_inconsistent")
    assert result.returncode == 0, result.stdout
    assert installation.query("select * from held_back.term_result_learner_subject_twice") == [(5, 2)]
    assert installation.query("select * from held_back.term_result_points_inconsistent") == [(5, 1)]
