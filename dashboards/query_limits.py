"""Questions to the warehouse end in time: one that takes too long is stopped inside DuckDB, not by the page alone.

In: seconds. Out: every connection to DuckDB that is used for longer is interrupted; its question ends with a message
in both languages, and the processors are free for the next one.
"""

from __future__ import annotations

import re
from threading import Timer
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

_INTERRUPTED = re.compile("INTERRUPT Error")
_TIMER = "bbaj_timer"
# In both languages: the message is made where Superset no longer knows who reads it.
STOPPED = (
    "Сұрау тым ұзаққа созылғандықтан тоқтатылды. Сүзгілерді нақтылап, қайталап көріңіз. / "
    "Запрос остановлен: он выполнялся слишком долго. Уточните фильтры и повторите попытку."
)


def limit_queries(seconds: float) -> None:
    """From here on. Connections to other databases, such as Superset's own, are left alone."""

    @event.listens_for(Pool, "checkout")
    def begin(connection: Any, record: Any, _proxy: Any) -> None:
        if _is_of_duckdb(connection):
            timer = Timer(seconds, connection.interrupt)
            timer.daemon = True
            record.info[_TIMER] = timer
            timer.start()

    @event.listens_for(Pool, "checkin")
    def end(_connection: Any, record: Any) -> None:
        if timer := record.info.pop(_TIMER, None):
            timer.cancel()


def _is_of_duckdb(connection: Any) -> bool:
    """SQLite can be interrupted as well: Superset's own migrations may take as long as they take."""
    return type(connection).__module__.partition(".")[0] in ("duckdb", "_duckdb", "duckdb_engine")


def explain_interruption() -> None:
    """A question that was stopped says so in words. Needs Superset's application."""
    from superset.db_engine_specs.duckdb import DuckDBEngineSpec
    from superset.errors import SupersetErrorType

    DuckDBEngineSpec.custom_errors = {
        **DuckDBEngineSpec.custom_errors,
        _INTERRUPTED: (STOPPED, SupersetErrorType.BACKEND_TIMEOUT_ERROR, {}),
    }
