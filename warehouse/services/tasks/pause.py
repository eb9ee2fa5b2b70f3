"""How long the clockwork lets a task be that fails again and again, so that what cannot work now does not keep the
machine busy, and is begun without anybody's help when it can.

In: what was kept of a task's failures. Out: until when it is not begun. A few tries follow each other as they come, the
later ones each after twice the pause before, an hour at most. Whoever does the same by hand waits for nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from ingest.home import Home
from ingest.schema.values.period import LOCAL_TIME
from ingest.told import in_log
from warehouse.services.troubles import troubles

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
HEAVY = ("build_warehouse", "publish_warehouse")
"""The tasks that are paused: the others cost little, or have work besides what fails."""
_AT_ONCE = 4
"""So many tries come as the scheduler makes them."""
UNABLE = 64
"""What a task's process ends with where something keeps it from working."""
_FIRST, _LONGEST = timedelta(minutes=2), timedelta(hours=1)


def paused_until(home: Home, task: str, now: datetime | None = None) -> datetime | None:
    """Until when a task is not begun; None where it may be. By the true time, also in a demo country."""
    moment = now or _now()
    found = next((each for each in troubles(home) if each.task == task), None)
    if task not in HEAVY or found is None or found.failures < _AT_ONCE:
        return None
    pause = min(_FIRST * 2 ** min(found.failures - _AT_ONCE, 10), _LONGEST)
    until = found.last + pause
    # A clock that was put back must not make it longer than a pause can be.
    return until if moment < until <= moment + _LONGEST else None


def _now() -> datetime:
    return datetime.now(UTC)


def pausing(work: Callable[P, R]) -> Callable[P, R]:
    """A task that is heavy, and is not begun while it is paused: it fails at once, and that is no failure more."""

    @wraps(work)
    def paused(*args: P.args, **kwargs: P.kwargs) -> R:
        if until := paused_until(Home.from_environment(), work.__name__):
            named = in_log(f"task_{work.__name__}")
            log.error("%s", in_log("log_paused", task=named, until=f"{until.astimezone(LOCAL_TIME):%H:%M}"))
            raise SystemExit(UNABLE)
        return work(*args, **kwargs)

    return paused
