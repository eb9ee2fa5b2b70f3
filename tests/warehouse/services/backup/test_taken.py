"""What is in a backup, who can read it, and that one after the other is whole whatever ends it."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.locks import BusyError
from tests.warehouse.country import run_in_child
from tests.warehouse.services.backup.asked import said_by
from warehouse.services.backup.record import last, log_of
from warehouse.services.backup.repositories import Repositories, alone, are_unsaid, known, password_file
from warehouse.services.backup.restic import BackupError, Repository
from warehouse.services.backup.restore import chosen
from warehouse.services.backup.staging import staging_of
from warehouse.services.backup.take import TAG, back_up


def test_who_holds_the_backup_of_the_data_holds_nothing_of_the_vault(home: Home) -> None:
    repositories = known(home)
    listed = repositories.data._run("ls", chosen(repositories).id).stdout
    assert "/raw/" in listed and "/ledger.sqlite3" in listed
    for name in ("vault.sqlite3", ".key", "persons", "reference", "/lake", ".password"):
        assert name not in listed, name
    with pytest.raises(BackupError) as refused:
        Repository(repositories.vault.address, repositories.data.password, home.backup / "cache").check()
    assert refused.value.code == "backup_password_wrong"


def test_passwords_are_said_once_by_the_command_and_kept_for_the_owner_alone(
    home: Home, tmp_path: Path
) -> None:
    assert are_unsaid(home)
    done = said_by(home.root, "backup", "--json")
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert [each["part"] for each in facts["passwords"]] == ["data", "vault"]
    assert not are_unsaid(home)
    for part, each in zip(("data", "vault"), facts["passwords"], strict=True):
        file = password_file(home, part)
        assert file.read_text(encoding="utf-8").strip() == each["password"]
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert each["password"] not in log_of(home).read_text(encoding="utf-8")
    assert last(home, "backup")["snapshot"] == facts["snapshot"]  # type: ignore[index]


def test_killed_anywhere_a_backup_leaves_the_earlier_and_the_next_is_whole(
    home: Home, tmp_path: Path
) -> None:
    for point in ("backup:vault_stored", "backup:stored"):
        before = chosen(known(home)).id
        code = "from warehouse.services.backup.take import back_up; back_up(home)"
        ended = run_in_child(home, code, point)
        assert ended.returncode == -signal.SIGKILL, (point, ended.stderr)
        now = chosen(known(home)).id
        assert (now != before) == (point == "backup:stored")  # all of it is there, only nobody was told
    taken = back_up(home)
    assert not staging_of(home).exists()
    repositories = known(home)
    assert chosen(repositories).id.startswith(taken.snapshot)
    named = {each.tag("vault") for each in repositories.data.snapshots(TAG)}
    assert {each.id[:8] for each in repositories.vault.snapshots(TAG)} == named, (
        "vaults nobody names are gone"
    )


def _locks(folder: Path) -> list[Path]:
    return [each for each in folder.iterdir() if "-tmp-" not in each.name]


def _kill_a_restic_that_holds_a_lock(repository: Repository) -> None:
    locks = Path(repository.address) / "locks"
    for _ in range(20):
        process = subprocess.Popen(
            ["restic", "-r", repository.address, "--no-cache", "prune"],
            env={**os.environ, "RESTIC_PASSWORD": repository.password},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None and not _locks(locks):
            time.sleep(0.002)
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        if _locks(locks):
            return
    pytest.fail("restic never held a lock")


def test_the_lock_of_a_restic_that_was_killed_stops_nobody(home: Home) -> None:
    repositories = known(home)
    _kill_a_restic_that_holds_a_lock(repositories.data)
    assert back_up(home).kept >= 1
    assert not _locks(Path(repositories.data.address) / "locks")


def test_two_backups_at_once_do_not_happen(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from warehouse.services.backup import repositories

    monkeypatch.setattr(repositories, "_WAIT_SECONDS", 0.1)
    before = log_of(home).read_bytes()
    with alone(home), pytest.raises(BusyError):
        back_up(home)
    assert log_of(home).read_bytes() == before


def test_old_backups_go_by_rule(light_repositories: None, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    repository = Repository(str(tmp_path / "repository"), "p", tmp_path / "cache")
    repository.create()
    days = ("2026-09-01", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06")
    for day in days:
        repository._run(
            *("backup", "--host", "bbaj", "--tag", "of-x", "--time", f"{day} 01:00:00", "file"),
            folder=tmp_path,
        )
    repository._run("backup", "--tag", "others", "--time", "2020-01-01 01:00:00", "file", folder=tmp_path)
    kept = repository.keep_by_rule("of-x", daily=3, weekly=1, monthly=2)
    left = repository.snapshots("of-x")
    assert {each.at.date().isoformat() for each in kept} == {days[0], *days[2:]}
    assert [each.id for each in left] == sorted((each.id for each in kept), key=[e.id for e in left].index)
    assert len(repository.snapshots("others")) == 1, "what is somebody else's stays"


def test_repositories_are_told_apart(kept: Home) -> None:
    found: Repositories = known(kept)
    assert found.data.address != found.vault.address
    assert found.data.password != found.vault.password
    assert found.data.password not in repr(found)
