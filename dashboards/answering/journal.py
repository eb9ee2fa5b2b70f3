"""Superset's journal of what people did, without the steps in between.

In: Superset's events. Out: one entry for each question of a chart, a page, a download: who, what, when, how long. For a
chart Superset notes five steps more, such as "turned into JSON", each with a write to the disk that the reader waits
for; nothing reads them. What an analyst asks in SQL Lab stands there as the question itself.
"""

from __future__ import annotations

from typing import Any

from superset.utils.log import DBEventLogger

STEPS = {
    "execute_sql",
    "load_into_dataframe",
    "_get_data_response",
    "ChartDataRestApi.json_dumps",
    "QueryObject.post_processing",
}
"""Parts of an event that is noted itself."""


class Journal(DBEventLogger):  # type: ignore[misc]
    """Superset's own, without steps."""

    def log_with_context(self, action: str, *given: Any, **named: Any) -> None:
        """Note an event."""
        if action not in STEPS:
            super().log_with_context(action, *given, **named)
