"""A ledger moved to a PostgreSQL server: the same rows, the file refuses writes; backed up and restored from there."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import ingest.ledger
from ingest.cli import app
from ingest.home import Home
from ingest.ledger.store.transfer import TransferError, transfer
from tests.ingest.ledger.conftest import server
from tests.ingest.ledger.databases import create_database, drop_database, url_of
from tests.warehouse.country import NOW, Country, new_home, run_in_child
from tests.warehouse.light_repositories import light_repositories
from warehouse.services.backup.databases import scratch_databases
from warehouse.services.backup.repositories import known
from warehouse.services.backup.restic import BackupError
from warehouse.services.backup.restore import chosen, restore
from warehouse.services.backup.take import back_up
from warehouse.services.upkeep.installation import initialise
from warehouse.services.upkeep.ledger_move import MOVED, move_ledger
from warehouse.storage.identity import StrangerError, uid_of

__all__ = ["light_repositories", "server"]
WEEK = "2026-07-17"


@pytest.fixture
def databases(server: str) -> Iterator[list[str]]:
    """Addresses of empty databases."""
    names = [create_database(server) for _ in range(2)]
    yield [url_of(server, name) for name in names]
    _close()
    for name in names:
        drop_database(server, name)


def _close() -> None:
    from django.db import connections

    connections.close_all()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home with a few receipts, one of them gone from the end of its table."""
    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    made = new_home(tmp_path / "home")
    monkeypatch.setenv("BBAJ_HOME", str(made.root))
    initialise(made)
    _hand_in(made, 3)
    with sqlite3.connect(made.ledger) as con:
        con.execute("UPDATE sqlite_sequence SET seq = 41 WHERE name = 'ledger_submission'")
    con.close()
    yield made
    _close()


def _hand_in(home: Home, count: int) -> list[int]:
    from ingest.ledger.records import Submission

    before = Submission.objects.count()
    return [
        Country(home).submit_file(
            "territory_register", "KZ", WEEK, b"kato\n%d\n" % (before + nth), f"ел{nth}.csv"
        )
        for nth in range(count)
    ]


def _rows() -> dict[str, list[Any]]:
    """Every row of the ledger this process is bound to."""
    from django.apps import apps

    return {
        model._meta.db_table: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
    }


def test_a_moved_ledger_is_the_same_goes_on_and_can_be_backed_up(
    home: Home, databases: list[str], light_repositories: None, tmp_path: Path
) -> None:
    before = _rows()
    (home.root / "bbaj.toml").write_text(
        f'demo = true\nnow = "{NOW.isoformat()}"\n[backup]\nrepository = "../kept"\n', encoding="utf-8"
    )
    refused = CliRunner().invoke(app, ["move-ledger", "mysql://x/y", "--yes"], env={"BBAJ_LANG": "ru"})
    assert refused.exit_code == 64 and "postgresql://" in refused.stderr
    said = CliRunner().invoke(app, ["move-ledger", databases[0], "--yes", "--json"], env={"BBAJ_LANG": "ru"})
    assert said.exit_code == 0, said.output
    facts = json.loads(said.stdout)
    assert facts["counts"]["ledger_submission"] == 3
    assert databases[0].partition("@")[0] not in said.output, "a password is not shown"

    moved = Home(home.root)
    assert moved.settings.ledger == databases[0]
    initialise(moved)
    assert _rows() == before
    assert not home.ledger.exists()
    aside = home.ledger.with_name(home.ledger.name + MOVED)
    with pytest.raises(sqlite3.IntegrityError, match="moved"):
        sqlite3.connect(aside).execute("DELETE FROM ledger_submission")
    assert _hand_in(moved, 1) == [42], "no number is given twice"

    again = CliRunner().invoke(app, ["move-ledger", databases[1], "--yes"], env={"BBAJ_LANG": "ru"})
    assert again.exit_code == 70 and "уже на сервере" in again.stderr
    if shutil.which("restic") and shutil.which("pg_dump"):
        _backed_up_and_restored(moved, databases, tmp_path)


