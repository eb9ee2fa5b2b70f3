"""The year before: the same schools, most of the same learners a grade lower, figures near those of this year."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ingest.demo.reports.histories import Histories
from ingest.demo.reports.year_before import year_before_reports
from ingest.demo.world.country import Country
from ingest.demo.world.school_year import is_school_day
from ingest.schema.forms.load import contract
from ingest.schema.values.identifier import iin_faults


@pytest.fixture(scope="module", params=[(503, 80, 507), (7, 60, 25)], ids=["full", "scaled down"])
def other(request: pytest.FixtureRequest) -> Country:
    return Country(*request.param)


def test_nobody_is_on_the_list_twice_and_nobody_on_it_can_exist(other: Country) -> None:
    iins = other.roster_before["iin"].to_pylist()
    assert len(set(iins)) == len(iins)
    assert all(iin_faults(iin, demo=False) and not iin_faults(iin, demo=True) for iin in iins)
    for row in other.roster_before.slice(0, 2000).select(["iin", "birth_date", "sex"]).to_pylist():
        assert row["iin"][:6] == row["birth_date"].strftime("%y%m%d")
        assert row["iin"][6] == {"m": "7", "f": "8"}[row["sex"]]


def test_those_who_stayed_were_a_grade_lower_in_the_same_class_and_the_others_have_left(
    other: Country,
) -> None:
    kept = ("bin", "letter", "language", "last_name", "birth_date", "enrolled_date")
    names = ("iin", "grade", *kept)
    now = {row["iin"]: row for row in other.roster.select(names).to_pylist()}
    last = {school.bin: school.grades[1] for school in other.organisations}
    stayed = 0
    for row in other.roster_before.select(names).to_pylist():
        assert row["enrolled_date"] < date(2025, 9, 2)
        this_year = now.get(row["iin"])
        if this_year is None:
            assert row["grade"] == last[row["bin"]]
        else:
            stayed += 1
            assert row["grade"] == this_year["grade"] - 1
            assert {name: row[name] for name in kept} == {name: this_year[name] for name in kept}
    for name in ("left_date", "moved_to_bin", "leaving_reason"):
        assert other.roster_before[name].null_count == other.roster_before.num_rows
    assert stayed > 0.6 * other.roster.num_rows


def test_every_grade_is_taught_in_both_years(other: Country) -> None:
    now, before = (Counter(rows["grade"].to_pylist()) for rows in (other.roster, other.roster_before))
    assert now.keys() == before.keys()
    assert sum(before.values()) == pytest.approx(sum(now.values()), rel=0.15)
    schools = {school.bin for school in other.organisations}
    assert set(other.roster_before["bin"].to_pylist()) == schools


def test_the_list_has_the_types_of_this_years(other: Country) -> None:
    assert other.roster_before.schema.names == other.roster.schema.names
    assert [f.type for f in other.roster_before.schema] == [f.type for f in other.roster.schema]


def test_absence_is_near_this_years_and_a_little_more(country: Country) -> None:
    rates = []
    for made, weeks in (
        (country.attendance_of, country.periods),
        (country.attendance_before, country.periods_before),
    ):
        tables = [
            made(one).week(country.days_of(week)) for one in country.organisations[:50] for week in weeks
        ]
        rows = pa.concat_tables(tables)
        assert all(is_school_day(day) for day in rows["date"].unique().to_pylist())
        rates.append(pc.sum(rows["lessons_missed"]).as_py() / pc.sum(rows["lessons_scheduled"]).as_py())
    assert 1.0 < rates[1] / rates[0] < 1.2


def test_weeks_have_the_numbers_of_this_years_last() -> None:
    assert [one.text for one in Country(weeks_before=2).periods_before] == ["2025-W38", "2025-W39"]
    assert [one.text for one in Country(weeks=1, weeks_before=4).periods_before] == ["2025-W36"]
    assert len(Country(weeks=24, weeks_before=40).periods_before) == 17


def test_marks_of_the_term_before_are_of_who_was_there(country: Country) -> None:
    form = contract("term_results")
    for school in country.organisations[:6]:
        rows = country.term_marks_before(school).results(form)
        there = country.roster_before_of(school)
        assert set(rows["iin"].to_pylist()) <= set(there["iin"].to_pylist())
        grades = rows["grade"].to_pylist()
        assert not grades or (min(grades) >= 2 and max(grades) < school.grades[1])
    # Every fourth school: ten thousand learners say as much of a mean.
    now, before = (
        pc.mean(pa.concat_arrays([made(one).results(form)["mark"].combine_chunks() for one in asked])).as_py()
        for asked in [country.organisations[::4]]
        for made in (country.term_marks_of, country.term_marks_before)
    )
    assert 0 < now - before < 0.2


def test_whether_anybody_is_marked_is_known_before_any_mark_is(country: Country) -> None:
    form = contract("term_results")
    said = set()
    for made in map(country.term_marks_before, country.organisations[:3]):
        for most in range(6):
            roster = made.roster.filter(pc.less_equal(made.roster["grade"], most))
            for day in (made.first_day, np.datetime64("2000-01-01")):
                fewer = replace(made, roster=roster, first_day=day)
                assert fewer.is_marked == (fewer.results(form).num_rows > 0)
                said.add(fewer.is_marked)
    assert said == {True, False}


def test_staff_of_a_year_ago_are_of_those_now(country: Country) -> None:
    sizes = []
    for school in country.organisations:
        now, before = country.staff.posts[school.index], country.staff.posts_before(school.index)
        assert {row["iin"] for row in before} <= {row["iin"] for row in now}
        assert all(row["hired_date"] <= date(2025, 6, 30) for row in before)
        assert {"director", "deputy"} <= {row["position"] for row in before}
        sizes.append(len(before) / len(now))
    assert 0.7 < np.mean(sizes) < 1


def test_every_school_reports_on_the_year_before(country: Country) -> None:
    reports = list(year_before_reports(country))
    forms = Counter(one.form for one in reports)
    assert forms["learner_roster"] == forms["staff_roster"] == forms["organisation_passport"] == 80
    assert forms["attendance"] == 4 * 80
    assert 70 < forms["term_results"] <= 80
    assert {one.wave for one in reports} == {"corrections"}


def test_nothing_of_the_year_before_is_judged_before_this_years_lists(country: Country) -> None:
    histories = Histories(country)
    for wave in ("republic", "districts", "schools"):
        assert "year_before" not in {one.story for one in histories.reports(wave)}
