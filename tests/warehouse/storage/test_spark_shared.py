"""A statement says the same when its names are views, and what it asks for several times is made once.

DuckDB stands in the place of Spark: what is tried is how a statement is taken apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.storage.builds.engines.spark_shared import Shared


@dataclass
class Frame:
    session: Session
    query: str

    def localCheckpoint(self) -> Frame:  # noqa: N802
        self.session.made.append(self.query)
        return self

    def createOrReplaceTempView(self, view: str) -> None:  # noqa: N802
        self.session.con.execute(f"CREATE TEMP VIEW {view} AS {self.query}")


@dataclass
class Session:
    """As much of Spark's session as is asked for."""

    con: duckdb.DuckDBPyConnection
    made: list[str] = field(default_factory=list)

    @property
    def _jsparkSession(self) -> Session:  # noqa: N802
        return self

    def sessionState(self) -> Session:  # noqa: N802
        return self

    def catalog(self) -> Session:
        return self

    def sql(self, query: str) -> Frame:
        return Frame(self, query)

    def dropTempView(self, view: str) -> None:  # noqa: N802
        self.con.execute(f"DROP VIEW {view}")

    def views(self) -> int:
        return len(self.con.execute("FROM duckdb_views() SELECT 1 WHERE NOT internal").fetchall())


TELLING = {
    "a name asked for twice": (
        "with a as (select n, count(*) as c from numbers group by n) "
        "select * from a union all select x.n, y.c from a as x inner join a as y on x.n = y.n",
        1,
    ),
    "a name asked for once": ("with a as (select n from numbers group by n) select * from a", 0),
    "what only looks up is asked for anew": (
        "with a as (select * from numbers) select * from a union all select * from a",
        0,
    ),
    "work behind what only looks up": (
        "with a as (select n from numbers group by n), b as (select * from a) "
        "select * from b union all select * from b",
        1,
    ),
    "names within names, alike": (
        "with a as (with b as (select 1 as n union select 2), c as (select n + 10 as n from b) "
        "select b.n from b union all select n from c), "
        "b as (with c as (select n * 2 as n from a) select * from c union all select * from c) "
        "select n from b union all select n from a",
        2,
    ),
    "a name that is one of a table, too": (
        "with numbers as (select n + 100 as n from main.numbers) select numbers.n from numbers",
        0,
    ),
    "a name asked for by the query of a condition": (
        "with a as (select n from numbers group by n) select n from numbers where n in (select a.n from a) "
        "and n not in (select a.n from a where a.n > 2)",
        1,
    ),
    "words that are no statement": (
        "with a as (select 'with b as (select ''x'' from a)' as s, n from numbers group by n) -- from a, with c as (\n"
        '/* join a ) */ select s, n as "from a" from a',
        0,
    ),
    "a query in the middle": (
        "select * from (with a as (select distinct n from numbers) select * from a union all select * from a) as q "
        "where n > 1",
        1,
    ),
    "several of them": (
        "select * from (with a as (select 1 as n) select * from a) as one union all "
        "select * from (with a as (select 2 as n) select * from a) as other",
        0,
    ),
    "none": ("select n from numbers where n > 1", 0),
    "made of itself": (
        "with recursive up (n) as (select 1 union all select n + 1 from up where n < 4) "
        "select * from up join up as x using (n)",
        0,
    ),
}


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"threads": 1}) as opened:
        opened.execute("CREATE TABLE numbers AS SELECT unnest([1, 2, 2, 3]) AS n")
        yield opened


def _said(session: Session, sql: str) -> list[tuple[object, ...]]:
    return sorted(session.con.execute(sql).fetchall())


@pytest.mark.parametrize("what", TELLING)
def test_a_statement_says_the_same_and_what_takes_work_is_made_once(
    con: duckdb.DuckDBPyConnection, what: str
) -> None:
    sql, made = TELLING[what]
    session = Session(con)
    before = _said(session, sql)
    shared = Shared(session)
    for kept in ("", "of the same names once more"):
        settled = shared.settled(sql)
        assert _said(session, settled) == before, kept
        assert len(session.made) == made
        assert _said(session, f"create or replace table t as {settled}; from t") == before
    shared.forget()
    assert session.views() == 0


names = st.sampled_from("abc")
queries = st.recursive(
    st.just("select n from numbers"),
    lambda inner: st.builds(
        lambda name, body, other, times: (
            f"with {name} as ({body}) "
            + " union all ".join([f"select {name}.n from {name}"] * times + [f"select n from ({other}) as o"])
        ),
        names,
        inner,
        inner,
        st.integers(1, 3),
    ),
    max_leaves=6,
)


@given(queries)
def test_it_says_the_same_however_names_lie_within_each_other(
    con: duckdb.DuckDBPyConnection, sql: str
) -> None:
    session = Session(con)
    shared = Shared(session)
    assert _said(session, shared.settled(sql)) == _said(session, sql)
    shared.forget()
