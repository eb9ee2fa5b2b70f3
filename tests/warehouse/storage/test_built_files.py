"""The two files of a build: whatever the draft holds, no key of the vault stands in either, no person in the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.storage.builds.built_files import (
    PERSONS,
    WAREHOUSE,
    WrongFilesError,
    finish_files,
    shows_persons,
)
from warehouse.storage.keys.domain_keys import DomainKeys
from warehouse.storage.keys.secret import Secret
from warehouse.storage.keys.vault import HIGHEST_KEY, LOWEST_KEY, draw_keys

KEYS = DomainKeys("publication", Secret(3, bytes(range(32))))
PERSON = st.one_of(st.none(), st.just(-1), st.integers(LOWEST_KEY, HIGHEST_KEY))
ROWS = st.lists(st.tuples(PERSON, PERSON, st.integers(0, 9)), max_size=30)


def _draft(folder: Path, rows: list[tuple[Any, ...]], extra: str = "") -> Path:
    draft = folder / "draft.duckdb"
    with duckdb.connect(str(draft)) as con:
        for schema in ("persons", "scratch", "held_back"):
            con.execute(f"CREATE SCHEMA {schema}")
        con.execute("CREATE TABLE main.rpt_week (district VARCHAR NOT NULL, learners BIGINT)")
        con.execute("INSERT INTO main.rpt_week VALUES ('113800000', 7)")
        con.execute("CREATE TABLE persons.fct_visit (learner_key BIGINT, person_key BIGINT, n INTEGER)")
        if rows:
            con.executemany("INSERT INTO persons.fct_visit VALUES (?, ?, ?)", rows)
        con.execute("CREATE TABLE persons.dim_learner AS SELECT DISTINCT learner_key FROM persons.fct_visit")
        con.execute("CREATE TABLE scratch.int_visit AS SELECT * FROM persons.fct_visit")
        for statement in filter(None, extra.split(";")):
            con.execute(statement)
    return draft


def _rows(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql).fetchall()


@given(ROWS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_every_person_gets_one_other_key_and_everything_else_stays(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("build")
    persons = {key for row in rows for key in row[:2] if key is not None and key >= 0}
    finish_files(_draft(folder, rows), folder, KEYS, persons)

    other = KEYS.of(persons) | {None: None, -1: -1}  # type: ignore[dict-item]
    tables = "SELECT schema_name, table_name FROM duckdb_tables()"
    with duckdb.connect(str(folder / PERSONS), read_only=True) as con:
        visits, learners, domain, apart = (
            con.execute(sql).fetchall()
            for sql in ("FROM fct_visit", "FROM dim_learner", "FROM key_domain", tables)
        )
    said = sorted(visits, key=repr)
    assert said == sorted(((other[a], other[b], n) for a, b, n in rows), key=repr)
    assert set(learners) == {(other[row[0]],) for row in rows}
    assert domain == [("publication", 3)]
    assert set(apart) == {("main", table) for table in ("fct_visit", "dim_learner", "key_domain")}
    with duckdb.connect(str(folder / WAREHOUSE), read_only=True) as con:
        assert con.execute("FROM rpt_week").fetchall() == [("113800000", 7)]
        assert con.execute(tables).fetchall() == [("main", "rpt_week")]
    for file in (WAREHOUSE, PERSONS):
        assert not any(str(key).encode() in (folder / file).read_bytes() for key in persons)
    assert not shows_persons(folder / WAREHOUSE)
    assert shows_persons(folder / PERSONS)


# Where a key of the vault could slip through; `{key}` is somebody's, `{own}` the same person's in the domain.
HIDDEN = {
    "a number of any name": "CREATE TABLE main.rpt_x AS SELECT {key} AS n",
    "a text": "CREATE TABLE main.rpt_x AS SELECT '{key}' AS note",
    "a huge number": "CREATE TABLE main.rpt_x AS SELECT CAST({key} AS HUGEINT) AS n",
    "one row of many": "CREATE TABLE main.rpt_x AS SELECT CASE WHEN range = 99999 THEN {key} ELSE range END AS n"
    " FROM range(100000)",
    "a number beside the key of a person": "CREATE TABLE persons.fct_x AS SELECT {key} AS friend, {key} AS person_key",
    "a text beside the key of a person": "CREATE TABLE persons.fct_x AS SELECT '{key}' AS note",
    "the key of the domain where readers look": "CREATE TABLE main.rpt_x AS SELECT {own} AS n",
    "a column called so, though empty": "CREATE TABLE main.rpt_x (staff_key BIGINT)",
}


@pytest.mark.parametrize("place", HIDDEN)
def test_a_key_that_slipped_through_ends_the_build(tmp_path: Path, place: str) -> None:
    somebody, nobody = draw_keys(2)
    own = KEYS.of([somebody])[somebody]
    draft = _draft(tmp_path, [(somebody, somebody, 1)], HIDDEN[place].format(key=somebody, own=own))
    with pytest.raises(WrongFilesError) as wrong:
        finish_files(draft, tmp_path, KEYS, [somebody, nobody])
    assert wrong.value.code == "build_shows_persons"
    assert len(wrong.value.places) == 1


def test_a_key_of_something_else_is_nobodys(tmp_path: Path) -> None:
    """Keys of organisations are as long as those of persons, and stand in both files."""
    [somebody, school] = draw_keys(2)
    extra = f"CREATE TABLE main.dim_organisation AS SELECT {school} AS organisation_key;"
    extra += f"CREATE TABLE persons.fct_x AS SELECT {school} AS organisation_key, {somebody} AS person_key"
    finish_files(_draft(tmp_path, [], extra), tmp_path, KEYS, [somebody])
    assert _rows(tmp_path / PERSONS, "SELECT organisation_key FROM fct_x") == [(school,)]


def test_a_model_without_persons_has_an_empty_file_of_them(tmp_path: Path) -> None:
    draft = tmp_path / "draft.duckdb"
    with duckdb.connect(str(draft)) as con:
        con.execute("CREATE TABLE main.dim_date AS SELECT 1 AS date_key")
    finish_files(draft, tmp_path, KEYS, [])
    assert _rows(tmp_path / PERSONS, "SELECT table_name FROM duckdb_tables()") == [("key_domain",)]
