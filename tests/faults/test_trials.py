"""The short form of `make faults`, and that its long form leaves nothing out."""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.home import Home
from tests.faults.trials import __main__ as program
from tests.faults.trials import begin, deaths, full, oracle, power, together
from tests.faults.trials.disks import FailingDisk
from tests.faults.trials.unable import UnableHereError
from tests.warehouse.country import PROJECT, SCHOOLS

LOOSES = """
from pathlib import Path
import os
written = Path(os.environ["BBAJ_HOME"]) / "nobody-asked"
written.write_bytes(b"x" * 4096)
"""


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[FailingDisk]:
    """A disk whose power can be cut."""
    disk = FailingDisk(tmp_path / "disk.img", tmp_path / "disk")
    try:
        disk.make(96 << 20)
        disk.mount()
    except UnableHereError as unable:
        pytest.skip(f"no power can be cut here: {unable}")
    yield disk
    from django.db import connections

    connections.close_all()
    disk.remove()


@pytest.mark.parametrize("failpoint", ["receipt:recorded", ""])
def test_after_a_loss_of_power_every_receipt_that_was_told_stands(
    listed: Path, failing: FailingDisk, failpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    connections.close_all()
    home = Home(failing.at / "home")
    shutil.copytree(listed, home.root, symlinks=True)
    begin.drop_files(home)
    failing.unmount()  # durable so far
    failing.mount()
    done = begin.do(home, "collect", failpoint=failpoint, before=power.ACKNOWLEDGES + LOOSES)
    assert done.returncode == (-9 if failpoint else 0), done.stderr
    told = oracle.receipts_in(done.stdout)
    assert bool(told) != bool(failpoint), "killed before anybody could be told, or told of each"
    failing.cut_power()
    lost = home.root / "nobody-asked"
    assert not lost.exists() or lost.read_bytes() != b"x" * 4096, "this disk loses nothing"
    oracle.require_receipts(home, told)
    again = begin.do(home, "collect")
    assert again.returncode == 0, again.stderr
    oracle.require_receipts(home, told)
    oracle.require_all_taken(home, ("a.csv", "again.csv", "b.csv", "c.csv", "none.nil", "wrong.csv"))
    connections.close_all()


def test_every_named_place_of_the_program_is_tried() -> None:
    places = deaths.places()
    assert len(places) >= 25
    beside = set(deaths.all_places()) - set(places)
    tests = [file for file in (PROJECT / "tests").rglob("test_*.py") if "trials" not in file.name]
    said = "".join(file.read_text(encoding="utf-8") for file in tests)
    assert {name for name in beside if f'"{name}"' not in said} == set(deaths.NOT_KILLED)
    assert {stage.act for stage in places.values()} <= set(begin.ACTS)
    assert set(deaths.names()) >= set(places)
    assert {name for name in power.names() if ":" in name} >= {
        name for name, stage in places.items() if stage.act in begin.WAY
    }
    for kind in (full, together):
        assert len(kind.names()) == len(set(kind.names())) >= 3


def test_trials_are_drawn_from_a_seed_interrupted_and_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn: list[tuple[str, float]] = []
    holds = [True]

    class Kind:
        @staticmethod
        def names() -> list[str]:
            return ["one", "two"]

        @staticmethod
        def run(work: Path, name: str, chance: random.Random) -> str:
            drawn.append((name, chance.random()))
            if len(drawn) == 2 and holds[0]:
                raise KeyboardInterrupt
            assert name != "two" or not holds[0], "two does not hold"
            return "done"

    monkeypatch.setattr(program, "KINDS", {"kill": Kind})
    monkeypatch.setattr(sys, "argv", ["trials", "--runs", "2", "--work", str(tmp_path), "--seed", "7"])
    with pytest.raises(KeyboardInterrupt):
        program.main()
    assert program.main() == 1
    assert "ONLY=kill/two/0" in capsys.readouterr().out
    assert [name for name, _ in drawn] == ["one", "two", "two", "one", "two"]
    assert drawn[1][1] == drawn[2][1], "the same trial again"
    holds[0] = False
    assert program.main() == 0, "what did not hold is tried again, what held is not"
    assert [name for name, _ in drawn[5:]] == ["two", "two"]
    lines = [json.loads(line) for line in (tmp_path / program.LOG).read_text().splitlines()]
    assert len(lines) == 6 and all(each["seed"] == 7 for each in lines)


def test_the_oracle_sees_what_is_wrong(listed: Path, tmp_path: Path) -> None:
    from django.db import connections

    connections.close_all()
    home = Home(tmp_path / "home")
    shutil.copytree(listed, home.root, symlinks=True)
    oracle.require_receipts(home)
    with pytest.raises(AssertionError, match="receipt 99 is lost"):
        oracle.require_receipts(home, {(99, "0" * 64)})
    with pytest.raises(AssertionError, match="publication None is shown"):
        oracle.require_old_or_new(home, {1})
    stray = home.drop / SCHOOLS[0] / "attendance" / "x.csv"
    stray.parent.mkdir(parents=True)
    stray.touch()
    with pytest.raises(AssertionError, match="left lying"):
        oracle.require_all_taken(home, ())
    stray.unlink()
    oracle.require_whole(home)
    raw = next(file for file in home.raw.rglob("*") if file.is_file() and not file.name.startswith("."))
    raw.write_bytes(b"other")
    with pytest.raises(AssertionError, match="is damaged"):
        oracle.require_receipts(home)
    connections.close_all()
