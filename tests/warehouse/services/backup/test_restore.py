"""A home restored from a backup works, whatever happened meanwhile, and is written over nothing."""

from __future__ import annotations

import json
import signal
import stat
from pathlib import Path

import pytest

import ingest.ledger
from ingest.home import Home
from ingest.ledger.accounts import account
from ingest.ledger.nodes import republic
from ingest.ledger.outbox import messages, recipients
from tests.warehouse.country import SCHOOLS, Country, roster, run_in_child
from tests.warehouse.services.backup.asked import (
    LANGUAGES,
    files_in,
    in_words,
    restored,
    rows_of,
    rows_of_lake,
    said_by,
)
from warehouse.services.backup import staging
from warehouse.services.backup.repositories import addresses_of, opened
from warehouse.services.backup.restic import BackupError
from warehouse.services.backup.take import back_up
from warehouse.storage.identity import uid_of
from warehouse.storage.shown.publish import shown_number


def test_a_restored_home_is_what_was_backed_up_and_works(home: Home, tmp_path: Path) -> None:
    found = restored(home, tmp_path / "to")

    assert (found.damaged, found.later) == ((), ())
    to = Home(tmp_path / "to")
    same = ("raw", "published", "editions", "restricted/findings", "restricted/keys", "restricted/persons")
    assert files_in(to.root, *same) == files_in(home.root, *same)
    assert rows_of_lake(to) == rows_of_lake(home)  # made again: the same rows, perhaps in another order
    assert (to.drop / ".unidentified" / "x.csv").read_bytes() == b"whose"
    assert rows_of(to.vault) == rows_of(home.vault)
    assert rows_of(to.ledger) == rows_of(home.ledger)
    assert (to.root / "bbaj.toml").read_bytes() == (home.root / "bbaj.toml").read_bytes()
    assert (uid_of(to), shown_number(to)) == (uid_of(home), 1)
    for name in ("superset/secret_key", "airflow/fernet_key"):
        assert (to.root / name).read_bytes() == (home.root / name).read_bytes()
    for name in ("superset/superset.sqlite3", "airflow/airflow.db"):
        assert rows_of(to.root / name) == {"account": ["('aigul',)"]}
    assert not list(to.root.rglob("cache"))
    looked = said_by(to.root, "verify", "--full", "--json")
    assert (looked.exit_code, json.loads(looked.stdout)["damaged"]) == (0, [])
    assert not [
        path
        for path in to.root.rglob("*")
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o007
    ]  # fmt: skip


def test_no_receipt_number_is_given_twice_and_what_came_during_the_backup_is_told_of(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the copy of the ledger and that of the raw store somebody is given a receipt."""
    during: list[int] = []
    country = Country(home)
    rows = roster(SCHOOLS[0])[1:]

    def hand_in(place: str) -> None:
        if place == "backup:ledger":
            during.append(country.submit("learner_roster", SCHOOLS[0], "2026-10", rows))

    monkeypatch.setattr(staging, "reach", hand_in)
    actor, at = account("operator"), home.now()
    to = recipients.add(recipients.Wanted(republic(), "a@edu.example", ("weekly",)), actor, at)
    waiting = messages.queue(messages.Letter("summary", "1", "summary", {}), to, actor, at)
    taken = back_up(home)
    found = restored(home, tmp_path / "to", taken.snapshot)

    from ingest.ledger.records import Message, Submission

    [number] = during
    sha256 = Submission.objects.get(pk=number).raw_file_id
    assert found.later == (sha256,)
    assert found.receipts < number < found.next_receipt
    assert found.damaged == ()
    ingest.ledger.setup(Home(tmp_path / "to"))
    assert Message.objects.get(pk=waiting.pk).state == "held", "it may have been sent since the backup"
    again = Country(Home(tmp_path / "to")).submit("learner_roster", SCHOOLS[0], "2026-10", rows)
    assert again == found.next_receipt
    ingest.ledger.setup(home)
    country.judge()


def test_a_wrong_password_is_told_and_nothing_is_written(home: Home, tmp_path: Path) -> None:
    at = addresses_of(home)
    for language in LANGUAGES:
        said = said_by(
            tmp_path / "nowhere",
            *("restore", tmp_path / "to", "--from", at["data"], "--lang", language),
            BBAJ_BACKUP_PASSWORD="no",
            BBAJ_BACKUP_VAULT_PASSWORD="no",
        )
        assert said.exit_code == 70
        assert "BBAJ_BACKUP_PASSWORD" in said.stderr and "Traceback" not in said.stderr
    assert not (tmp_path / "to").exists()
    with pytest.raises(BackupError) as unknown:
        opened(at, {"data": "x", "vault": None}, tmp_path)
    assert "BBAJ_BACKUP_VAULT_PASSWORD" in in_words(unknown.value)


def test_a_restore_writes_over_nothing(home: Home, tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "letter").write_text("dear", encoding="utf-8")
    said = said_by(home.root, "restore", tmp_path / "to")
    assert said.exit_code == 70
    assert "не пуста" in said.stderr
    assert [each.name for each in (tmp_path / "to").iterdir()] == ["letter"]


def test_a_restore_that_was_killed_is_repeated_into_the_same_folder(home: Home, tmp_path: Path) -> None:
    code = (
        "from warehouse.services.backup.repositories import known\n"
        "from warehouse.services.backup.restore import chosen, restore\n"
        f"found = known(home); restore(found, chosen(found), Path({str(tmp_path / 'to')!r}))"
    )
    ended = run_in_child(home, code, "restore:placed")
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert (tmp_path / "to" / "raw").is_dir()
    assert restored(home, tmp_path / "to").damaged == ()
    assert not [each for each in (tmp_path / "to").iterdir() if each.name.startswith(".rest")]
