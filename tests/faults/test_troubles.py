"""What stops working is told: the task fails in words, `bbaj status` says what, since when and what to do, in each
language and without a traceback, and stops saying it when it works again. Each with the real thing."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import ingest.ledger
from ingest.cli import app
from ingest.home import Home
from ingest.ledger import builds
from ingest.ledger.records import Build, Submission
from ingest.locks import locked
from ingest.receive.store import RawStore
from ingest.told import Told, phrases, told_of
from tests.faults.spoiling import flip_a_bit
from tests.ingest.ledger import cluster
from tests.warehouse.country import NOW, PROJECT, SCHOOLS, Country, attendance, csv_of, new_home, run_in_child
from warehouse.services.tasks import clockwork
from warehouse.services.troubles import FOLDER, settled, troubles, watched
from warehouse.services.upkeep.installation import initialise
from warehouse.services.upkeep.rebuild import relay
from warehouse.services.verdicts.replay import OriginalError

LANGUAGES = ("kk", "ru", "en")
Say = Callable[..., Result]


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    """`bbaj` with these words over a home."""
    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)

    def run(home: Home, *words: str, **environment: str) -> Result:
        from django.db import connections

        connections.close_all()
        return CliRunner().invoke(app, list(words), env={"BBAJ_HOME": str(home.root)} | environment)

    return run


def _fails(task: Callable[[], object], home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    from django.db import connections

    connections.close_all()
    with pytest.raises(SystemExit):
        task()


def _told(say: Say, home: Home, *codes: str) -> list[dict[str, object]]:
    """What status says does not work, in each language, without a trace."""
    for language in LANGUAGES:
        shown = say(home, "status", "--lang", language)
        assert "Traceback" not in shown.output
        for each in troubles(home):
            assert each.told.say(language)[:20] in " ".join(shown.output.split())
    found = json.loads(say(home, "status", "--json").stdout)["troubles"]
    assert {each["code"] for each in found} == set(codes)
    return list(found)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    where = tmp_path / "disk"
    where.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", where], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield where
    from django.db import connections

    connections.close_all()
    subprocess.run(["umount", "-l", where], check=True)


def _fill(disk: Path) -> Path:
    """Take all the room there is."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(bytes(4096))
        except OSError:
            pass
    return ballast


def _drop(home: Home, size: int) -> Path:
    file = home.drop / SCHOOLS[0] / "attendance" / "2026-W37" / "file.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(random.Random(1).randbytes(size))
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    return file


