"""What was set aside for a cause that may pass is tried again by itself, a few times; the rest waits for somebody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.ledger.accounts import account
from ingest.ledger.receipts import aside

NOW = datetime(2026, 9, 14, 4, tzinfo=UTC)
PASSING = ("OSError", "PermissionError", "TimeoutError", "OperationalError", "IOException", "MemoryError",
           "SIGKILL", "SIGSEGV", "ended", "stuck", "raw file missing")  # fmt: skip
STAYING = ("KeyError", "ValueError", "IntegrityError", "ConversionException", "AssertionError")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The true time, in its one place."""
    now = [datetime(2026, 11, 1, tzinfo=UTC)]
    monkeypatch.setattr(aside, "_now", lambda: now[0])
    return now


@pytest.mark.parametrize("kind", PASSING)
def test_a_cause_that_may_pass_is_tried_again_a_few_times(
    submit: Callable[..., Any], clock: list[datetime], kind: str
) -> None:
    number = submit("a").submission.pk
    for pause in aside.PAUSES:
        assert aside.set_aside(number, "judge", kind, NOW)
        [(lying, fault)] = aside.lying_aside()
        assert aside.next_try(lying, fault) == clock[0] + pause
        clock[0] += pause - timedelta(seconds=1)
        assert aside.retry_what_passed(NOW) == []
        clock[0] += timedelta(seconds=1)
        assert aside.retry_what_passed(NOW) == [number]
        assert aside.retry_what_passed(NOW) == []
    assert aside.set_aside(number, "judge", kind, NOW)
    clock[0] += timedelta(days=400)
    [(lying, fault)] = aside.lying_aside()
    assert aside.next_try(lying, fault) is None
    assert aside.retry_what_passed(NOW) == [], "now somebody has to look"
    assert aside.retry(number, account("administrator"), None, at=NOW)
    assert aside.set_aside(number, "judge", kind, NOW)
    clock[0] += aside.PAUSES[0]
    assert aside.retry_what_passed(NOW) == [number], "after somebody did it begins anew"


@pytest.mark.parametrize("kind", STAYING)
def test_what_the_same_bytes_would_do_again_waits_for_somebody(
    submit: Callable[..., Any], clock: list[datetime], kind: str
) -> None:
    number = submit("a").submission.pk
    assert aside.set_aside(number, "judge", kind, NOW)
    clock[0] += timedelta(days=400)
    assert aside.retry_what_passed(NOW) == []


def test_a_clock_put_back_keeps_nothing_waiting(submit: Callable[..., Any], clock: list[datetime]) -> None:
    number = submit("a").submission.pk
    assert aside.set_aside(number, "read", "OSError", NOW)
    clock[0] -= timedelta(days=365)
    assert aside.retry_what_passed(NOW) == [number]


def test_one_of_an_earlier_version_is_not_tried_by_the_clock(
    submit: Callable[..., Any], country: SimpleNamespace, clock: list[datetime]
) -> None:
    assert aside.Fault.from_json({"step": "judge", "kind": "OSError", "program": "1"}).since is None
    number = submit("a").submission.pk
    assert aside.set_aside(number, "judge", "OSError", NOW)
    [(lying, _)] = aside.lying_aside()
    assert aside.next_try(lying, aside.Fault("judge", "OSError", aside.program())) is None
