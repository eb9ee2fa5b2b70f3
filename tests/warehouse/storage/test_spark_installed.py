"""A build on Spark that could not begin says so before anything is written, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.home import Home, InstallationError
from ingest.ledger.records import Build
from ingest.settings.spark import SparkSettings
from ingest.told import told_of
from warehouse.services.building import build
from warehouse.storage.builds.engines import spark_installed
from warehouse.storage.builds.engines.choice import model_runner, note_engine, ran_on
from warehouse.storage.builds.engines.spark_installed import require_spark
from warehouse.storage.builds.engines.spark_process import WORKING


def _program(file: Path, says: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho '{says}' >&2\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def _java(folder: Path, says: str) -> str:
    _program(folder / "bin" / "java", says)
    return str(folder)


def _refused(settings: SparkSettings, builds: Path) -> str:
    with pytest.raises(InstallationError) as caught:
        require_spark(settings, builds)
    told = told_of(caught.value)
    assert told is not None
    for language in ("kk", "ru", "en"):
        assert "{" not in told.say(language)  # type: ignore[arg-type]
    return told.code


def test_what_is_missing_is_said_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = str(_program(tmp_path / "python", ""))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert _refused(SparkSettings(python=python), tmp_path) == "spark_no_java"
    assert _refused(SparkSettings(python=python, java=str(tmp_path)), tmp_path) == "spark_no_java"
    for says, found in (
        ('java version "1.8.0_412"', "spark_old_java"),
        ('openjdk version "11.0.2"', "spark_old_java"),
    ):
        java = _java(tmp_path / found / says[-4:-1], says)
        assert _refused(SparkSettings(python=python, java=java), tmp_path) == found
    for says in ('openjdk version "17.0.15" 2025-04-15', 'openjdk version "21" 2023-09-19'):
        require_spark(SparkSettings(python=python, java=_java(tmp_path / says[17:19], says)), tmp_path)
    assert _refused(SparkSettings(python=str(tmp_path)), tmp_path) == "spark_no_python"
    assert _refused(SparkSettings(python=str(tmp_path / "absent")), tmp_path) == "spark_no_python"
    assert _refused(SparkSettings(python=python), tmp_path / "a[1]") == "spark_home_is_pattern"


def test_an_environment_without_spark_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_installed, "OWN_ENVIRONMENT", tmp_path / "absent")
    assert _refused(SparkSettings(), tmp_path) == "spark_not_installed"


def test_nothing_is_begun_on_an_engine_that_is_not_there(home: Home) -> None:
    settings = f'demo = true\nengine = "spark"\n[spark]\npython = "{home.root}/absent"\n'
    (home.root / "bbaj.toml").write_text(settings, encoding="utf-8")
    asked = Home(home.root)
    with pytest.raises(InstallationError):
        build(asked)
    assert not Build.objects.exists()
    assert type(model_runner(asked, 0, print, "duckdb")).__name__ == "Dbt"


def test_what_a_killed_build_left_of_persons_goes_with_the_next_on_either_engine(home: Home) -> None:
    left = home.builds / "7" / WORKING / "tables" / "persons.db" / "part-0.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"of somebody")
    model_runner(home, 0, print, "duckdb")
    assert not left.exists() and (home.builds / "7").is_dir()


def test_what_a_build_ran_on_is_kept_and_older_ones_ran_on_the_first(home: Home) -> None:
    for number in (1, 2):
        (home.builds / str(number)).mkdir()
    note_engine(home, 2, model_runner(home, 0, print, "duckdb"))
    assert [ran_on(home, number) for number in (1, 2)] == ["duckdb", "duckdb"]


@pytest.mark.parametrize("master", ["local[2]", "spark://10.0.0.1:7077"])
def test_what_was_set_for_another_spark_is_not_for_this_one(
    master: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster may need what the machine says of it; what runs here alone needs nothing of it."""
    java = _java(tmp_path / "java", 'openjdk version "17.0.15"')
    python = _program(tmp_path / "python", "")
    settings = f'demo = true\n[spark]\nmaster = "{master}"\npython = "{python}"\njava = "{java}"\n'
    (home.root / "bbaj.toml").write_text(settings, encoding="utf-8")
    monkeypatch.setenv("KEPT", "here")
    for name in ("SPARK_HOME", "SPARK_CONF_DIR", "SPARK_LOCAL_IP", "SPARK_OPTS", "PYTHONPATH", "JAVA_HOME"):
        monkeypatch.setenv(name, "elsewhere")
    told = model_runner(Home(home.root), 0, print, "spark")._environment(tmp_path)
    assert told["KEPT"] == "here" and told["JAVA_HOME"] == java
    assert not {"SPARK_HOME", "PYTHONPATH"} & set(told)
    ours = {name: value for name, value in told.items() if name.startswith("SPARK_")}
    if master.startswith("local"):
        assert ours == {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_CONF_DIR": str(tmp_path / WORKING / "conf")}
    else:
        assert set(ours.values()) == {"elsewhere"} and len(ours) == 3
