"""The calendar of 2026–27."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from ingest.demo.world.school_year import SEGMENTS, is_school_day, school_days


def test_terms_and_breaks_follow_each_other_without_a_gap() -> None:
    for_all = [one for one in SEGMENTS if one.segment in ("term", "break") and one.grade_from is None]
    ordered = sorted(for_all, key=lambda one: one.start_date)
    assert [one.segment for one in ordered] == ["term", "break"] * 3 + ["term"]
    for before, after in pairwise(ordered):
        assert after.start_date == before.end_date + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "grade", "is_school"),
    [
        ("2026-08-31", None, False),  # the day before school begins
        ("2026-09-01", None, True),
        ("2026-09-05", None, False),  # a Saturday
        ("2026-10-27", None, False),  # autumn break
        ("2026-12-16", None, False),  # Independence Day in a term
        ("2027-02-09", 1, False),  # the extra break of grade 1
        ("2027-02-09", 2, True),
        ("2027-05-26", None, False),  # summer
    ],
)
def test_school_days(day: str, grade: int | None, is_school: bool) -> None:
    assert is_school_day(date.fromisoformat(day), grade) is is_school


def test_a_year_has_about_thirty_four_weeks() -> None:
    assert 160 <= len(school_days(date(2026, 9, 1), date(2027, 5, 25))) <= 170
