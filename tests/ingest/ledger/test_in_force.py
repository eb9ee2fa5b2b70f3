"""Of directives as plain values: each counts for the periods that lie wholly within its own days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ingest.schema.values.period import Period

PATH = (3, 2, 1)
"""A school below its district below its oblast."""
WEEK = Period.parse("week", "2026-W37")
MADE = datetime(2026, 9, 1, tzinfo=UTC)
DAYS = st.none() | st.integers(-9, 9).map(lambda days: WEEK.start + timedelta(days=days))


def _in_force(kind: str, first_day: date | None, last_day: date | None, **more: Any) -> Any:
    from ingest.ledger.directives.in_force import InForce, Standing

    said = {"number": 1, "form": "", "node": None, "terms": {}, "at": MADE, "until": None} | more
    return InForce([Standing(kind=kind, first_day=first_day, last_day=last_day, **said)])


def _is_within(first_day: date | None, last_day: date | None) -> bool:
    return (first_day is None or first_day <= WEEK.start) and (last_day is None or WEEK.end <= last_day)


@given(first_day=DAYS, last_day=DAYS)
def test_each_kind_counts_for_periods_within_its_days(first_day: date | None, last_day: date | None) -> None:
    counts = _is_within(first_day, last_day)
    other = _in_force("scope", first_day, last_day, node=99)
    assert other.is_served(PATH, WEEK) is not counts, "where another place alone is served, this one is not"
    assert _in_force("scope", first_day, last_day, node=2).is_served(PATH, WEEK)
    assert _in_force("exemption", first_day, last_day, node=2).is_exempt("attendance", PATH, WEEK) is counts
    assert not _in_force("exemption", first_day, last_day, node=99).is_exempt("attendance", PATH, WEEK)
    terms = {"after": "end", "days": 9}
    due = _in_force("deadline", first_day, last_day, form="attendance", terms=terms).due_day(
        "attendance", PATH, WEEK
    )
    assert (due is not None) is counts


@given(at=st.integers(0, 3), until=st.none() | st.integers(0, 4), moment=st.none() | st.integers(0, 5))
def test_what_comes_in_at_the_moment_of_an_act_came_first(
    at: int, until: int | None, moment: int | None
) -> None:
    """An act counts from behind its moment on, to the moment it was taken back."""
    from ingest.ledger.directives.in_force import Standing

    def told(second: int | None) -> datetime | None:
        return None if second is None else datetime(2026, 9, 1, tzinfo=UTC) + timedelta(seconds=second)

    begun: Any = told(at)
    found = Standing(1, "start", "attendance", None, None, None, {}, begun, told(until)).holds_at(
        told(moment)
    )
    behind = until if until is not None else 99
    assert found is (until is None if moment is None else moment in range(at + 1, behind + 1))
