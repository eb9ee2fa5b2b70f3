"""Commands that only read leave no trace: in no home, in an empty one, in one that works."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from typer.main import get_command

from ingest.cli import app
from tests.ingest.cli.conftest import Call
from tests.once import made_once
from tests.warm import run_python

COMMANDS = get_command(app).commands  # type: ignore[attr-defined]
TERRITORIES = (
    "kato,level,type_code,name_ru,name_kk,\n110000000,oblast,0,Акмолинская область,Ақмола облысы,?\n"
)
REPORT = ("--form", "territory_register", "--node", "KZ", "--period", "2026-07-17")
# What each reading command is asked; FILE is a file to read, OUT a folder outside the home.
READING: dict[str, list[str]] = {
    "read": ["FILE", "--out-dir", "OUT/plain"],
    "check": ["FILE", *REPORT],
    "template": ["territory_register", *REPORT[2:], "-o", "OUT/template.xlsx"],
    "queries": ["1"],
    "marked": ["1", "-o", "OUT/marked.xlsx"],
    "status": [],
    "inbox": ["--by", "KZ"],
    "show": ["1"],
    "publications": [],
    "explain": [],
    "diff": [],
    "health": [],
    "settings": ["--history"],
    "user-list": ["--all"],
    "purpose-list": ["--all"],
    "reports": ["--all"],
    "recipients": ["--all"],
    "outbox": [],
    "outbox-bounces": [],
    "outbox-show": ["1"],
    "purpose-journal": ["--all"],
    "reference-pack": ["--node", "KZ", "-o", "OUT/pack.zip"],
    "completion": ["bash"],
    "generate": ["--check"],
}
WRITING = {
    *(
        "submit",
        "nil",
        "answer",
        "confirm",
        "withdraw",
        "approve",
        "return",
        "judge",
        "build",
        "publish",
        "rollback",
        "lift",
    ),
    *(
        "rebuild",
        "init",
        "collect",
        "obligations",
        "demo",
        "exempt",
        "rotate-secret",
        "retry",
        "password",
        "verify",
        "backup",
        "restore",
        "drill",
        "move-ledger",
    ),
    *("person-find", "person-correct", "person-erase", "person-officer"),
    *("user-add", "user-change", "user-end"),
    *("purpose-grant", "purpose-end", "report"),
    *("recipients-add", "recipients-change", "recipients-remove", "send"),
    *("outbox-hold", "outbox-release", "outbox-withdraw", "outbox-returned"),
    *("scope", "start", "deadline", "holiday", "close", "reopen", "take-back"),
}
# These may end with another code than 0, since it says how an installation stands, or that there is nothing to show.
TELLING = {"health", "outbox-show"}
# These answer without a home.
NEED_NO_HOME = {"read", "check", "completion", "generate"}


def trace(folder: Path) -> dict[str, tuple[int, int, int, str]]:
    """Every file and folder with its mode, size, time and content."""
    seen = {}
    for path in sorted((folder, *folder.rglob("*"))):
        found = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        size = found.st_size if path.is_file() else 0
        seen[str(path)] = (found.st_mode, size, found.st_mtime_ns, content)
    return seen


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside")
    (folder / "kato.csv").write_text(TERRITORIES, encoding="utf-8")
    return folder


def words_of(command: str, outside: Path) -> list[str]:
    places = {"FILE": str(outside / "kato.csv"), "OUT": str(outside)}
    words = READING[command]
    return [command, *(places.get(word, word.replace("OUT/", f"{outside}/")) for word in words)]


@pytest.fixture(scope="module")
def working_home(tmp_path_factory: pytest.TempPathFactory, outside: Path) -> Path:
    """A home with one judged submission about which something is asked."""
    script = "import sys; from ingest.cli import app\n"
    script += "for words in (['init'], ['submit', sys.argv[1], *sys.argv[2:]], ['judge']):\n"
    script += "    try: app(words)\n    except SystemExit as ended: assert not ended.code, words\n"

    def make(home: Path) -> None:
        done = run_python(script, outside / "kato.csv", *REPORT, env=os.environ | {"BBAJ_HOME": str(home)})
        assert done.returncode == 0, done.stderr

    return made_once("working home", tmp_path_factory.mktemp("working") / "home", make)


def test_every_command_is_known_to_read_or_to_write() -> None:
    assert set(READING) | WRITING == set(COMMANDS)
    assert not set(READING) & WRITING


@pytest.mark.parametrize("command", READING)
@pytest.mark.parametrize("is_there", [False, True], ids=["missing", "empty"])
def test_no_home_is_made_and_it_is_said_how_to_make_one(
    call: Call, tmp_path: Path, outside: Path, command: str, is_there: bool
) -> None:
    if is_there:
        (tmp_path / "no home").mkdir()
    before = trace(tmp_path)
    said = call(*words_of(command, outside), BBAJ_LANG="en")
    assert trace(tmp_path) == before
    if command in NEED_NO_HOME:
        assert said.exit_code in (0, 1)
        return
    assert said.exit_code == 64
    assert "bbaj init" in said.stderr and str(tmp_path / "no home") in said.stderr


@pytest.mark.parametrize("command", READING)
def test_nothing_of_a_working_home_changes(
    call: Call, working_home: Path, outside: Path, command: str
) -> None:
    before = trace(working_home)
    said = call(*words_of(command, outside), BBAJ_HOME=str(working_home), BBAJ_LANG="en")
    assert said.exit_code == 0 or command in TELLING, said.output
    assert trace(working_home) == before


def test_a_home_that_may_only_be_read_is_read(
    call: Call, working_home: Path, outside: Path, tmp_path: Path
) -> None:
    home = tmp_path / "read only"
    shutil.copytree(working_home, home)
    everything = [home, *home.rglob("*")]
    for path in everything:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)
    before = trace(home)
    try:
        for command in READING:
            said = call(*words_of(command, outside), BBAJ_HOME=str(home), BBAJ_LANG="en")
            assert said.exit_code == 0 or command in TELLING, (command, said.output)
            assert "Traceback" not in said.output
        assert trace(home) == before
    finally:
        for path in everything:
            path.chmod(0o700)


def test_what_a_writer_has_not_put_away_yet_is_seen(call: Call, working_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "busy"
    shutil.copytree(working_home, home)
    writer = sqlite3.connect(home / "ledger.sqlite3")
    try:
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("UPDATE ledger_submission SET state = 'approved'")
        writer.commit()
        said = call("status", "--json", BBAJ_HOME=str(home))
        assert json.loads(said.stdout)["newest"][0]["state"] == "approved"
    finally:
        writer.close()


@pytest.mark.parametrize(
    "sql, said",
    [
        ("DELETE FROM django_migrations WHERE app = 'ledger' AND name NOT LIKE '0001%'", "bbaj init"),
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_later', '2030-01-01')",
            "newer",
        ),
    ],
    ids=["older", "newer"],
)
def test_a_ledger_of_another_version_is_left_as_it_is(
    call: Call, working_home: Path, outside: Path, tmp_path: Path, sql: str, said: str
) -> None:
    home = tmp_path / "another"
    shutil.copytree(working_home, home)
    with sqlite3.connect(home / "ledger.sqlite3") as connection:
        connection.execute(sql)
    connection.close()
    before = trace(home)
    for command in sorted(set(READING) - TELLING - {"read", "completion", "generate"}):
        told = call(*words_of(command, outside), BBAJ_HOME=str(home), BBAJ_LANG="en")
        assert (told.exit_code, said in told.stderr) == (70, True), (command, told.output)
    assert trace(home) == before


def test_acts_on_what_is_there_make_no_home(call: Call, tmp_path: Path) -> None:
    for words in (["approve", "1", "--by", "KZ"], ["publish"], ["rollback", "1"], ["rebuild"]):
        assert call(*words).exit_code == 64
    assert list(tmp_path.iterdir()) == []
