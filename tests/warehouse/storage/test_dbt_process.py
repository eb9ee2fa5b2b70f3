"""What dbt is told of where things lie, it is told by the build: nothing an environment says besides counts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.progress import tell_nobody
from warehouse.storage.builds.dbt_process import DBT_PROJECT, Dbt


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
