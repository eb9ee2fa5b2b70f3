"""The two files of a build: whatever the draft holds, no key of the vault stands in either, no person in the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.databases import change_file, in_memory
from ingest.digests import write_digest
from warehouse.storage.builds.finished.built_files import (
    WAREHOUSE,
    Issued,
    WrongFilesError,
    _as_number,
    finish_files,
    shows_persons,
)
from warehouse.storage.builds.finished.persons_apart import PERSONS, WrongRowsError, put_apart
from warehouse.storage.keys.domain_keys import DomainKeys
from warehouse.storage.keys.secret import Secret
from warehouse.storage.keys.vault import HIGHEST_KEY, LOWEST_KEY, draw_keys

pytestmark = pytest.mark.usefixtures("carried")

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


def _issued(persons: Iterable[int]) -> Issued:
    """A vault that has issued these keys."""
    known = np.asarray(list(persons), dtype=np.int64)
    return lambda numbers: np.intersect1d(numbers, known)


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
    finish_files(_draft(folder, rows), folder, KEYS, _issued(persons))

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
        finish_files(draft, tmp_path, KEYS, _issued([somebody, nobody]))
    assert wrong.value.code == "build_shows_persons"
    assert len(wrong.value.places) == 1


_NUMBER = st.integers(-(1 << 64), 1 << 64).map(str)
_WRITTEN = st.one_of(
    st.text(max_size=6),
    st.builds(
        "".join,
        st.tuples(st.text(" \t\n+-.0eE_xа", max_size=3), _NUMBER, st.text(" \t\n.0eE_xа", max_size=3)),
    ),
)


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with in_memory(threads=1) as con:
        yield con


@given(texts=st.lists(_WRITTEN, min_size=1, max_size=60))
@settings(max_examples=30)
def test_what_is_no_number_for_its_first_letter_is_none(
    database: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    held = "(SELECT unnest(CAST(? AS VARCHAR[])) AS said)"
    other = f"FROM {held} WHERE {_as_number('said', 'VARCHAR')} IS DISTINCT FROM TRY_CAST(said AS BIGINT)"
    assert database.execute(other, [texts]).fetchall() == []


def test_a_key_of_something_else_is_nobodys(tmp_path: Path) -> None:
    """Keys of organisations are as long as those of persons, and stand in both files."""
    [somebody, school] = draw_keys(2)
    extra = f"CREATE TABLE main.dim_organisation AS SELECT {school} AS organisation_key;"
    extra += f"CREATE TABLE persons.fct_x AS SELECT {school} AS organisation_key, {somebody} AS person_key"
    finish_files(_draft(tmp_path, [], extra), tmp_path, KEYS, _issued([somebody]))
    assert _rows(tmp_path / PERSONS, "SELECT organisation_key FROM fct_x") == [(school,)]


def test_a_model_without_persons_has_an_empty_file_of_them(tmp_path: Path) -> None:
    draft = tmp_path / "draft.duckdb"
    with duckdb.connect(str(draft)) as con:
        con.execute("CREATE TABLE main.dim_date AS SELECT 1 AS date_key")
    finish_files(draft, tmp_path, KEYS, _issued([]))
    assert _rows(tmp_path / PERSONS, "SELECT table_name FROM duckdb_tables()") == [("key_domain",)]


def _begun(folder: Path, units: str, rows: str, moved: list[int]) -> tuple[Path, Path]:
    """The file of persons of a build, and a draft that began with that one, in which these reports moved."""
    folder.mkdir()
    (folder / "last").mkdir()
    tables = f"CREATE TABLE persons.fct_mark AS {units};"
    tables += f"CREATE TABLE persons.dim_staff AS SELECT {LOWEST_KEY} AS staff_key"
    finish_files(_draft(folder / "last", [], tables), folder / "last", KEYS, _issued([]))
    draft = _draft(folder, [], f"CREATE TABLE persons.fct_mark AS {rows}")
    with duckdb.connect(str(draft)) as con:
        con.execute("CREATE TABLE persons.dim_staff AS SELECT 5 AS staff_key")
        con.execute("CREATE TABLE scratch.moved__fct_mark (submission_key BIGINT)")
        con.execute("INSERT INTO scratch.moved__fct_mark SELECT unnest(CAST(? AS BIGINT[]))", [moved])
    return folder / "last" / PERSONS, draft


_MARKS = "SELECT range // 10 AS submission_key, {key} + range AS learner_key, range AS points FROM range(400)"


def test_only_what_moved_gets_other_keys_anew(tmp_path: Path) -> None:
    """What did not move is taken from the last file even where the draft says otherwise: it is not read."""
    first, other = (
        _MARKS.format(key=LOWEST_KEY),
        f"SELECT * REPLACE (points + 1000 AS points) FROM ({_MARKS})",
    )
    last, draft = _begun(tmp_path / "b", first, other.format(key=LOWEST_KEY), [3, 7])
    before = last.read_bytes()
    finish_files(draft, draft.parent, KEYS, _issued([]), last)
    said = _rows(draft.parent / PERSONS, "SELECT DISTINCT submission_key FROM fct_mark WHERE points >= 1000")
    assert {key for (key,) in said} == {3, 7}
    assert _rows(draft.parent / PERSONS, "SELECT count(DISTINCT learner_key) FROM fct_mark") == [(400,)]
    assert _rows(draft.parent / PERSONS, "FROM dim_staff") == [(KEYS.of([5])[5],)]
    assert last.read_bytes() == before


@pytest.mark.parametrize("moved", [[], list(range(30))])
def test_a_file_that_has_other_rows_than_the_draft_is_not_begun_with(
    tmp_path: Path, moved: list[int]
) -> None:
    """As where two persons had one key, or the last file was that of another draft."""
    fewer = f"FROM ({_MARKS.format(key=LOWEST_KEY)}) WHERE points <> 399"
    last, draft = _begun(tmp_path / "b", fewer, _MARKS.format(key=LOWEST_KEY), moved)
    if not moved:  # of many that moved all are written, so that nothing differs
        with change_file(draft) as con, pytest.raises(WrongRowsError):
            put_apart(con, draft.parent / PERSONS, KEYS, last)
    finish_files(draft, draft.parent, KEYS, _issued([]), last)
    assert _rows(draft.parent / PERSONS, "SELECT count(*), max(points) FROM fct_mark") == [(400, 399)]


def test_a_key_that_slips_through_with_what_moved_ends_the_build(tmp_path: Path) -> None:
    [somebody] = draw_keys(1)
    rows = (
        f"SELECT * REPLACE (CASE WHEN points = 35 THEN {somebody} ELSE points END AS points) FROM ({_MARKS})"
    )
    last, draft = _begun(tmp_path / "b", _MARKS.format(key=LOWEST_KEY), rows.format(key=LOWEST_KEY), [3])
    with pytest.raises(WrongFilesError) as wrong:
        finish_files(draft, draft.parent, KEYS, _issued([somebody]), last)
    assert wrong.value.places == ("fct_mark.points",)


@pytest.mark.parametrize("stood", [True, False])
def test_a_number_that_comes_to_stand_where_readers_look_is_held_against_all_persons(
    tmp_path: Path, stood: bool
) -> None:
    """Somebody's in a row that did not move, of whom the last file for readers had nothing; a school's may stand."""
    last, draft = _begun(tmp_path / "b", _MARKS.format(key=LOWEST_KEY), _MARKS.format(key=LOWEST_KEY), [3])
    [(own,)] = _rows(last, "SELECT learner_key FROM fct_mark WHERE points = 100")
    school, slipped = draw_keys(1)[0], 0 if stood else own
    with duckdb.connect(str(last.with_name(WAREHOUSE))) as con:
        con.execute(f"CREATE TABLE rpt_x AS SELECT {school} AS n")
    write_digest(last.with_name(WAREHOUSE))
    with change_file(draft) as con:
        con.execute(f"CREATE TABLE main.rpt_x AS SELECT unnest([{school}, {slipped}])::BIGINT AS n")
    if stood:
        finish_files(draft, draft.parent, KEYS, _issued([]), last)
        return
    with pytest.raises(WrongFilesError) as wrong:
        finish_files(draft, draft.parent, KEYS, _issued([]), last)
    assert wrong.value.places == ("rpt_x.n",)
