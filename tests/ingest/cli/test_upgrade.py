"""A home of an earlier version of the program is brought up to date by `init`, which says so; one of a newer version is
left as it is by every command."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ingest.ledger
from ingest.cli import app
from ingest.home import Home
from ingest.ledger.store.version import UnreadableLedgerError, last_migration
from tests.warehouse.country import Country, new_home
from tests.warehouse.light_repositories import light_repositories
from warehouse.services.backup.repositories import known
from warehouse.services.backup.restore import chosen, restore
from warehouse.services.backup.take import back_up
from warehouse.services.upkeep.installation import initialise

__all__ = ["light_repositories"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    made = new_home(tmp_path / "home")
    monkeypatch.setenv("BBAJ_HOME", str(made.root))
    initialise(made)
    yield made
    connections.close_all()


def _names() -> list[str]:
    """The migrations of the ledger, in their order."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    return sorted(name for app, name in MigrationLoader(connection).disk_migrations if app == "ledger")


def _say(*words: str) -> tuple[int, str]:
    said = CliRunner().invoke(app, words, env={"BBAJ_LANG": "en"})
    return said.exit_code, said.output


def _digests(home: Home) -> dict[str, str]:
    from django.db import connections

    connections.close_all()
    return {
        str(file.relative_to(home.root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(home.root.rglob("*"))
        if file.is_file() and not file.name.endswith((".lock", "-shm", "-wal"))
    }


def test_an_older_ledger_is_told_and_brought_up_to_date_by_init(home: Home) -> None:
    from django.core.management import call_command
    from django.db import connections

    *_, before, newest = _names()
    call_command("migrate", "ledger", before, verbosity=0)
    connections.close_all()
    code, said = _say("status")
    assert code == 70 and "earlier version" in said and "bbaj init" in said
    code, said = _say("init")
    assert code == 0 and f"from {before} to {newest}" in said
    code, said = _say("init")
    assert code == 0 and "brought from" not in said
    assert _say("status")[0] == 0


def test_a_newer_ledger_is_left_as_it_is_by_every_command(home: Home) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_of_tomorrow', '2030-01-01')"
        )
    before = _digests(home)
    for words in (
        ("init",),
        ("status",),
        ("collect",),
        ("judge",),
        ("build",),
        ("obligations",),
        ("backup",),
    ):
        code, said = _say(*words)
        assert code == 70, (words, said)
        assert "newer version" in said, (words, said)
    assert _digests(home) == before
    ingest.ledger.setup(home)


@pytest.mark.skipif(shutil.which("restic") is None, reason="restic is not installed (make backup)")
def test_a_backup_of_an_earlier_version_is_restored_and_one_of_a_newer_is_refused(
    home: Home, light_repositories: None, tmp_path: Path
) -> None:
    from django.core.management import call_command
    from django.db import connection, connections

    with (home.root / "bbaj.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[backup]\nrepository = "../kept"\n')
    home = Home(home.root)
    Country(home).submit_file("territory_register", "KZ", "2026-07-17", b"kato\n11\n", "kato.csv")
    *_, before, newest = _names()
    call_command("migrate", "ledger", before, verbosity=0)
    back_up(home)
    repositories = known(home)
    restored = restore(repositories, chosen(repositories), tmp_path / "former")
    assert (restored.receipts, restored.damaged, last_migration()) == (1, (), newest)
    connections.close_all()

    ingest.ledger.setup(home)
    call_command("migrate", "ledger", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_of_tomorrow', '2030-01-01')"
        )
    back_up(home)
    with pytest.raises(UnreadableLedgerError) as newer:
        restore(repositories, chosen(repositories), tmp_path / "newer")
    assert newer.value.code == "ledger_newer"
    connections.close_all()
