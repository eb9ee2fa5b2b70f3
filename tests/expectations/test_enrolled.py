"""A file and its rosters laid side by side once say what each rule would find by looking for itself."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.judging.prepare import prepare, prepare_further
from expectations.judging.scope import Scope
from expectations.reference import Reference
from ingest.demo.world.numbers import demo_bins, demo_iins
from ingest.read.cells.batch.typing_sql import SQL_TYPES
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period

FORM = contracts()["attendance"]
WEEK = Period.parse("week", "2026-W37")
BINS = demo_bins(2)
PERSONS = [
    *demo_iins(np.array(["2012-03-01", "2012-03-02", "2012-03-03"], "datetime64[D]"), np.ones(3, bool)),
    "120301000000",
    "1203",
    "х",
]
CLASSES = st.tuples(st.sampled_from([None, 1, 2]), st.sampled_from([None, "А", "а", "Б"]))
ROWS = st.lists(st.tuples(st.integers(1, 2), st.sampled_from([*PERSONS, None]), CLASSES), max_size=12)
LINES = st.lists(
    st.tuples(
        st.sampled_from(BINS),
        st.sampled_from(PERSONS),
        st.sampled_from(["2026-08", "2026-09", "2026-10"]),
        CLASSES,
    ),
    max_size=12,
)
_NUMBER = "TRY_CAST(l.iin AS BIGINT)"
_HOLDS = "s.has_learner AND s.node_code = l.bin AND l.period BETWEEN s.first_roster AND s.last_roster"
_DIFFERS = """l.grade IS NOT NULL AND d.grade IS NOT NULL
    AND (l.grade <> d.grade OR lower(coalesce(l.letter, '')) <> lower(coalesce(d.letter, '')))"""


def _prepared(rows: list, lines: list) -> duckdb.DuckDBPyConnection:  # type: ignore[type-arg]
    con = duckdb.connect()
    columns = ", ".join(f"{field.name} {SQL_TYPES[field.type]}" for field in FORM.fields)
    con.execute(f"CREATE TABLE batch (_file INTEGER, _table INTEGER, _row INTEGER, _bad BIGINT, {columns})")
    for number, (file, iin, (grade, letter)) in enumerate(rows, 2):
        con.execute(
            "INSERT INTO batch BY NAME SELECT ? AS _file, 0 AS _table, ? AS _row, 0 AS _bad, ? AS iin, ? AS grade,"
            " ? AS letter",
            [file, number, iin, grade, letter],
        )
    kinds = {
        "bin": pa.string(),
        "iin": pa.string(),
        "period": pa.string(),
        "grade": pa.int32(),
        "letter": pa.string(),
    }
    cells = [(bin_, iin, month, *group) for bin_, iin, month, group in lines]
    listed = pa.table(
        {name: pa.array([line[at] for line in cells], kind) for at, (name, kind) in enumerate(kinds.items())}
    )
    Reference(learner=listed).load(con, FORM)
    scopes = [(file, Scope(code, "organisation", WEEK)) for file, code in enumerate(BINS, 1)]
    prepare(con, FORM, scopes, demo=True)
    prepare_further(con, FORM)
    return con


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return con.execute(f"SELECT * FROM ({query}) ORDER BY ALL").fetchall()


@settings(max_examples=60, deadline=None)
@given(ROWS, LINES)
def test_side_by_side_is_what_each_would_find_alone(rows: list, lines: list) -> None:  # type: ignore[type-arg]
    with _prepared(rows, lines) as con:
        assert _rows(con, "SELECT _file, n FROM not_enrolled") == _rows(
            con,
            f"""
            SELECT d._file, d.n FROM distinct_iin AS d JOIN scope AS s ON s._file = d._file
            WHERE s.has_learner AND d.is_sound
                AND NOT EXISTS (SELECT 1 FROM reference_learner AS l WHERE {_HOLDS} AND {_NUMBER} = d.n)
            """,
        )
        assert _rows(
            con, "SELECT _file, n, grade, letter, is_latest, is_reported, is_in_other_class FROM enrolled"
        ) == (
            _rows(
                con,
                f"""
                SELECT s._file, {_NUMBER} AS n, l.grade, l.letter, l.period = s.last_roster,
                    d.n IS NOT NULL, coalesce(d.n IS NOT NULL AND {_DIFFERS}, FALSE)
                FROM reference_learner AS l JOIN scope AS s ON {_HOLDS}
                LEFT JOIN distinct_iin AS d ON d._file = s._file AND d.n = {_NUMBER}
                """,
            )
        )
