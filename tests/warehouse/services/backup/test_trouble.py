"""Where a backup cannot be made it is said why and what to do, and what was there before stays."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.home import Home
from tests.warehouse.country import Country
from tests.warehouse.services.backup.asked import in_words, said_by
from warehouse.services.backup import restic
from warehouse.services.backup.record import last
from warehouse.services.backup.repositories import addresses_of, are_unsaid, known, password_file
from warehouse.services.backup.restic import BackupError, Repository
from warehouse.services.backup.restore import chosen
from warehouse.services.backup.take import back_up
from warehouse.services.tasks import clockwork
from warehouse.services.troubles import troubles


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    where = tmp_path / "disk"
    where.mkdir()
    made = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(where)]
    if subprocess.run(made, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield where
    subprocess.run(["umount", "-l", where], check=True)


@pytest.fixture
def elsewhere(home: Home, tmp_path: Path) -> Iterator[Home]:
    """The same home, its settings naming another repository for the data; as before afterwards."""
    settings = home.root / "bbaj.toml"
    before = settings.read_text(encoding="utf-8")
    vault = addresses_of(home)["vault"]
    settings.write_text(
        before.replace('"../kept"', f'"{tmp_path}/disk/data"\nvault = "{vault}"'), encoding="utf-8"
    )
    yield Home(home.root)
    settings.write_text(before, encoding="utf-8")
    made = home.restricted / "backup" / "data.made"
    made.write_text(str(home.root.parent / "kept"), encoding="utf-8")


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_backed_up(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What restic says of such a file is what it says; that it may read everything here is root's privilege."""
    said = '{"message_type":"error","error":{"Op":"open","Err":5},"during":"archival","item":"raw/.installation"}\n'
    gone = said.replace(".installation", "gone")
    real = Repository._once

    def once(self: Repository, words: Any, folder: Path | None) -> subprocess.CompletedProcess[str]:
        done = real(self, words, folder)
        if words[0] == "backup" and "raw" in words:
            return subprocess.CompletedProcess(done.args, 3, done.stdout, said + gone)
        return done

    monkeypatch.setattr(Repository, "_once", once)
    with pytest.raises(BackupError) as unread:
        back_up(home)
    assert unread.value.code == "backup_unread"
    assert unread.value.details["count"] == 1, "what went meanwhile was not needed"
    assert "raw/.installation" in in_words(unread.value)
    assert chosen(known(home)).id.startswith(last(home, "backup")["snapshot"])  # type: ignore[index]


def test_a_full_disk_of_the_backup_is_told_until_there_is_room(
    small_disk: Path, elsewhere: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = elsewhere.findings / "1.places.csv"
    noise.write_bytes(os.urandom(4 << 20))
    with pytest.raises(SystemExit):
        clockwork.back_up_everything()
    assert _told_of_backups(elsewhere) == ["backup_disk_full"]
    assert last(elsewhere, "backup")["code"] == "backup_disk_full"  # type: ignore[index]
    noise.unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    assert clockwork.back_up_everything()
    assert _told_of_backups(elsewhere) == []


def _told_of_backups(home: Home) -> list[str]:
    return [each.told.code for each in troubles(home) if each.task == "back_up_everything"]


def test_a_repository_that_is_gone_is_not_made_anew_in_its_place(home: Home) -> None:
    repository = Path(addresses_of(home)["data"])
    repository.rename(repository.with_name("elsewhere"))
    try:
        repository.mkdir()  # where a disk was mounted
        with pytest.raises(BackupError) as gone:
            back_up(home)
        assert gone.value.code == "backup_no_repository"
        assert "mounted" in in_words(gone.value)
        assert list(repository.iterdir()) == []
        repository.rmdir()
    finally:
        repository.with_name("elsewhere").rename(repository)


def test_a_repository_of_another_password_is_not_written_to(home: Home) -> None:
    file = password_file(home, "data")
    made = home.restricted / "backup" / "data.made"
    if not made.exists():
        back_up(home)  # no test before this one has
    before, unsaid = file.read_text(encoding="utf-8"), are_unsaid(home)
    try:
        file.unlink()
        made.unlink()
        with pytest.raises(BackupError) as lost:
            back_up(home)
        assert lost.value.code == "backup_password_unknown"
        assert not file.exists() and are_unsaid(home) == unsaid
    finally:
        file.write_text(before, encoding="utf-8")
        made.write_text(addresses_of(home)["data"], encoding="utf-8")


def test_without_restic_the_remedy_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restic, "PROGRAM", "restic-that-is-not-there")
    with pytest.raises(BackupError) as missing:
        back_up(home)
    assert "apt-get install restic" in in_words(missing.value)


def test_a_home_without_a_repository_is_told_how_to_name_one(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    home = country.home
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    for command in ("backup", "drill"):
        said = said_by(home.root, command)
        assert said.exit_code == 70 and "[backup]" in said.stderr
    for task in (clockwork.back_up_everything, clockwork.try_backup):
        with pytest.raises(AirflowSkipException):
            task()
    (home.root / "bbaj.toml").write_text('demo = true\n[backup]\nrepository = "copies"\n', encoding="utf-8")
    with pytest.raises(BackupError) as inside:
        back_up(Home(home.root))
    assert inside.value.code == "backup_inside"


def test_every_word_restic_fails_with_has_its_words() -> None:
    for code in (*restic._SAID, "backup_failed"):
        in_words(BackupError("?").of(code, repository="/mnt/x", why="y"))
    assert restic._code_of(
        subprocess.CompletedProcess([], 1, "", f"write /x: {os.strerror(errno.ENOSPC).lower()}")
    ) == ("backup_disk_full")
