"""Who holds a lock and is stopped, or died: nobody writes beside it, nobody waits in silence, and it goes on by itself
when that one goes on or ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ingest.ledger
from ingest.cli import app
from ingest.home import Home
from ingest.ledger.records import Submission
from ingest.ledger.store import database
from ingest.locks import BusyError, is_locked, locked, stopped_holders
from ingest.receive import drop
from tests.ingest.ledger import cluster
from tests.warehouse.country import PROJECT, Country
from warehouse.services.troubles import troubles
from warehouse.services.verdicts.intake import intake_lock, judge_waiting

HOLD = """
import sys, time
from pathlib import Path
from ingest.locks import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def held() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Holds a lock in a process of its own."""
    begun: list[subprocess.Popen[str]] = []

    def hold(path: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLD, str(path)]
        process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        begun.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield hold
    for process in begun:
        process.kill()
        process.wait()


def _stopped(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGSTOP)
    until = time.monotonic() + 120
    while "T" not in Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]:
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.usefixtures("forked")
@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at as Linux shows them")
def test_a_stopped_holder_is_told_keeps_its_lock_and_nothing_is_lost(
    country: Country, held: Callable[[Path], subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = country.home
    rosters = country.rosters()
    process = held(intake_lock(home))
    assert stopped_holders(home) == [], "one that works is nobody's trouble"
    _stopped(process)
    monkeypatch.setattr("warehouse.services.verdicts.intake._WAIT_SECONDS", 0.2)
    with pytest.raises(BusyError):
        judge_waiting(home)
    [found] = troubles(home)
    assert (found.told.code, found.told.facts["process"]) == ("lock_holder_stopped", process.pid)
    for language in ("kk", "ru", "en"):
        said = CliRunner().invoke(app, ["status", "--lang", language], env={"BBAJ_HOME": str(home.root)})
        assert f"kill -CONT {process.pid}" in " ".join(said.stdout.split())
        assert said.exit_code == 0
    shown = CliRunner().invoke(app, ["status", "--json"], env={"BBAJ_HOME": str(home.root)})
    assert [each["task"] for each in json.loads(shown.stdout)["troubles"]] == ["lock"]
    process.send_signal(signal.SIGCONT)
    assert process.poll() is None and is_locked(intake_lock(home)), "nobody took it meanwhile"
    _stopped(process)
    process.kill()  # a stopped one can be ended as well
    process.wait()
    assert troubles(home) == []
    ingest.ledger.setup(home)
    assert judge_waiting(home).accepted == len(rosters)
    assert set(Submission.objects.filter(pk__in=rosters).values_list("state", flat=True)) == {"accepted"}


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_nobody_waits_for_ever_to_collect(
    home: Home,
    held: Callable[[Path], subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
) -> None:
    held(home.drop / ".lock")
    monkeypatch.setattr(drop, "_WAIT_SECONDS", seconds)
    with pytest.raises(BusyError):
        drop.collect(home)


def test_no_lock_of_ours_is_waited_for_without_an_end() -> None:
    """Whoever needs a lock takes it by `locked`, which ends; or asks without waiting."""
    waits = []
    for room in ("ingest", "warehouse", "expectations", "dashboards", "signin"):
        for file in (PROJECT / room).rglob("*.py"):
            lines = file.read_text(encoding="utf-8").splitlines()
            waits += [
                f"{file}:{number}"
                for number, line in enumerate(lines, 1)
                if "flock(" in line and "LOCK_NB" not in line and "LOCK_UN" not in line
            ]
    assert waits == []


def test_a_lock_is_free_when_its_holder_is_killed(
    tmp_path: Path, held: Callable[[Path], subprocess.Popen[str]]
) -> None:
    path = tmp_path / "folder" / ".lock"
    process = held(path)
    with pytest.raises(BusyError), locked(path):
        pass
    os.kill(process.pid, signal.SIGKILL)
    with locked(path, 60):
        pass
    assert not is_locked(path) and not is_locked(tmp_path / "none")


@pytest.mark.skipif(cluster.programs() is None, reason="PostgreSQL is not installed")
def test_who_stops_in_a_transaction_of_the_server_loses_it_and_cannot_write_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    programs = cluster.programs()
    assert programs is not None
    with cluster.server(programs) as url:
        (tmp_path / "bbaj.toml").write_text(f'ledger = "{url}"\n', encoding="utf-8")
        options = database.database_of(Home(tmp_path))["OPTIONS"]["options"]
        with psycopg.connect(url, options=options) as usual:
            for name, value in (("idle_in_transaction_session_timeout", "10min"), ("lock_timeout", "2min")):
                row = usual.execute(f"SHOW {name}").fetchone()
                assert row == (value,)
        quick = options.replace("600000", "300").replace("120000", "60000")
        with psycopg.connect(url, autocommit=True) as other, psycopg.connect(url, options=quick) as stopped:
            other.execute("CREATE TABLE counted (n int); INSERT INTO counted VALUES (1)")
            stopped.execute("UPDATE counted SET n = 100")
            # It is waited for no longer than it may be idle; its own change is gone.
            other.execute("UPDATE counted SET n = n + 1")
            assert other.execute("SELECT n FROM counted").fetchone() == (2,)
            with pytest.raises(psycopg.Error):
                stopped.execute("UPDATE counted SET n = 100")
            assert other.execute("SELECT n FROM counted").fetchone() == (2,)
            stopped.close()
