"""Questions to the warehouse end in time: one that takes too long is stopped inside DuckDB, not by the page alone.

In: seconds. Out: every connection to DuckDB that is used for longer is interrupted; its question ends, and the
processors are free for the next one. What the reader is told is in `words/failures`.
"""

from __future__ import annotations

import re
from threading import Timer
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

_INTERRUPTED = re.compile("INTERRUPT Error")
_TIMER = "bbaj_timer"


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
    connection = getattr(connection, "watched", connection)  # under a written purpose
    return type(connection).__module__.partition(".")[0] in ("duckdb", "_duckdb", "duckdb_engine")


def name_interruption() -> None:
    """A question that was stopped took too long, and is no fault of the database. Needs Superset's application."""
    from superset.db_engine_specs.duckdb import DuckDBEngineSpec
    from superset.errors import SupersetErrorType

    DuckDBEngineSpec.custom_errors = {
        **DuckDBEngineSpec.custom_errors,
        _INTERRUPTED: ("", SupersetErrorType.BACKEND_TIMEOUT_ERROR, {}),
    }


def keep_written_limits() -> None:
    """`LIMIT` as it is written in SQL Lab holds where it is less than the page's own. Needs Superset's application.

    Superset 6.1 notes it in one session and does not commit; what runs the question reads it in another, finds the
    page's limit and writes that over the one in the question. What was noted is committed at the end, and the file of
    the same rows lacks the last one. So nothing is noted, and what runs the question looks at the question.
    """
    from superset import sql_lab
    from superset.commands.sql_lab.execute import ExecuteSqlCommand
    from superset.sql.parse import LimitMethod
    from superset.sqllab.limiting_factor import LimitingFactor

    as_before = sql_lab.apply_limit

    def apply_limit(query: Any, statement: Any) -> None:
        written, own = _written_limit(statement)
        query.limiting_factor = LimitingFactor.DROPDOWN
        if not written or statement.is_mutating():
            as_before(query, statement)
        elif own is None:  # a share, an expression: only DuckDB knows how many rows that is
            as_before(_Limit(query), statement)
        elif not query.limit or own > query.limit:
            as_before(query, statement)

    class _Limit:
        """A query whose limit goes around the statement, and not into the place of the one that stands there."""

        def __init__(self, query: Any) -> None:
            self.select_as_cta_used = query.select_as_cta_used
            self.limit = query.limit
            self.database = self
            self.db_engine_spec = self
            self.limit_method = LimitMethod.WRAP_SQL

    ExecuteSqlCommand._set_query_limit = lambda _self, _question: None
    sql_lab.apply_limit = apply_limit


def _written_limit(statement: Any) -> tuple[bool, int | None]:
    """Whether a statement limits its rows, and to how many, where that is a number."""
    node = getattr(getattr(statement, "_parsed", None), "args", {}).get("limit")
    if node is None:
        return False, None
    return True, None if node.args.get("limit_options") else statement.get_limit_value()
