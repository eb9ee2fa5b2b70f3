from __future__ import annotations

from datetime import date, timedelta

import pytest

from ingest.ledger.school_calendar import SchoolCalendar, Segment
from ingest.schema.values.period import Period

CALENDAR = SchoolCalendar.of(
    [
        Segment("term", date(2026, 9, 1), date(2026, 10, 25)),
        Segment("break", date(2026, 10, 26), date(2026, 11, 1)),
        Segment("term", date(2026, 11, 2), date(2026, 12, 27)),
        Segment("holiday", date(2026, 12, 16), date(2026, 12, 16)),
        Segment("break", date(2026, 12, 28), date(2027, 1, 10)),
        Segment("term", date(2027, 1, 11), date(2027, 3, 21)),
        Segment("break", date(2027, 2, 8), date(2027, 2, 14), 1, 1),
        Segment("term", date(2027, 3, 29), date(2027, 5, 25)),
    ]
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 31), True),  # the school year before: nobody gave its calendar
        (date(2026, 9, 1), True),
        (date(2026, 9, 5), True),  # a Saturday
        (date(2026, 9, 6), False),  # a Sunday
        (date(2026, 10, 26), False),
        (date(2026, 12, 16), False),
        (date(2027, 2, 8), True),  # a break for grade 1 only
        (date(2027, 3, 25), False),  # in no term
        (date(2027, 7, 1), False),  # summer is listed nowhere
    ],
)
def test_school_days(day: date, expected: bool) -> None:
    assert CALENDAR.is_school_day(day) is expected


@pytest.mark.parametrize(("grade", "expected"), [(0, True), (1, False), (2, True), (None, True)])
def test_a_break_of_some_grades_is_one_for_them_alone(grade: int | None, expected: bool) -> None:
    assert CALENDAR.is_school_day(date(2027, 2, 8), grade) is expected


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        ("2026-W43", True),
        ("2026-W44", False),
        ("2026-W45", True),
        ("2026-W53", False),
        ("2027-W01", False),
        ("2027-W02", True),
        ("2027-W06", True),
        ("2027-W21", True),  # ends on the Tuesday
        ("2027-W22", False),
    ],
)
def test_weeks_with_a_school_day(week: str, expected: bool) -> None:
    assert CALENDAR.has_school_day(Period.parse("week", week)) is expected


@pytest.mark.parametrize("place", range(6))
def test_one_day_is_a_school_day_of_its_week_wherever_it_stands(place: int) -> None:
    monday, sunday = date(2026, 11, 2), date(2026, 11, 8)
    only = monday + timedelta(days=place)
    breaks = [(monday, only - timedelta(days=1)), (only + timedelta(days=1), sunday)]
    kept = [Segment("break", *days) for days in breaks if days[0] <= days[1]]
    calendar = SchoolCalendar.of([Segment("term", date(2026, 9, 1), date(2026, 12, 27)), *kept])
    assert calendar.has_school_day(Period.parse("week", "2026-W45"))
    all_off = SchoolCalendar.of([*calendar.segments, Segment("holiday", only, only)])
    assert not all_off.has_school_day(Period.parse("week", "2026-W45"))


def test_without_a_calendar_every_week_has_school_days() -> None:
    assert SchoolCalendar().has_school_day(Period.parse("week", "2026-W44"))
