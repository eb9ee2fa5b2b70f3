"""Backups: what is in them, that a home restored from one works, and what is said where they cannot be made or read."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

import ingest.ledger
from ingest.cli import app
from ingest.home import Home
from ingest.locks import BusyError
from ingest.told import told_of
from tests.warehouse.country import SCHOOLS, Country, roster, run_in_child
from tests.warehouse.light_repositories import light_repositories
from tests.warm.forked import run_module
from warehouse.services.backup import drill, restic, staging
from warehouse.services.backup.drill import hold_drill
from warehouse.services.backup.record import last, log_of
from warehouse.services.backup.repositories import (
    Repositories,
    addresses_of,
    alone,
    are_unsaid,
    known,
    opened,
    password_file,
)
from warehouse.services.backup.restic import BackupError, Repository
from warehouse.services.backup.restore import Restored, chosen, restore
from warehouse.services.backup.staging import staging_of
from warehouse.services.backup.take import TAG, back_up
from warehouse.services.tasks import clockwork
from warehouse.services.troubles import troubles
from warehouse.services.upkeep.installation import initialise
from warehouse.storage.builds.build import build
from warehouse.storage.identity import uid_of
from warehouse.storage.shown.publish import publish, shown_number

__all__ = ["light_repositories"]
pytestmark = pytest.mark.skipif(
    shutil.which("restic") is None, reason="restic is not installed (make backup)"
)
LANGUAGES = ("kk", "ru", "en")


@pytest.fixture(scope="module")
def kept(listed: Path, light_repositories: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
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
        _services(home)
        aside = home.drop / ".unidentified" / "x.csv"
        aside.parent.mkdir(parents=True)
        aside.write_bytes(b"whose")
        back_up(home)
        yield home
        connections.close_all()


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
def home(kept: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("BBAJ_HOME", str(kept.root))
    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    ingest.ledger.setup(kept)
    return kept


def _restored(home: Home, to: Path, snapshot: str | None = None) -> Restored:
    """What came of it; this process is the home's again."""
    from django.db import connections

    repositories = known(home)
    try:
        return restore(repositories, chosen(repositories, snapshot), to)
    finally:
        connections.close_all()
        ingest.ledger.setup(home)


def _files(root: Path, *names: str) -> dict[str, str]:
    found = [file for name in names for file in sorted((root / name).rglob("*"))]
    return {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in found
        if file.is_file() and not file.name.endswith(".lock") and ".incoming" not in file.parts
    }


