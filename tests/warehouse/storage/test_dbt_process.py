"""What dbt is told of where things lie, it is told by the build: nothing an environment says besides counts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.progress import tell_nobody
from warehouse.storage.builds.engines import dbt_process
from warehouse.storage.builds.engines.dbt_process import DBT_PROJECT, Dbt


def test_where_a_build_reads_and_writes_is_said_by_the_build_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = (path.read_text(encoding="utf-8") for path in (DBT_PROJECT / "models").rglob("*.*"))
    asked = {name for text in models for name in re.findall(r"env_var\(\W*(\w+)", text)} | {"BBAJ_WAREHOUSE"}
    for name in asked:
        monkeypatch.setenv(name, "/elsewhere")
    told = Dbt(Home(tmp_path), 0, tell_nobody)._environment(tmp_path)
    assert len(asked) > 2
    assert [name for name in sorted(asked) if told[name] == "/elsewhere"] == []


def test_what_a_program_in_another_folder_parsed_is_parsed_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """dbt keeps where dictionaries lie: after an upgrade into a folder of its own it would look for them in the old."""
    dbt = Dbt(Home(tmp_path), 0, tell_nobody)
    parsed = dbt.target / "partial_parse.msgpack"
    kept = []
    for project in (DBT_PROJECT, DBT_PROJECT, tmp_path / "before", tmp_path / "before", DBT_PROJECT):
        monkeypatch.setattr(dbt_process, "DBT_PROJECT", project)
        dbt._let_go_of_another()
        kept.append(parsed.exists())
        parsed.touch()
    assert kept == [False, True, False, True, False]
    (dbt.target / "project").unlink()  # of a program that did not note it yet
    dbt._let_go_of_another()
    assert not parsed.exists()
