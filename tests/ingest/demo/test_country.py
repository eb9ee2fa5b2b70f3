"""The synthetic country looks like the real one, as far as that is known, and nobody in it exists."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ingest.demo.world import estimates
from ingest.demo.world.country import Country
from ingest.demo.world.learners import ROSTER_FIELDS, SCHOOL_YEAR_START
from ingest.demo.world.placement import seats
from ingest.demo.world.school_year import is_school_day
from ingest.demo.world.territory import reporting_districts
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.load import contract
from ingest.schema.values.identifier import iin_faults


def test_the_same_seed_gives_the_same_country_and_another_seed_another() -> None:
    first, again, other = (Country(seed, 20, 20, 1) for seed in (1, 1, 2))
    assert first.roster.equals(again.roster)
    school = first.organisations[7]
    week = first.periods[0]
    assert (
        first.attendance_of(school)
        .week(first.days_of(week))
        .equals(again.attendance_of(school).week(again.days_of(week)))
    )
    assert not first.roster.equals(other.roster)


@pytest.mark.parametrize("size", [80, 785, 7850])
def test_every_region_has_its_share_of_schools_and_one_at_least(size: int) -> None:
    given = seats(size)
    total = sum(region.schools for region in estimates.REGIONS)
    assert sum(given.values()) == size
    assert min(given.values()) >= 1
    for region in estimates.REGIONS:
        share = region.schools / total * size
        assert given[region.kato] == pytest.approx(share, abs=max(1.2, 0.02 * share))


def test_the_smallest_country_has_one_school_in_each_region() -> None:
    assert set(seats(20).values()) == {1}


def test_fewer_schools_than_regions_are_refused() -> None:
    with pytest.raises(ValueError, match="20"):
        seats(19)


def test_schools_stand_in_districts_that_exist(country: Country) -> None:
    for school in country.organisations:
        assert school.site.district in reporting_districts(school.site.region)
        assert school.site.place.kato[:4] == school.district[:4]


def test_names_are_kazakh_and_russian_and_full(country: Country) -> None:
    for school in country.organisations:
        assert re.fullmatch(r"«.+» (КММ|ЖШС)", school.name_kk)
        assert re.fullmatch(r"(КГУ|ТОО) «.+»", school.name_ru)


def test_sizes_and_localities_follow_the_estimates(country: Country) -> None:
    schools = country.organisations
    assert country.roster.num_rows == pytest.approx(80 * estimates.LEARNERS_PER_ORGANISATION, rel=0.02)
    rural = sum(school.site.locality == "rural" for school in schools)
    assert rural / len(schools) == pytest.approx(0.65, abs=0.06)
    sizes = {where: [s.size for s in schools if s.site.locality == where] for where in ("urban", "rural")}
    assert np.median(sizes["urban"]) > 2 * np.median(sizes["rural"])


def test_a_school_may_be_scaled_down_without_changing_its_kind() -> None:
    large, small = Country(size=24, weeks=1), Country(size=24, learners_per_organisation=40, weeks=1)
    assert [one.kind for one in large.organisations] == [one.kind for one in small.organisations]
    assert small.roster.num_rows == pytest.approx(24 * 40, rel=0.1)


def test_nobody_on_a_roster_can_exist(country: Country) -> None:
    iins = country.roster["iin"].to_pylist()
    assert len(set(iins)) == len(iins)
    assert {iin[6] for iin in iins} == {"7", "8"}
    assert all(iin_faults(iin, demo=False) for iin in iins)


def test_birth_date_and_sex_agree_with_the_number(country: Country) -> None:
    for row in country.roster.slice(0, 3000).select(["iin", "birth_date", "sex"]).to_pylist():
        assert row["iin"][:6] == row["birth_date"].strftime("%y%m%d")
        assert row["iin"][6] == {"m": "7", "f": "8"}[row["sex"]]


def test_a_roster_has_the_columns_of_its_form_and_codes_of_its_codelists(country: Country) -> None:
    form = contract("learner_roster")
    assert tuple(field.name for field in form.fields) == ROSTER_FIELDS
    for field in form.fields:
        if name := field.constraints.codelist:
            codes = set(country.roster[field.name].unique().to_pylist()) - {None}
            assert codes <= set(codelist(name).by_code)


def test_grades_and_languages_follow_the_estimates(country: Country) -> None:
    rows = country.roster.num_rows
    grades = Counter(country.roster["grade"].to_pylist())
    for grade, share in estimates.GRADE_WEIGHTS.items():
        assert grades[grade] / rows == pytest.approx(share, abs=0.015)
    kazakh = Counter(country.roster["language"].to_pylist())["kk"] / rows
    expected = sum(r.kazakh * r.learners for r in estimates.REGIONS) / sum(
        r.learners for r in estimates.REGIONS
    )
    assert kazakh == pytest.approx(expected, abs=0.12)


def test_a_class_has_one_language_and_no_more_learners_than_a_room_holds(country: Country) -> None:
    classes = country.roster.group_by(["bin", "grade", "letter"]).aggregate(
        [("iin", "count"), ("language", "count_distinct")]
    )
    assert pc.max(classes["iin_count"]).as_py() <= max(estimates.CLASS_SIZE.values())
    assert set(classes["language_count_distinct"].to_pylist()) == {1}


def _rate(rows: pa.Table) -> float:
    missed, scheduled = (pc.sum(rows[f"lessons_{name}"]).as_py() for name in ("missed", "scheduled"))
    return float(missed / scheduled)


def _rates(rows: pa.Table, by: str) -> dict[object, float]:
    sums = rows.group_by(by).aggregate([("lessons_missed", "sum"), ("lessons_scheduled", "sum")])
    return {row[by]: row["lessons_missed_sum"] / row["lessons_scheduled_sum"] for row in sums.to_pylist()}


def test_attendance_is_about_ninety_five_per_cent(attendance: pa.Table) -> None:
    assert 1 - _rate(attendance) == pytest.approx(0.95, abs=0.01)


def test_illness_is_the_main_cause_and_few_lessons_are_missed_without_a_reason(attendance: pa.Table) -> None:
    missed = pc.sum(attendance["lessons_missed"]).as_py()
    valid = pc.sum(attendance["lessons_missed_valid"]).as_py()
    ill = pc.sum(
        attendance.filter(pc.equal(attendance["absence_reason"], pa.scalar("ILL")))["lessons_missed"]
    )
    assert 0.70 <= ill.as_py() / missed <= 0.76
    assert 0.13 <= (valid - ill.as_py()) / missed <= 0.20
    assert 0.08 <= (missed - valid) / missed <= 0.13


def test_a_dashboard_of_it_is_not_flat(attendance: pa.Table) -> None:
    weeks = _rates(attendance, "week")
    assert weeks[1] < weeks[2] < weeks[3] < weeks[4]
    regions = _rates(attendance, "region")
    assert len(regions) == 20
    assert max(regions.values()) > 1.5 * min(regions.values())
    days: dict[int, float] = {}
    last_week = attendance.filter(pa.array(attendance["week"].to_numpy() == 4))
    for day, rate in _rates(last_week, "date").items():
        days[day.isoweekday()] = rate  # type: ignore[attr-defined]
    assert min(days[1], days[5]) > days[3]


def test_every_row_of_attendance_makes_sense(attendance: pa.Table) -> None:
    scheduled, missed, valid = (
        attendance[name].to_numpy()
        for name in ("lessons_scheduled", "lessons_missed", "lessons_missed_valid")
    )
    assert scheduled.min() >= 1
    assert scheduled.max() <= 12
    assert (missed <= scheduled).all()
    assert (valid <= missed).all()
    has_reason = np.array(attendance["absence_reason"].is_valid())
    assert ((missed > 0) == has_reason).all()
    assert not (attendance["is_late"].to_numpy() & (missed > 0)).any()
    assert all(is_school_day(day) for day in attendance["date"].unique().to_pylist())
    per_day = attendance.group_by(["iin", "date"]).aggregate([([], "count_all")])
    assert pc.max(per_day["count_all"]).as_py() == 1


def test_everybody_who_is_taught_has_a_row_for_every_school_day(
    country: Country, attendance: pa.Table
) -> None:
    days = attendance["date"].unique().to_pylist()
    roster = (country.roster[name].to_pylist() for name in ("study_form", "left_date"))
    taught = [form not in ("external", "family") and left is None for form, left in zip(*roster, strict=True)]
    assert len(days) == 19
    assert attendance.num_rows == 19 * sum(taught)


def test_some_left_in_the_summer_and_the_roster_says_when_and_why(country: Country) -> None:
    rows = [row for row in country.roster.to_pylist() if row["left_date"]]
    bins = {school.bin for school in country.organisations}

    assert 0.003 < len(rows) / country.roster.num_rows < 0.009
    assert all(row["enrolled_date"] < row["left_date"] < SCHOOL_YEAR_START for row in rows)
    assert {row["leaving_reason"] for row in rows} == set(estimates.LEAVING_WEIGHTS)
    for row in rows:
        if row["leaving_reason"] == "transfer":
            assert row["moved_to_bin"] in bins - {row["bin"]}
        else:
            assert row["moved_to_bin"] is None
    others = country.roster.filter(pc.is_null(country.roster["left_date"]))
    assert others["leaving_reason"].null_count == others["moved_to_bin"].null_count == others.num_rows


def test_the_first_grade_has_a_break_of_its_own() -> None:
    country = Country(3, 20, 60, weeks=24)
    week = next(one for one in country.periods if one.text == "2027-W06")
    assert {is_school_day(day, 1) for day in country.days_of(week)} == {False}
    grades: set[int] = set()
    for school in country.organisations:
        grades |= set(country.attendance_of(school).week(country.days_of(week))["grade"].to_pylist())
    assert 1 not in grades
    assert 2 in grades
