"""Airflow's tables are migrated where they are not those of what is installed, and only there."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ingest.serve import airflow_schema
from ingest.serve.airflow_parts import migrate
from ingest.serve.airflow_schema import REVISIONS, is_current, note_current


def _brought_to(file: Path, **revisions: str) -> str:
    """A database whose parts say these revisions; its address."""
    with closing(sqlite3.connect(file)) as tables, tables:
        for name, revision in revisions.items():
            tables.execute(f"create table if not exists {name} (version_num text)")
            tables.execute(f"delete from {name}")
            tables.execute(f"insert into {name} values (?)", [revision])
    return f"sqlite:///{file}"


@pytest.fixture
def address(tmp_path: Path) -> str:
    return _brought_to(tmp_path / "airflow.db", **dict.fromkeys(REVISIONS, "a"))


def test_what_a_migration_left_is_current(address: str, tmp_path: Path) -> None:
    note = tmp_path / "schema.json"
    assert not is_current(address, note), "nobody migrated it yet"
    note_current(address, note)
    assert is_current(address, note)


@pytest.mark.parametrize("part", REVISIONS)
def test_tables_of_another_revision_are_not(address: str, tmp_path: Path, part: str) -> None:
    """Those of a backup, of a version before or after."""
    note = tmp_path / "schema.json"
    note_current(address, note)
    _brought_to(tmp_path / "airflow.db", **{part: "b"})
    assert not is_current(address, note)


@pytest.mark.parametrize(
    "installed", [{}, {"apache-airflow-core": "999"}, {"apache-airflow-providers-new": "1"}]
)
def test_what_is_installed_is_asked_too(
    address: str, tmp_path: Path, installed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "schema.json"
    note_current(address, note)
    known = airflow_schema._installed()
    assert {"apache-airflow-core", "apache-airflow-providers-fab"} <= set(known)
    monkeypatch.setattr(airflow_schema, "_installed", lambda: {**known, **installed} if installed else {})
    assert not is_current(address, note)


@pytest.mark.parametrize("note", ["", "{", "null", "[]"])
def test_a_note_that_cannot_be_followed_says_nothing(address: str, tmp_path: Path, note: str) -> None:
    (tmp_path / "schema.json").write_text(note)
    assert not is_current(address, tmp_path / "schema.json")


def test_tables_that_are_away_or_empty_say_nothing_and_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text("null")
    away, empty = tmp_path / "away.db", tmp_path / "empty.db"
    empty.touch()
    for file in (away, empty):
        note_current(f"sqlite:///{file}", tmp_path / "schema.json")
        assert not is_current(f"sqlite:///{file}", tmp_path / "schema.json")
    assert not away.exists()


def test_tables_on_a_server_are_migrated_each_time(tmp_path: Path) -> None:
    note = tmp_path / "schema.json"
    for address in ("postgresql+psycopg://airflow@db.example/airflow", "sqlite://"):
        note_current(address, note)
        assert not note.exists() and not is_current(address, note)


@pytest.mark.parametrize("code", [0, 7])
def test_a_second_start_migrates_only_what_the_first_did_not(
    address: str, tmp_path: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", address)
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    asked = tmp_path / "asked"
    program = tmp_path / "airflow"
    program.write_text(
        f"#!{sys.executable} -S\nopen({str(asked)!r}, 'a').write('x')\nraise SystemExit({code})\n"
    )
    program.chmod(0o700)
    assert [migrate([str(program)]), migrate([str(program)])] == [code, code]
    assert asked.read_text() == ("xx" if code else "x")
