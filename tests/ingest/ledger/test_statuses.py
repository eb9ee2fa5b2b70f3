"""What became of a report, to the last moment on time and one beyond it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ingest.home import Home

DUE = datetime(2026, 9, 21, 18, 59, 59, 999999, tzinfo=UTC)
LATER, LONG_AFTER = DUE + timedelta(microseconds=1), DUE + timedelta(days=3)


@pytest.mark.parametrize(
    ("answers", "now", "status", "ended_at"),
    [
        ([], DUE, "open", None),
        ([], LATER, "missing", DUE),
        ([("whole", "accepted", DUE, False)], LONG_AFTER, "fulfilled", DUE),
        ([("whole", "accepted", LATER, False)], LONG_AFTER, "late", LATER),
        ([("whole", "received", DUE, False)], LONG_AFTER, "open", None),
        ([("whole", "received", LATER, False)], LONG_AFTER, "missing", DUE),
        ([("whole", "received", LATER, False)], DUE, "open", None),
        ([("whole", "rejected", DUE, False)], LONG_AFTER, "missing", DUE),
        ([("whole", "accepted", DUE, True)], LONG_AFTER, "nil_return", DUE),
        # Of two nil returns the one that counts; of two reports the first, whichever part it was.
        ([("whole", "accepted", DUE, True), ("whole", "accepted", LATER, True)], LONG_AFTER, "nil_return", LATER),
        ([("5A", "accepted", DUE, False), ("5B", "accepted", LATER, False)], LONG_AFTER, "fulfilled", DUE),
        ([("5A", "accepted", LATER, False), ("5B", "accepted", DUE, False)], LONG_AFTER, "late", LATER),
        ([("5A", "accepted", DUE, True), ("5B", "accepted", LATER, False)], LONG_AFTER, "late", LATER),
        ([("5A", "returned", DUE, False), ("5A", "accepted", LATER, False)], LONG_AFTER, "late", LATER),
        # A nil return that counts stands for what it followed.
        ([("5A", "accepted", DUE, False), ("5A", "accepted", LATER, True)], LONG_AFTER, "nil_return", LATER),
    ],
)  # fmt: skip
def test_the_last_moment_is_on_time_and_the_next_is_not(
    home: Home,
    answers: list[tuple[str, str, datetime, bool]],
    now: datetime,
    status: str,
    ended_at: datetime | None,
) -> None:
    from ingest.ledger.obligations.statuses import Answer, status_of

    given: list[Any] = [Answer(*each) for each in answers]
    assert status_of(DUE, given, now) == (status, ended_at)


def test_a_day_begins_and_ends_by_the_clocks_of_the_country(home: Home) -> None:
    from ingest.ledger.obligations.statuses import end_of, has_begun

    day = date(2026, 9, 21)
    assert end_of(day) == DUE
    midnight = datetime(2026, 9, 20, 19, tzinfo=UTC)
    assert has_begun(day, midnight)
    assert not has_begun(day, midnight - timedelta(microseconds=1))
    assert has_begun(day - timedelta(days=1), midnight)
