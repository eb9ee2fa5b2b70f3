"""A home that was backed up once, for all who ask about backups."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

import ingest.ledger
from ingest.home import Home
from tests.warehouse.archived_edition import archived_edition
from tests.warehouse.light_repositories import light_repositories, lightly
from tests.warm.forked import run_module
from warehouse.services.backup import drill
from warehouse.services.backup.take import back_up
from warehouse.services.upkeep.installation import initialise
from warehouse.storage.builds.build import build
from warehouse.storage.shown.publish import publish

__all__ = ["light_repositories"]


@pytest.fixture(scope="session", autouse=True)
def has_restic() -> None:
    """Where it is not installed nothing of this can be asked."""
    if shutil.which("restic") is None:
        pytest.skip("restic is not installed (make backup)")


@pytest.fixture(scope="session")
def kept(listed: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of a country with persons in its vault and a publication, services beside it, backed up once."""
    from django.db import connections

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        connections.close_all()
        root = tmp_path_factory.mktemp("backed_up") / "home"
        shutil.copytree(listed, root, symlinks=True)
        with (root / "bbaj.toml").open("a", encoding="utf-8") as settings:
            settings.write('\n[backup]\nrepository = "../kept"\n')
        home = Home(root)
        initialise(home)
        publish(home, build(home).build_id)
        archived_edition(home)
        _services(home)
        aside = home.drop / ".unidentified" / "x.csv"
        aside.parent.mkdir(parents=True)
        aside.write_bytes(b"whose")
        with lightly():
            back_up(home)
        connections.close_all()
    return home


def _services(home: Home) -> None:
    """What Superset and Airflow keep of themselves, one of the databases being written to."""
    for folder, name in ((home.superset, "superset.sqlite3"), (home.airflow, "airflow.db")):
        (folder / "cache").mkdir(parents=True)
        (folder / "cache" / "page").write_bytes(b"made anew")
        with closing(sqlite3.connect(folder / name)) as con:
            con.execute("PRAGMA journal_mode = wal")
            con.execute("CREATE TABLE account (name TEXT)")
            con.execute("INSERT INTO account VALUES ('aigul')")
            con.commit()
    (home.superset / "secret_key").write_text("s3cret\n", encoding="utf-8")
    (home.airflow / "fernet_key").write_text("f3rnet\n", encoding="utf-8")


@pytest.fixture
def home(kept: Home, light_repositories: None, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("BBAJ_HOME", str(kept.root))
    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    ingest.ledger.setup(kept)
    return kept


@pytest.fixture
def forked_drill(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of its own that has everything loaded; a new one is begun by the runbook's drill (test_runbooks)."""
    monkeypatch.setattr(drill, "subprocess", SimpleNamespace(run=run_module))