def _backed_up_and_restored(home: Home, databases: list[str], tmp_path: Path) -> None:
    """Into the other database, never over the one in use; a drill gets one of its own."""
    before = _rows()
    back_up(home)
    repositories = known(home)
    snapshot = chosen(repositories)
    with pytest.MonkeyPatch.context() as patch:
        with pytest.raises(BackupError) as filled:
            restore(repositories, snapshot, tmp_path / "to")
        assert filled.value.code == "restore_ledger_filled"
        patch.setenv("BBAJ_LEDGER_URL", databases[1])
        restored = restore(repositories, snapshot, tmp_path / "to")
        assert restored.damaged == ()
        after = _rows()
        assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
        assert uid_of(Home(tmp_path / "to")) == uid_of(home)
        assert _hand_in(Home(tmp_path / "to"), 1) == [restored.next_receipt]
        _close()
    ingest.ledger.setup(home)
    with scratch_databases(home) as scratch, pytest.MonkeyPatch.context() as patch:
        assert set(scratch) == {"BBAJ_LEDGER_URL"} and databases[0] not in scratch.values()
        patch.setenv("BBAJ_LEDGER_URL", scratch["BBAJ_LEDGER_URL"])
        assert restore(repositories, snapshot, tmp_path / "tried").receipts == 42
        _close()
    ingest.ledger.setup(home)


def test_another_ledgers_address_on_a_filled_home_is_not_taken_for_ready(
    home: Home, databases: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BBAJ_LEDGER_URL", databases[0])
    with pytest.raises(StrangerError) as emptied:
        initialise(Home(home.root))
    assert (emptied.value.store, emptied.value.problem) == ("ledger", "emptied")
    said = CliRunner().invoke(app, ["init"], env={"BBAJ_LANG": "ru"})
    assert said.exit_code == 70
    monkeypatch.delenv("BBAJ_LEDGER_URL")
    _close()
    ingest.ledger.setup(home)
    # An installation from before it knew itself has received files, and no id anywhere.
    (home.root / "installation.json").unlink()
    for folder in (home.raw, home.lake, home.published):
        (folder / ".installation").unlink(missing_ok=True)
    with sqlite3.connect(home.vault) as con:
        con.execute("DELETE FROM installation")
    con.close()
    monkeypatch.setenv("BBAJ_LEDGER_URL", databases[1])
    with pytest.raises(StrangerError) as emptied:
        initialise(Home(home.root))
    assert (emptied.value.store, emptied.value.problem) == ("ledger", "emptied")
    _close()


def test_a_ledger_is_not_moved_over_another(home: Home, databases: list[str]) -> None:
    other = new_home(home.root.with_name("other"))
    initialise(other)
    _hand_in(other, 1)
    transfer(other, databases[0])
    _close()
    ingest.ledger.setup(home)
    before = _rows()
    with pytest.raises(TransferError) as filled:
        move_ledger(home, databases[0])
    assert filled.value.code == "move_differs"
    import psycopg

    with psycopg.connect(databases[1], autocommit=True) as con:
        con.execute("CREATE TABLE letters (text text)")
    with pytest.raises(TransferError) as filled:
        move_ledger(home, databases[1])
    assert filled.value.code == "move_filled"
    _close()
    ingest.ledger.setup(home)
    assert _rows() == before
    assert _hand_in(home, 1) == [42], "the file goes on"


@pytest.mark.parametrize("point", ["move:copied", "move:named"])
def test_killed_anywhere_a_move_is_finished_by_the_next(
    home: Home, databases: list[str], point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _rows()
    _close()
    code = (
        f"from warehouse.services.upkeep.ledger_move import move_ledger; move_ledger(home, {databases[0]!r})"
    )
    ended = run_in_child(home, code, point)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    now = Home(home.root)
    if point == "move:copied":
        initialise(now)
        move_ledger(now, databases[0])
        now = Home(home.root)
    initialise(now)
    assert _rows() == before