def _rows(file: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as con:
        tables = [name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: sorted(map(repr, con.execute(f'SELECT * FROM "{table}"')))
            for table in tables
            if table != "sqlite_sequence"
        }


def _rows_of_lake(home: Home) -> dict[str, list[str]]:
    files = [*home.lake.rglob("*.parquet"), *home.reference.rglob("*.parquet")]
    return {
        str(file.relative_to(home.root)): sorted(map(repr, duckdb.read_parquet(str(file)).fetchall()))
        for file in files
    }


def _said(home: Path, *words: object, **more: str) -> Any:
    environment = {"BBAJ_HOME": str(home), "BBAJ_LANG": "ru", **more}
    return CliRunner().invoke(app, [str(word) for word in words], env=environment)


def _in_words(error: BackupError) -> str:
    told = told_of(error)
    assert told is not None
    for language in LANGUAGES:
        said = told.say(language)
        assert said != told.code and "{" not in said
    return told.say("en")


def test_a_restored_home_is_what_was_backed_up_and_works(home: Home, tmp_path: Path) -> None:
    restored = _restored(home, tmp_path / "to")

    assert (restored.damaged, restored.later) == ((), ())
    to = Home(tmp_path / "to")
    same = ("raw", "published", "restricted/findings", "restricted/keys", "restricted/persons")
    assert _files(to.root, *same) == _files(home.root, *same)
    assert _rows_of_lake(to) == _rows_of_lake(home)  # made again: the same rows, perhaps in another order
    assert (to.drop / ".unidentified" / "x.csv").read_bytes() == b"whose"
    assert _rows(to.vault) == _rows(home.vault)
    assert _rows(to.ledger) == _rows(home.ledger)
    assert (to.root / "bbaj.toml").read_bytes() == (home.root / "bbaj.toml").read_bytes()
    assert (uid_of(to), shown_number(to)) == (uid_of(home), 1)
    for name in ("superset/secret_key", "airflow/fernet_key"):
        assert (to.root / name).read_bytes() == (home.root / name).read_bytes()
    for name in ("superset/superset.sqlite3", "airflow/airflow.db"):
        assert _rows(to.root / name) == {"account": ["('aigul',)"]}
    assert not list(to.root.rglob("cache"))
    looked = _said(to.root, "verify", "--full", "--json")
    assert (looked.exit_code, json.loads(looked.stdout)["damaged"]) == (0, [])
    assert not [
        path
        for path in to.root.rglob("*")
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o007
    ]  # fmt: skip


@pytest.fixture
def _forked_drill(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of its own that has everything loaded; a new one is begun by the runbook's drill (test_runbooks)."""
    monkeypatch.setattr(drill, "subprocess", SimpleNamespace(run=run_module))


@pytest.mark.usefixtures("_forked_drill")
def test_a_drill_compares_with_what_is_published_times_its_steps_and_touches_nothing(home: Home) -> None:
    parts = ("raw", "lake", "restricted", "published", "builds")
    before, rows = _files(home.root, *parts), _rows(home.ledger)
    done = _said(home.root, "drill", "--json")
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert facts["same_content"] is True
    assert set(facts["seconds"]) == {"check", "restore", "rebuild"}
    assert (_files(home.root, *parts), _rows(home.ledger)) == (before, rows)
    assert not [each for each in home.root.parent.iterdir() if "drill" in each.name]
    line = last(home, "drill", succeeded=True)
    assert line is not None and line["steps"] == facts["seconds"] and line["same_content"] is True
    assert troubles(home) == []


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
    taken = back_up(home)
    restored = _restored(home, tmp_path / "to", taken.snapshot)

    from ingest.ledger.records import Submission

    [number] = during
    sha256 = Submission.objects.get(pk=number).raw_file_id
    assert restored.later == (sha256,)
    assert restored.receipts < number < restored.next_receipt
    assert restored.damaged == ()
    ingest.ledger.setup(Home(tmp_path / "to"))
    again = Country(Home(tmp_path / "to")).submit("learner_roster", SCHOOLS[0], "2026-10", rows)
    assert again == restored.next_receipt
    ingest.ledger.setup(home)
    country.judge()


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
    done = _said(home.root, "backup", "--json")
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


def test_a_wrong_password_is_told_and_nothing_is_written(home: Home, tmp_path: Path) -> None:
    at = addresses_of(home)
    for language in LANGUAGES:
        said = _said(
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
    assert "BBAJ_BACKUP_VAULT_PASSWORD" in _in_words(unknown.value)


def test_a_restore_writes_over_nothing(home: Home, tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "letter").write_text("dear", encoding="utf-8")
    said = _said(home.root, "restore", tmp_path / "to")
    assert said.exit_code == 70
    assert "не пуста" in said.stderr
    assert [each.name for each in (tmp_path / "to").iterdir()] == ["letter"]


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


def test_a_restore_that_was_killed_is_repeated_into_the_same_folder(home: Home, tmp_path: Path) -> None:
    code = (
        "from warehouse.services.backup.repositories import known\n"
        "from warehouse.services.backup.restore import chosen, restore\n"
        f"found = known(home); restore(found, chosen(found), Path({str(tmp_path / 'to')!r}))"
    )
    ended = run_in_child(home, code, "restore:placed")
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert (tmp_path / "to" / "raw").is_dir()
    assert _restored(home, tmp_path / "to").damaged == ()
    assert not [each for each in (tmp_path / "to").iterdir() if each.name.startswith(".rest")]


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
    assert "raw/.installation" in _in_words(unread.value)
    assert chosen(known(home)).id.startswith(last(home, "backup")["snapshot"])  # type: ignore[index]


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


def test_a_full_disk_of_the_backup_is_told_until_there_is_room(
    small_disk: Path, elsewhere: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = elsewhere.findings / "1.places.csv"
    noise.write_bytes(os.urandom(4 << 20))
    with pytest.raises(SystemExit):
        clockwork.back_up_everything()
    [trouble] = troubles(elsewhere)
    assert (trouble.task, trouble.told.code) == ("back_up_everything", "backup_disk_full")
    assert last(elsewhere, "backup")["code"] == "backup_disk_full"  # type: ignore[index]
    noise.unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    assert clockwork.back_up_everything()
    assert troubles(elsewhere) == []


def test_a_repository_that_is_gone_is_not_made_anew_in_its_place(home: Home) -> None:
    repository = Path(addresses_of(home)["data"])
    repository.rename(repository.with_name("elsewhere"))
    try:
        repository.mkdir()  # where a disk was mounted
        with pytest.raises(BackupError) as gone:
            back_up(home)
        assert gone.value.code == "backup_no_repository"
        assert "mounted" in _in_words(gone.value)
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


def test_a_damaged_repository_is_told_by_the_drill_and_by_a_restore(home: Home, tmp_path: Path) -> None:
    repository = Path(addresses_of(home)["data"])
    aside = repository.with_name("aside")
    shutil.copytree(repository, aside)
    packs = sorted((repository / "data").rglob("*"), key=lambda file: file.stat().st_size)
    try:
        for pack in packs:
            if pack.is_file():
                pack.chmod(0o600)
                content = bytearray(pack.read_bytes())
                content[len(content) // 2] ^= 1
                pack.write_bytes(content)
        with pytest.raises(BackupError) as damaged:
            _restored(home, tmp_path / "to")
        assert damaged.value.code == "backup_damaged"
        packs[-1].unlink()
        with pytest.raises(SystemExit):
            clockwork.try_backup()
        [trouble] = troubles(home)
        assert (trouble.task, trouble.told.code) == ("try_backup", "backup_damaged")
        assert last(home, "drill")["succeeded"] is False  # type: ignore[index]
    finally:
        shutil.rmtree(repository)
        aside.rename(repository)
        shutil.rmtree(home.backup / "cache")


@pytest.mark.usefixtures("_forked_drill")
def test_a_drill_finds_what_was_damaged_before_it_was_backed_up(home: Home) -> None:
    from ingest.ledger.records import Submission

    number = Submission.objects.filter(verdict__isnull=False).order_by("pk").values_list("pk", flat=True)[0]
    finding = home.findings / f"{number}.json"
    before = finding.read_bytes()
    try:
        finding.write_bytes(before[:-9] + b"something")
        taken = back_up(home)
        with pytest.raises(BackupError) as found:
            hold_drill(home)
        assert found.value.code == "drill_damaged"
        assert finding.name in _in_words(found.value)
        line = last(home, "drill")
        assert line is not None and (line["succeeded"], line["code"]) == (False, "drill_damaged")
        assert line["snapshot"].startswith(taken.snapshot)
        assert not [each for each in home.root.parent.iterdir() if "drill" in each.name]
    finally:
        finding.write_bytes(before)


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


def test_without_restic_the_remedy_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restic, "PROGRAM", "restic-that-is-not-there")
    with pytest.raises(BackupError) as missing:
        back_up(home)
    assert "apt-get install restic" in _in_words(missing.value)


def test_a_home_without_a_repository_is_told_how_to_name_one(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    home = country.home
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    for command in ("backup", "drill"):
        said = _said(home.root, command)
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
        _in_words(BackupError("?").of(code, repository="/mnt/x", why="y"))
    assert restic._code_of(
        subprocess.CompletedProcess([], 1, "", f"write /x: {os.strerror(errno.ENOSPC).lower()}")
    ) == ("backup_disk_full")


def test_repositories_are_told_apart(kept: Home) -> None:
    found: Repositories = known(kept)
    assert found.data.address != found.vault.address
    assert found.data.password != found.vault.password
    assert found.data.password not in repr(found)
