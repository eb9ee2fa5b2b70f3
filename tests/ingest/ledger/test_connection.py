from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ingest.ledger
from ingest.home import Home
from ingest.ledger.store.database import LedgerUrlError, database_of


def _python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_importing_the_package_imports_no_django() -> None:
    code = "import ingest.ledger, sys; assert not [m for m in sys.modules if m.startswith('django')]"
    assert _python(code).returncode == 0


def test_any_room_may_import_any_module_first(tmp_path: Path) -> None:
    for module in ("records", "obligations", "publications"):
        result = _python(f"import ingest.ledger.{module}", BBAJ_HOME=str(tmp_path / "nowhere"))
        assert result.returncode == 0, result.stderr
    assert not (tmp_path / "nowhere").exists()


def test_a_process_may_turn_from_home_to_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    first, second = Home(tmp_path / "1"), Home(tmp_path / "2")
    ingest.ledger.migrate(first)
    ingest.ledger.migrate(second)
    from ingest.ledger.accounts import account
    from ingest.ledger.records import User

    for home, name in ((first, "aigul"), (second, "bolat"), (first, "clara")):
        ingest.ledger.setup(home)
        account(name)
    ingest.ledger.setup(first)
    assert set(User.objects.values_list("username", flat=True)) == {"aigul", "clara"}
    ingest.ledger.setup(second)
    assert set(User.objects.values_list("username", flat=True)) == {"bolat"}


def test_migrating_twice_changes_nothing_and_the_republic_is_there(home: Home) -> None:
    from ingest.ledger.nodes import republic

    ingest.ledger.migrate(home)
    assert republic().name_kk == "Қазақстан Республикасы"


def test_the_models_have_all_their_migrations(home: Home) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "ledger", check=True, dry_run=True, verbosity=0)


def test_a_forked_child_opens_a_connection_of_its_own(home: Home) -> None:
    from ingest.ledger.accounts import account
    from ingest.ledger.records import User

    account("parent")
    child = os.fork()
    if child == 0:
        try:
            account("child")
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    account("parent again")
    assert User.objects.count() == 3


def test_sqlite_is_set_up_for_many_writers_and_power_cuts(tmp_path: Path) -> None:
    home = Home(tmp_path)
    code = """
import ingest.ledger
ingest.ledger.migrate()
from django.db import connection
with connection.cursor() as cursor:
    names = ("journal_mode", "synchronous", "foreign_keys")
    said = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
print(said, connection.transaction_mode)
"""
    result = _python(code, BBAJ_HOME=str(home.root), BBAJ_LEDGER_URL="")
    assert result.stdout.strip() == "['wal', 2, 1] IMMEDIATE", result.stderr


def test_one_setting_names_a_ledger_on_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBAJ_LEDGER_URL", "postgresql://me:s%40crt@db.example:5433/ledger")
    found = database_of(Home(tmp_path))
    assert found["ENGINE"].endswith("postgresql")
    assert (found["USER"], found["PASSWORD"], found["HOST"]) == ("me", "s@crt", "db.example")
    assert (found["PORT"], found["NAME"]) == ("5433", "ledger")
    # The shortest that names a database, and what names none.
    monkeypatch.setenv("BBAJ_LEDGER_URL", "postgres://h/d")
    assert database_of(Home(tmp_path))["NAME"] == "d"
    for wrong in ("mysql://x/y", "postgresql://h/", "postgresql://h", "postgresql:", "h/d"):
        monkeypatch.setenv("BBAJ_LEDGER_URL", wrong)
        with pytest.raises(LedgerUrlError):
            database_of(Home(tmp_path))


@pytest.mark.parametrize("named", ["environment", "settings", "both", "nowhere"])
def test_the_ledger_is_where_the_settings_or_the_environment_say(
    named: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment above the settings; a file of the home where neither says anything."""
    from ingest.ledger.store.database import database_of

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    other = Home(tmp_path / "other")
    other.root.mkdir()
    if named in ("settings", "both"):
        (other.root / "bbaj.toml").write_text('ledger = "postgresql://me@db.example/in_settings"\n')
    if named in ("environment", "both"):
        monkeypatch.setenv("BBAJ_LEDGER_URL", "postgresql://me@db.example/in_environment")
    found = str(database_of(other)["NAME"])
    wanted = {"environment": "in_environment", "both": "in_environment", "settings": "in_settings"}
    assert found == wanted.get(named, str(other.ledger))
