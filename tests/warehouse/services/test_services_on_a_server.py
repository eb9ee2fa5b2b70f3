"""Airflow and Superset with their own data on a PostgreSQL server: named by the settings, backed up, restored."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import ingest.ledger
from dashboards.places import Places
from ingest.home import Home, SettingsError
from ingest.ledger.store.database import postgresql_database
from ingest.serve.airflow import airflow_environment
from ingest.serve.airflow_parts import PROGRAM
from signin import first_password
from tests.ingest.ledger.conftest import server
from tests.ingest.ledger.databases import create_database, drop_database, url_of
from tests.warehouse.country import new_home
from tests.warehouse.light_repositories import light_repositories
from warehouse.services.backup.databases import dump, fill, scratch_databases
from warehouse.services.backup.repositories import known
from warehouse.services.backup.restic import BackupError
from warehouse.services.backup.restore import chosen, restore
from warehouse.services.backup.take import back_up
from warehouse.services.upkeep.installation import initialise

__all__ = ["light_repositories", "server"]
AIRFLOW, SUPERSET = (
    "postgresql://bbaj:s%40fe@127.0.0.1:5433/airflow",
    "postgresql://bbaj:s%40fe@127.0.0.1:5433/superset",
)


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BBAJ_LEDGER_URL", "BBAJ_AIRFLOW_DATABASE", "BBAJ_SUPERSET_DATABASE"):
        monkeypatch.delenv(name, raising=False)


def _home(root: Path, settings: str) -> Home:
    root.mkdir(parents=True, exist_ok=True)
    (root / "bbaj.toml").write_text(settings, encoding="utf-8")
    return Home(root)


def test_without_settings_each_service_keeps_a_file_of_the_home(tmp_path: Path) -> None:
    home = _home(tmp_path, "")
    said = airflow_environment(home)
    assert said["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"sqlite:///{home.airflow / 'airflow.db'}"
    assert said["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert Places(tmp_path).metadata_address.startswith(f"sqlite:///{home.superset / 'superset.sqlite3'}")


def test_databases_and_executor_are_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = _home(
        tmp_path,
        f'[services]\nairflow = "{AIRFLOW}"\nsuperset = "{SUPERSET}"\n'
        'executor = "CeleryExecutor"\ntasks_at_once = 16\n',
    )
    monkeypatch.setenv("AIRFLOW__CELERY__BROKER_URL", "redis://127.0.0.1/0")
    said = airflow_environment(home)
    for name in ("SQL_ALCHEMY_CONN", "SQL_ALCHEMY_CONN_ASYNC"):
        assert said[f"AIRFLOW__DATABASE__{name}"] == AIRFLOW.replace("postgresql:", "postgresql+psycopg:")
    assert not any(name.startswith("AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS") for name in said)
    assert (said["AIRFLOW__CORE__EXECUTOR"], said["AIRFLOW__CORE__PARALLELISM"]) == ("CeleryExecutor", "16")
    assert said["AIRFLOW__CELERY__BROKER_URL"] == "redis://127.0.0.1/0", (
        "Airflow's other settings are its own"
    )
    assert Places(tmp_path).metadata_address == SUPERSET.replace("postgresql:", "postgresql+psycopg2:")
    monkeypatch.setenv("BBAJ_SUPERSET_DATABASE", "postgresql://x:y@db/other")
    monkeypatch.setenv("BBAJ_AIRFLOW_DATABASE", "postgresql://x:y@db/another")
    assert Places(tmp_path).metadata_address.endswith("/other")
    assert airflow_environment(home)["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].endswith("/another")


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ("services = 1", "services"),
        ('[services]\nairflw = "x"', "services.airflw"),
        ("[services]\nairflow = 5", "services.airflow"),
        ('[services]\nairflow = "mysql://bbaj:topsecret@127.0.0.1/airflow"', "services.airflow"),
        ('[services]\nairflow = "postgresql://127.0.0.1"', "services.airflow"),
        ('[services]\nsuperset = "postgresql://[::1/superset"', "services.superset"),
        (f'ledger = "{AIRFLOW}"\n[services]\nairflow = "{AIRFLOW}"', "services.airflow"),
        (
            f'[services]\nairflow = "{AIRFLOW}"\nsuperset = "postgresql://other@127.0.0.1:5433/airflow"',
            "services.superset",
        ),
        ('[services]\nexecutor = "CeleryExecutor"', "services.executor"),
        (f'[services]\nairflow = "{AIRFLOW}"\nexecutor = "rm -rf"', "services.executor"),
        ("[services]\ntasks_at_once = 0", "services.tasks_at_once"),
        ("[services]\ntasks_at_once = true", "services.tasks_at_once"),
    ],
)
def test_what_cannot_be_followed_is_told_by_its_key(tmp_path: Path, settings: str, key: str) -> None:
    home = _home(tmp_path, settings)
    with pytest.raises(SettingsError) as wrong:
        home.settings  # noqa: B018
    assert wrong.value.key == key
    for language in ("kk", "ru", "en"):
        said = wrong.value.text(language)
        assert said and "topsecret" not in said and "s%40fe" not in said


@pytest.fixture
def databases(server: str) -> Iterator[list[str]]:
    """Addresses of empty databases: Airflow's and Superset's, and two to restore into."""
    names = [create_database(server) for _ in range(4)]
    yield [url_of(server, name) for name in names]
    from django.db import connections

    connections.close_all()
    for name in names:
        drop_database(server, name)


def _names(address: str) -> list[str]:
    with psycopg.connect(address) as con:
        return [name for (name,) in con.execute("SELECT name FROM account ORDER BY name")]


@pytest.mark.skipif(
    not shutil.which("restic") or not shutil.which("pg_dump"), reason="no restic or no pg_dump"
)
def test_accounts_and_all_else_of_services_are_backed_up_and_restored(
    databases: list[str], light_repositories: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = new_home(tmp_path / "home")
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    initialise(home)
    with (home.root / "bbaj.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[services]\nairflow = "{databases[0]}"\nsuperset = "{databases[1]}"\n')
        file.write('[backup]\nrepository = "../kept"\n')
    for address, name in zip(databases, ("айгүл", "ерлан"), strict=False):
        with psycopg.connect(address) as con:
            con.execute("CREATE TABLE account (name text)")
            con.execute("INSERT INTO account VALUES (%s)", (name,))
    home = Home(home.root)
    back_up(home)
    repositories = known(home)
    with pytest.raises(BackupError) as filled:
        restore(repositories, chosen(repositories), tmp_path / "to")
    assert filled.value.code == "restore_service_filled"
    monkeypatch.setenv("BBAJ_AIRFLOW_DATABASE", databases[2])
    monkeypatch.setenv("BBAJ_SUPERSET_DATABASE", databases[3])
    restore(repositories, chosen(repositories), tmp_path / "to")
    assert (_names(databases[2]), _names(databases[3])) == (["айгүл"], ["ерлан"])
    assert not list((tmp_path / "to").rglob("*.pgdump"))
    monkeypatch.delenv("BBAJ_AIRFLOW_DATABASE")
    monkeypatch.delenv("BBAJ_SUPERSET_DATABASE")
    ingest.ledger.setup(home)
    with scratch_databases(home) as scratch:
        assert set(scratch) == {"BBAJ_AIRFLOW_DATABASE", "BBAJ_SUPERSET_DATABASE"}
        assert not set(scratch.values()) & set(databases)


def test_airflow_works_on_a_server_and_its_copy_is_as_good(databases: list[str], tmp_path: Path) -> None:
    home = _home(tmp_path, f'[services]\nairflow = "{databases[0]}"\n')
    home.create()
    for command in ([*PROGRAM, "db", "migrate"], [sys.executable, "-m", "signin.airflow_password"]):
        done = subprocess.run(
            command, env=airflow_environment(home), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
    assert [each["user"] for each in first_password.hand_over(home.root)] == ["admin"]
    assert not (home.airflow / "airflow.db").exists()
    accounts = "SELECT username FROM ab_user ORDER BY username"
    with psycopg.connect(databases[0]) as con:
        assert con.execute(accounts).fetchall() == [("admin",), ("bbaj",)]
    if shutil.which("pg_dump"):
        dump(postgresql_database(databases[0]), tmp_path / "copy")
        fill(postgresql_database(databases[1]), tmp_path / "copy")
        with psycopg.connect(databases[1]) as con:
            assert con.execute(accounts).fetchall() == [("admin",), ("bbaj",)]