def test_a_full_disk_fails_the_task_and_is_told_until_there_is_room(
    small_disk: Path, say: Say, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    home = new_home(small_disk / "home")
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    monkeypatch.setenv("BBAJ_LANG", "en")
    initialise(home)
    with watched(home, "receive_drop"):
        pass
    file = _drop(home, 600_000)
    ballast = _fill(small_disk)
    with caplog.at_level("ERROR"):
        _fails(clockwork.receive_drop, home, monkeypatch)
    assert "disk" in caplog.text and "Traceback" not in caplog.text
    assert file.exists()
    assert not list((home.raw / ".incoming").glob("*"))
    [found] = _told(say, home, *{each.told.code for each in troubles(home)})
    assert found["code"] in ("disk_full", "database_full")
    since = found["since"]
    time.sleep(0.01)
    _fails(clockwork.receive_drop, home, monkeypatch)
    [again] = _told(say, home, str(found["code"]))
    assert (again["since"], again["times"]) == (since, 2)
    ballast.unlink()
    monkeypatch.setattr(clockwork, "_nothing_to_do", lambda why: None)
    clockwork.receive_drop()
    assert not file.exists()
    assert troubles(home) == []


def test_a_disk_that_may_only_be_read_is_told(
    small_disk: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = new_home(small_disk / "home")
    initialise(home)
    from django.db import connections

    connections.close_all()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    try:
        _fails(clockwork.receive_drop, home, monkeypatch)
        for words in (["judge"], ["collect"], ["build"], ["init"]):
            for language in LANGUAGES:
                shown = say(home, *words, "--lang", language)
                assert shown.exit_code == 70, shown.output
                assert "Traceback" not in shown.output
                assert len(shown.stderr.strip().splitlines()) == 1
    finally:
        subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)


@pytest.mark.skipif(cluster.programs() is None, reason="PostgreSQL is not installed")
def test_a_database_that_is_away_or_refuses_is_told(
    tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    programs = cluster.programs()
    assert programs is not None
    with cluster.server(programs) as url:
        home = _home_in(tmp_path / "home", url)
        monkeypatch.setenv("BBAJ_HOME", str(home.root))
        initialise(home)
        clockwork.settle_obligations()
        assert _told(say, home) == []
        user, _, rest = url.partition("@")
        wrong = _home_in(home.root, f"{user.rpartition(':')[0]}:wrong@{rest}")
        _fails(clockwork.settle_obligations, wrong, monkeypatch)
        _told(say, wrong, "database_password")
        home = _home_in(home.root, url)
    _fails(clockwork.settle_obligations, home, monkeypatch)
    _told(say, home, "database_away")
    for language in LANGUAGES:
        for words in (["status"], ["judge"], ["inbox", "--by", "KZ"]):
            shown = say(home, *words, "--lang", language)
            assert shown.exit_code == 70
            assert "Traceback" not in shown.output


def _home_in(root: Path, url: str) -> Home:
    root.mkdir(exist_ok=True)
    (root / "bbaj.toml").write_text(f'ledger = "{url}"\n', encoding="utf-8")
    return Home(root)


@pytest.mark.parametrize("seed", range(3))
def test_a_ledger_of_turned_bytes_is_told(
    country: Country, say: Say, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    from django.db import connections

    home = country.home
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    initialise(home)
    connections.close_all()
    chance = random.Random(seed)
    held = bytearray(home.ledger.read_bytes())
    for page in range(0, len(held), 4096):  # what SQLite needs of each page
        held[page : page + 12] = chance.randbytes(12)
    home.ledger.write_bytes(held)
    _fails(clockwork.judge_waiting, home, monkeypatch)
    _told(say, home, "database_damaged")
    for language in LANGUAGES:
        for words in (["judge"], ["build"], ["rebuild"], ["publications"]):
            shown = say(home, *words, "--lang", language)
            assert shown.exit_code == 70
            assert "Traceback" not in shown.output and "our_fault" not in shown.output


def test_a_lock_that_is_held_and_a_key_that_is_gone_are_told(
    country: Country, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = country.home
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    initialise(home)
    monkeypatch.setattr("warehouse.services.verdicts.intake._WAIT_SECONDS", 0.2)
    with locked(home.restricted / ".intake.lock"):
        _fails(clockwork.judge_waiting, home, monkeypatch)
        _told(say, home, "busy")
    key = next(home.keys.glob("alias-*.key"))
    content = key.read_text()
    key.unlink()
    for language in LANGUAGES:
        shown = say(home, "rebuild", "--lang", language)
        assert shown.exit_code == 70 and "Traceback" not in shown.output
        assert "keys" in shown.stderr
    _fails(clockwork.verify_everything, home, monkeypatch)
    _told(say, home, "busy", "damage_found")
    key.write_text(content)
    key.chmod(0o600)
    monkeypatch.setattr(clockwork, "_nothing_to_do", lambda why: {})
    clockwork.judge_waiting()
    clockwork.verify_everything()
    assert troubles(home) == []


def test_an_original_that_is_gone_or_altered_is_told_with_its_receipt(
    country: Country, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = country.home
    sent = Submission.objects.filter(raw_file__isnull=False).order_by("pk").first()
    assert sent is not None
    path = RawStore(home).path(sent.raw_file_id or "")
    content = path.read_bytes()
    for damage in ("altered", "missing"):
        flip_a_bit(path, random.Random(1)) if damage == "altered" else path.unlink()
        with pytest.raises(OriginalError) as refused:
            relay(home)
        assert refused.value.details["receipt"] == sent.pk
        assert refused.value.details["damage"] == damage
        for language in LANGUAGES:
            told = told_of(refused.value)
            assert told is not None
            assert f"№ {sent.pk}" in told.say(language) or f"No. {sent.pk}" in told.say(language)
            assert sent.file_name in told.say(language)
        path.write_bytes(content)


def test_a_file_altered_before_it_is_judged_is_set_aside_and_the_others_go_on(rostered: Country) -> None:
    home = rostered.home
    first, second = (
        rostered.submit_file(
            "attendance", school, "2026-W37", csv_of(attendance(school, "2026-W37")), "a.csv"
        )
        for school in SCHOOLS
    )
    flip_a_bit(RawStore(home).path(Submission.objects.get(pk=first).raw_file_id or ""), random.Random(2))
    rostered.judge()
    states = {number: Submission.objects.get(pk=number).state for number in (first, second)}
    assert states == {first: "set_aside", second: "accepted"}


TASK = """
import os, signal
os.environ["BBAJ_HOME"] = str(home.root)
from warehouse.services.troubles import watched
with watched(home, "judge_waiting"):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_task_that_was_killed_is_told_until_it_succeeds(home: Home, say: Say) -> None:
    with watched(home, "judge_waiting"):
        assert troubles(home) == []  # at work, and alive
    assert run_in_child(home, TASK).returncode == -signal.SIGKILL
    _told(say, home, "task_killed")
    settled(home, "judge_waiting")
    assert troubles(home) == []


def test_what_is_kept_bears_any_length_and_any_content(home: Home) -> None:
    for size in (0, 10, 5000):
        with pytest.raises(OSError), watched(home, "build_warehouse"):
            raise OSError(28, "full", "ы" * size or None)
        [found] = troubles(home)
        assert found.told.code == "disk_full"
    file = home.root / FOLDER / "build_warehouse.json"
    assert file.stat().st_size == 4096
    assert file.stat().st_mode & 0o777 == 0o600
    for content in (b"", b"{", b"[]", b'{"state": 1}', os.urandom(4096)):
        file.write_bytes(content)
        assert troubles(home) == []
    shutil.rmtree(file.parent)
    assert troubles(home) == []


def test_a_fault_of_the_program_is_told_by_its_kind_and_keeps_its_trace(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BBAJ_HOME", str(home.root))

    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(clockwork, "keep_obligations", lambda home: broken())
    with pytest.raises(ZeroDivisionError):
        clockwork.settle_obligations()
    [found] = troubles(home)
    assert found.told == Told("our_fault", {"kind": "ZeroDivisionError"})


BUILD = """
from ingest.locks import locked
from ingest.ledger import builds
from ingest.ledger.decisions.manifest import NOTHING
import time
with locked(home.builds / ".lock"):
    builds.start(NOTHING, home.now())
    print("begun", flush=True)
    time.sleep(60)
"""


def test_a_build_that_was_killed_does_not_stay_running(home: Home, say: Say) -> None:
    prelude = (
        "from pathlib import Path\nfrom ingest.home import Home\nimport ingest.ledger\n"
        f"home = Home(Path({str(home.root)!r}))\ningest.ledger.setup(home)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", prelude + BUILD], stdout=subprocess.PIPE, text=True, cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        initialise(home)
        assert [each.state for each in Build.objects.all()] == ["running"]  # it is
    finally:
        process.kill()
        process.wait()
    for language in LANGUAGES:
        assert "bbaj build" in say(home, "status", "--lang", language).stdout
    ingest.ledger.setup(home)
    initialise(home)
    [build] = Build.objects.all()
    assert build.state == "failed" and build.ended_at is not None
    assert builds.running() == []


def test_every_task_has_its_name_and_every_trouble_its_words() -> None:
    of_clockwork = {name: each for name, each in vars(clockwork).items() if hasattr(each, "__wrapped__")}
    tasks = {name for name, each in of_clockwork.items() if each.__module__ == clockwork.__name__}
    assert {f"task_{name}" for name in tasks} <= set(phrases())
    assert len(tasks) >= 9
    said = Told("database_away", {"home": "/x", "engine": "psycopg"})
    assert Told.from_json(json.loads(json.dumps(said.to_json()))) == said
    assert all(said.say(language) for language in LANGUAGES)
