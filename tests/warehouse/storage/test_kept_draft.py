"""What is kept of a build for the next one is used where it can be, and never where it cannot."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.digests import digest_path, write_digest
from ingest.home import Home
from ingest.progress import tell_nobody
from ingest.told import in_log
from warehouse.services.persons import erase
from warehouse.storage.builds import kept_draft
from warehouse.storage.builds.beginning import Beginning
from warehouse.storage.builds.build_error import BuildError
from warehouse.storage.builds.culprits import Failed
from warehouse.storage.builds.engines.dbt_process import BEFORE, DRAFT, Dbt
from warehouse.storage.builds.engines.dbt_run import MODEL
from warehouse.storage.builds.engines.spark_process import SparkDbt

pytestmark = pytest.mark.usefixtures("carried")

RECORD: dict[str, Any] = {
    "nodes": {
        name: {"name": name, "resource_type": "model", "schema": schema, "config": {"meta": meta}}
        for name, schema, meta in [
            ("int_submission_winning", "scratch", {}),
            ("dim_learner", "persons", {}),
            ("rpt_figure", "main", {}),
            (
                "fct_attendance",
                "persons",
                {
                    "carried": {
                        "of": "x",
                        "looks_up": [{"column": "p", "in": "dim_learner", "key": "learner_key"}],
                    }
                },
            ),
        ]
    }
    | {"word": {"name": "word", "resource_type": "seed", "schema": "scratch", "config": {"meta": {}}}},
    "sources": {},
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    return home


@pytest.fixture
def folder(home: Home) -> Path:
    """Of a build in which the model ran through."""
    folder = home.builds / "1"
    (folder / "inputs").mkdir(parents=True)
    _land(folder, "a")
    (folder / MODEL).write_text(json.dumps(RECORD), encoding="utf-8")
    _run(folder)
    return folder


def _land(folder: Path, sha256: str | None) -> None:
    row = {"form": "attendance", "period": "2026-W36", "batch_id": "1", "sha256": sha256}
    pq.write_table(pa.Table.from_pylist([row], schema=pa.schema({name: pa.string() for name in row})),
                   folder / "inputs" / "landing.parquet")  # fmt: skip


def _run(folder: Path) -> None:
    (folder / DRAFT).unlink(missing_ok=True)
    with duckdb.connect(str(folder / DRAFT)) as con:
        con.execute(
            "CREATE SCHEMA scratch; CREATE SCHEMA persons;"
            "CREATE TABLE scratch.int_submission_winning AS SELECT 1 AS submission_key;"
            "CREATE TABLE persons.dim_learner AS SELECT 7 AS learner_key, 'f' AS sex_code;"
            "CREATE TABLE persons.fct_attendance AS SELECT 1 AS submission_key, 7 AS p;"
            "CREATE TABLE main.rpt_figure AS SELECT 1 AS figure; CREATE TABLE scratch.word AS SELECT 'ә' AS code"
        )


def _tables(file: Path) -> dict[str, list[str]]:
    with duckdb.connect(str(file), read_only=True) as con:
        found: dict[str, list[str]] = {}
        for table, column in con.execute(
            "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
        ).fetchall():
            found.setdefault(table, []).append(column)
        return found


def test_of_a_draft_only_what_the_next_needs_is_kept_for_the_owner_alone(home: Home, folder: Path) -> None:
    with duckdb.connect(str(folder / DRAFT)) as con:
        con.execute(
            "CREATE TABLE scratch.moved__fct_attendance AS SELECT 1 AS submission_key; CREATE SCHEMA held_back;"
            "CREATE TABLE held_back.twice AS SELECT 1 AS submission_key"
        )
    kept_draft.keep(home, folder, RECORD, "model")
    kept = kept_draft.kept_draft(home)
    assert _tables(kept) == {
        "before.dim_learner": ["learner_key"],
        "before.int_submission_winning": ["submission_key"],
        "before.landed": ["batch_id", "form", "period", "sha256"],
        "before.units__dim_learner": ["one", "other", "rows", "unit"],
        "main.rpt_figure": ["figure"],
        "persons.dim_learner": ["learner_key", "sex_code"],
        "persons.fct_attendance": ["p", "submission_key"],
        "scratch.int_submission_winning": ["submission_key"],
        "scratch.word": ["code"],
    }
    assert not (folder / DRAFT).exists()  # a copy would cost as much as all that moved
    assert [stat.S_IMODE(each.stat().st_mode) for each in (kept.parent, kept, digest_path(kept))] == [
        0o700, 0o600, 0o600,
    ]  # fmt: skip
    assert kept_draft.begin(home, folder, "model") is None
    assert (folder / BEFORE).samefile(kept)


def _altered(home: Home, _: Path) -> None:
    kept = kept_draft.kept_draft(home)
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 1
    kept.write_bytes(content)


def _no_database(home: Home, _: Path) -> None:
    kept = kept_draft.kept_draft(home)
    kept.write_bytes(b"nothing of the kind")
    write_digest(kept, model="model", duckdb=duckdb.__version__, turn=0)


def _of(**facts: object) -> Callable[[Home, Path], None]:
    def told(home: Home, _: Path) -> None:
        write_digest(
            kept_draft.kept_draft(home), **{"model": "model", "duckdb": duckdb.__version__, "turn": 0} | facts
        )

    return told


@pytest.mark.parametrize(
    ("happened", "why"),
    [
        (lambda home, _: kept_draft.kept_draft(home).unlink(), "none"),
        (lambda home, _: kept_draft.forget(home), "none"),
        (lambda home, _: digest_path(kept_draft.kept_draft(home)).unlink(), "damaged"),
        (_altered, "damaged"),
        (_no_database, "damaged"),
        (_of(model="another"), "other_model"),
        (_of(duckdb="v0.0.1"), "other_database"),
        (_of(turn=100), "in_turn"),
        (lambda _, folder: _land(folder, "b"), "landed_again"),
        (lambda _, folder: _land(folder, None), "landed_again"),
        (lambda home, _: erase._forget_scratch(home), "none"),
    ],
)
def test_where_it_cannot_be_used_the_build_is_whole_and_says_why(
    home: Home, folder: Path, happened: Callable[[Home, Path], None], why: str
) -> None:
    kept_draft.keep(home, folder, RECORD, "model")
    (home.builds / "2" / "inputs").mkdir(parents=True)
    _land(home.builds / "2", "a")
    happened(home, home.builds / "2")
    assert kept_draft.begin(home, home.builds / "2", "model") == why
    assert not (home.builds / "2" / BEFORE).exists()


def test_builds_that_begin_with_one_another_are_counted(home: Home, folder: Path) -> None:
    kept_draft.keep(home, folder, RECORD, "model")
    for turn in range(1, 101):
        assert kept_draft.begin(home, folder, "model") is None, turn
        if turn in (1, 2):
            _run(folder)
            kept_draft.keep(home, folder, RECORD, "model")
        else:
            _of(turn=turn)(home, folder)
    assert kept_draft.begin(home, folder, "model") == "in_turn"
    _run(folder)
    kept_draft.keep(home, folder, RECORD, "model")
    assert kept_draft.begin(home, folder, "model") is None


def test_a_build_is_done_where_nothing_could_be_kept_of_it(home: Home, folder: Path) -> None:
    kept_draft.keep(home, folder, RECORD, "model")
    (folder / DRAFT).write_bytes(b"full disk")
    kept_draft.keep(home, folder, RECORD, "model")
    assert list(home.draft.iterdir()) == []
    kept_draft.keep(home, folder, {"nodes": {}, "sources": {}}, "model")
    assert list(home.draft.iterdir()) == []


class _Runs(Dbt):
    """Fails where it begins with the last build, in the way it is told."""

    fails: list[Failed] | BuildError

    def run(self, folder: Path, build_id: int, only: object = ()) -> list[Failed]:
        if not (folder / BEFORE).exists():
            _run(folder)
            return []
        if isinstance(self.fails, BuildError):
            raise self.fails
        return self.fails


@pytest.mark.parametrize("by", ["test", "crash"])
def test_what_fails_begun_with_the_last_is_made_whole_before_anybody_is_blamed(
    home: Home, folder: Path, by: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    dbt = _Runs(home, 0, tell_nobody)
    crash = BuildError(2, "build_not_ended", folder / "dbt.log", exit=1)
    object.__setattr__(dbt, "fails", [Failed("unique", False, "2 rows")] if by == "test" else crash)
    kept_draft.keep(home, folder, RECORD, "model")
    beginning = Beginning(home, folder, "model", dbt, whole=False)
    assert beginning.whole is None
    assert beginning.run(2) == []
    assert beginning.whole == "failed"
    assert not kept_draft.kept_draft(home).exists()
    beginning.keep()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert caplog.records[-1].message == in_log("whole_failed")
    assert kept_draft.begin(home, folder, "model") is None


def test_it_is_whole_where_somebody_wants_it_so_or_the_engine_is_another(home: Home, folder: Path) -> None:
    kept_draft.keep(home, folder, RECORD, "model")
    assert Beginning(home, folder, "model", Dbt(home, 0, tell_nobody), whole=True).whole == "asked_for"
    spark = Beginning(home, folder, "model", SparkDbt(home, 0, tell_nobody), whole=False)
    assert spark.whole == "other_engine"
    assert not (folder / BEFORE).exists()
    spark.keep()
    assert not kept_draft.kept_draft(home).exists()
