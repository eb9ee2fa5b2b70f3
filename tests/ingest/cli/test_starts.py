"""Commands that only look load none of the libraries that read, judge and keep; those that find nothing to do load none
of what they would do it with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ingest.read import bombs

HEAVY = ("pyarrow", "pandas", "duckdb", "great_expectations", "dbt")
# What judges, marks, backs up and looks through; the process apart that judges has loaded its own.
WORK = (
    "pandas", "great_expectations", "dbt", "xlsxwriter", "expectations.judging.judge", "expectations.rules",
    "warehouse.services.verdicts.batch", "warehouse.services.backup.take", "warehouse.services.verify.look",
)  # fmt: skip
_STARTED = """
import runpy, sys
sys.argv = ["bbaj", *sys.argv[1:]]
try:
    runpy.run_module("ingest.cli", run_name="__main__")
except SystemExit:
    pass
print("loaded:", *sorted(sys.modules))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("starts") / "home"
    _run(home, "init")
    _run(home, "judge")  # follows what there is: from then on nothing is new
    return home


def _run(home: Path, *words: str) -> set[str]:
    """The modules that are loaded when the command has said all it has to say."""
    done = subprocess.run(
        [sys.executable, "-c", _STARTED, *words],
        env={**os.environ, "BBAJ_HOME": str(home)},
        check=True,
        capture_output=True,
        text=True,
    )
    return set(done.stdout.splitlines()[-1].removeprefix("loaded:").split())


@pytest.mark.parametrize(
    "words", [("--help",), ("--version",), ("status",), ("health",), ("inbox", "--help"), ("check", "--help")]
)
def test_a_command_that_only_looks_loads_no_more_than_it_needs(home: Path, words: tuple[str, ...]) -> None:
    loaded = _run(home, *words)
    assert "ingest" in loaded
    assert not loaded & set(HEAVY)


def test_who_has_a_file_checked_loads_nothing_that_checks_it(home: Path, tmp_path: Path) -> None:
    """A process apart does, and would have to load it once more."""
    file = tmp_path / "week.csv"
    file.write_bytes(bombs.csv(2))
    loaded = _run(home, "check", str(file), "--form", "attendance")
    assert "ingest" in loaded
    assert not loaded & {*HEAVY, "numpy", "xlsxwriter", "fastexcel"}


@pytest.mark.parametrize("words", ["collect", "judge", "obligations", "publish"])
def test_a_command_that_finds_nothing_to_do_loads_nothing_it_would_do_it_with(home: Path, words: str) -> None:
    loaded = _run(home, words)
    assert "warehouse.storage.identity" in loaded
    assert not loaded & set(WORK)
    if words == "collect":  # the others look for a calendar as long as there is none, or at what a build left
        assert not loaded & {"pyarrow", "numpy", "duckdb"}
