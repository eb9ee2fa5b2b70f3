"""How long a task that fails is let be and a build waits for verdicts: the last moment of each and the first beyond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest.home import Home
from warehouse.services.tasks import deferral, pause
from warehouse.services.tasks.deferral import is_verdict_awaited
from warehouse.services.tasks.pause import paused_until

LAST, TICK = datetime(2026, 9, 16, 7, tzinfo=UTC), timedelta(microseconds=1)


@pytest.fixture
def nowhere(tmp_path: Path) -> Home:
    """A home without an installation: what was kept of failures is given."""
    home = Home(tmp_path)
    home.builds.mkdir(parents=True)
    return home


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(1, 0), (3, 0), (4, 2), (5, 4), (6, 8), (7, 16), (8, 32), (9, 60), (10, 60), (99, 60)],
)
def test_each_failure_doubles_the_pause_to_an_hour(
    failures: int, minutes: int, nowhere: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = pause.HEAVY[0]
    found = [
        SimpleNamespace(task=pause.HEAVY[1], failures=99, last=LAST),
        SimpleNamespace(task=task, failures=failures, last=LAST),
    ]
    monkeypatch.setattr(pause, "troubles", lambda home: found)
    until = LAST + timedelta(minutes=minutes)
    assert paused_until(nowhere, task, LAST) == (until if minutes else None)
    assert paused_until(nowhere, task, until - TICK) == (until if minutes else None)
    assert paused_until(nowhere, task, until) is None
    # By a clock that was put back it would last longer than a pause can.
    assert paused_until(nowhere, task, until - timedelta(hours=1) - TICK) is None


def test_a_light_task_and_one_that_did_not_fail_are_begun(
    nowhere: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    light = SimpleNamespace(task="collect", failures=99, last=LAST)
    monkeypatch.setattr(pause, "troubles", lambda home: [light])
    assert paused_until(nowhere, "collect", LAST) is None
    assert paused_until(nowhere, pause.HEAVY[0], LAST) is None


def test_a_build_waits_half_an_hour_for_verdicts_and_no_moment_longer(
    nowhere: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, troubles = {"attendance": 1}, list[SimpleNamespace]()
    monkeypatch.setattr(deferral.waiting, "by_form", lambda: waits)
    monkeypatch.setattr(deferral, "troubles", lambda home: troubles)
    end = LAST + timedelta(minutes=30)
    for begun in (LAST, end):  # the build after it waits as long again
        assert [is_verdict_awaited(nowhere, begun + more) for more in (timedelta(0), end - LAST - TICK)] == [
            True,
            True,
        ]
        assert not is_verdict_awaited(nowhere, begun + (end - LAST))
    assert is_verdict_awaited(nowhere, LAST)  # the clock was put back: it begins anew
    assert not is_verdict_awaited(nowhere, end)

    troubles.append(SimpleNamespace(task="build_warehouse"))
    assert is_verdict_awaited(nowhere, end)
    troubles.append(SimpleNamespace(task="judge_waiting"))
    assert not is_verdict_awaited(nowhere, end)
    troubles.clear()
    waits.clear()
    assert not is_verdict_awaited(nowhere, end)
    assert [path.name for path in nowhere.builds.iterdir()] == []
