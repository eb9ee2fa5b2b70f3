"""Until when a backup is kept is told by a day that the rule keeps to, whatever the rule and the day."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.settings.backup import ALWAYS_KEPT, BackupSettings, last_gone

RULES = st.builds(
    BackupSettings,
    repository=st.just("r"),
    vault=st.just("v"),
    daily=st.integers(1, 40),
    weekly=st.integers(1, 20),
    monthly=st.integers(1, 14),
)
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def kept(days: list[date], rule: BackupSettings) -> set[date]:
    """The days whose last backup is kept as restic does it: of each of the newest so many periods the newest one, of
    periods that are not all there yet the oldest backup besides; and the last few."""
    newest = sorted(days, reverse=True)
    found = set(newest[:ALWAYS_KEPT])
    periods: list[tuple[int, Callable[[date], Hashable]]] = [
        (rule.daily, lambda day: day),
        (rule.weekly, lambda day: day.isocalendar()[:2]),
        (rule.monthly, lambda day: (day.year, day.month)),
    ]
    for count, period_of in periods:
        seen: list[Hashable] = []
        for day in newest:
            if len(seen) < count and (period_of(day) not in seen or day == newest[-1]):
                seen.append(period_of(day))
                found.add(day)
    return found


@settings(max_examples=25, deadline=None)
@given(rule=RULES, day=DAYS, before=st.integers(0, 500))
def test_nothing_made_until_that_day_is_kept_from_then_on(
    rule: BackupSettings, day: date, before: int
) -> None:
    gone = last_gone(rule, day)
    held = [day - timedelta(days=each) for each in range(before, -1, -1)]
    for _ in range((gone - day).days):
        held = sorted(kept([*held, held[-1] + timedelta(days=1)], rule))
    assert held[-1] == gone
    assert min(held) > day


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 2), date(2027, 10, 2)),
        (date(2026, 10, 31), date(2027, 10, 2)),
        (date(2026, 12, 31), date(2027, 12, 2)),
        (date(2028, 2, 29), date(2029, 2, 2)),
    ],
)
def test_by_the_rule_as_it_is_set_at_first(day: date, expected: date) -> None:
    assert last_gone(BackupSettings("r", "v"), day) == expected


def test_where_days_outlast_months_they_count() -> None:
    assert last_gone(BackupSettings("r", "v", daily=100, weekly=1, monthly=1), date(2026, 1, 1)) == date(
        2026, 4, 12
    )
