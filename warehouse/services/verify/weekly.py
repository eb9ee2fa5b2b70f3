"""Whether the weekly look through everything is due: asked every night, so that one that was ended half way, or fell
into a night when the machine was off, is made up for in the next.

In: what is kept of that task. Out: whether a look that came to its end, with damage or without, lies long enough back.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ingest.home import Home
from warehouse.services.troubles import last_success, troubles

TASK = "verify_everything"
_WEEK = timedelta(days=6, hours=12)
"""Between two nights of the same day of the week, whatever each look takes."""


def is_due(home: Home, now: datetime | None = None) -> bool:
    """Whether nobody came to the end of it for a week. By the true time, also in a demo country."""
    moment = now or datetime.now(UTC)
    ended = [each.last for each in troubles(home) if each.task == TASK and each.told.code == "damage_found"]
    if (done := last_success(home, TASK)) is not None:
        ended.append(done)
    # What is said to have ended in times to come was written by another clock.
    return not any(moment - _WEEK < each <= moment for each in ended)
