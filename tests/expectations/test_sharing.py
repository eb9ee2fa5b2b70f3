"""Great Expectations sees the connection that is judged just now, in this thread, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import duckdb
import pytest

from expectations.gx.duckdb_dialect import SharedDuckDB, sharing
from expectations.gx.validation import run_suite
from expectations.suite import rules_for
from ingest.read.cells.batch.typing_sql import SQL_TYPES
from ingest.schema.forms.load import contract

FORM = contract("attendance")
REQUIRED = [rule for rule in rules_for(FORM) if (rule.code, rule.column) == ("required", "grade")]


@contextmanager
def _batch(lacking: int, table: str = "batch") -> Iterator[duckdb.DuckDBPyConnection]:
    """A batch in which so many rows lack their grade."""
    columns = ", ".join(f"{field.name} {SQL_TYPES[field.type]}" for field in FORM.fields)
    with duckdb.connect() as con:
        con.execute(
            f"CREATE TABLE {table} (_file INTEGER, _table INTEGER, _row INTEGER, _bad BIGINT, {columns})"
        )
        con.execute(
            f"INSERT INTO {table} BY NAME SELECT 1 AS _file, 0 AS _table, i AS _row, 0 AS _bad FROM range(?) AS t(i)",
            [lacking],
        )
        yield con


def _found(lacking: int) -> int:
    with _batch(lacking) as con:
        (outcome,) = run_suite(con, "batch", REQUIRED)
        assert outcome.failure is None
        return outcome.unexpected


def test_one_connection_after_another_is_judged_for_itself() -> None:
    assert [_found(lacking) for lacking in (3, 0, 7)] == [3, 0, 7]


def test_threads_that_judge_at_the_same_time_do_not_meet() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(_found, range(24))) == list(range(24))


def test_a_table_of_another_name_is_another() -> None:
    with _batch(2, "different_row") as con, _batch(5) as other:
        assert run_suite(con, "different_row", REQUIRED)[0].unexpected == 2
        assert run_suite(other, "batch", REQUIRED)[0].unexpected == 5


def test_a_table_that_is_gone_is_a_failure_and_no_answer_from_before() -> None:
    assert _found(4) == 4
    with duckdb.connect() as con:
        try:
            (outcome,) = run_suite(con, "batch", REQUIRED)
        except Exception as error:
            assert "batch" in str(error)
        else:
            assert outcome.failure


def test_nothing_is_shared_beyond_its_block() -> None:
    with duckdb.connect() as con, sharing(con):
        pass
    with pytest.raises(ValueError, match="no connection is shared"):
        SharedDuckDB().connect()
