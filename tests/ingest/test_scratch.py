"""What a program writes on its way goes with it, however it ends, and nobody else's goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.emit.template import template
from ingest.schema.forms.load import contracts
from ingest.scratch import sweep

PROJECT = Path(__file__).parents[2]
WRITES = """
import os, signal, sys, tempfile, time
from pathlib import Path
from ingest.scratch import keep_scratch
assert keep_scratch()
Path(tempfile.mkdtemp(), "list.csv").write_text("of learners")
print("written", flush=True)
"""
ENDINGS = {
    "by itself": "",
    "of a fault": "raise ValueError",
    "at once": "os._exit(3)",
    "told to": "os.kill(os.getpid(), signal.SIGTERM); time.sleep(600)",
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "after one forked from it": "os.fork() or sys.exit(); os.wait(); assert os.listdir(tempfile.gettempdir())",
}
"""How a program ends."""


def _begin(temporary: Path, *words: str) -> subprocess.Popen[str]:
    environment = os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(  # whoever begins the tests in the background leaves an interrupt ignored in all of them
        ["env", "--default-signal=INT", sys.executable, *words],
        env=environment,
        cwd=temporary,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _files(temporary: Path) -> list[Path]:
    return [path for path in temporary.rglob("*") if path.is_file() and path.suffix != ".lock"]


def _wait_for(what: Callable[[], object]) -> None:
    until = time.monotonic() + 120
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The system's folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def test_however_a_program_ends_the_next_finds_nothing_of_it_and_what_lives_stays(temporary: Path) -> None:
    alive = _begin(
        temporary, "-c", f"{WRITES}\nsys.stdin.read()\nassert list(Path(tempfile.gettempdir()).iterdir())"
    )
    assert alive.stdout is not None
    assert alive.stdout.readline() == "written\n"
    kept = _files(temporary)
    ended = {name: _begin(temporary, "-c", f"{WRITES}\n{ending}") for name, ending in ENDINGS.items()}
    assert {name for name, program in ended.items() if program.communicate()[0] != "written\n"} == set()
    assert ended["after one forked from it"].returncode == 0
    assert _begin(temporary, "-c", WRITES).wait() == 0
    assert _files(temporary) == kept
    alive.communicate("")
    assert alive.returncode == 0
    (base,) = temporary.iterdir()
    assert list(base.iterdir()) == []


def test_what_is_somebody_elses_is_left_alone(temporary: Path) -> None:
    """A link put where the folder would be is not followed, and whoever cannot keep one works without."""
    other = temporary.parent / "another"
    other.mkdir()
    (temporary / f"bbaj-scratch-{os.getuid()}").symlink_to(other)
    code = "import tempfile; from ingest.scratch import keep_scratch; assert keep_scratch() is None; tempfile.mkdtemp()"
    assert _begin(temporary, "-c", code).wait() == 0
    assert list(other.iterdir()) == []


@pytest.mark.parametrize("left", ["a folder", "no folder", "a file"])
def test_tidying_up_bears_whatever_lies_there(left: str, temporary: Path) -> None:
    (temporary / "one.lock").touch()
    if left == "a file":
        (temporary / "one").touch()
    elif left != "no folder":
        (temporary / "one").mkdir()
        (temporary / "one" / "list.csv").touch()
    (temporary / "unknown").mkdir()
    sweep(temporary)
    assert (temporary / "unknown").is_dir()
    assert (temporary / "one.lock").exists() == (temporary / "one").exists()


def test_a_killed_command_leaves_no_list_of_learners(temporary: Path) -> None:
    """Killed as soon as it has a place for what it writes."""
    (temporary.parent / "week.xlsx").write_bytes(template(contracts()["attendance"], "kk"))
    words = (
        "check",
        str(temporary.parent / "week.xlsx"),
        "--form",
        "attendance",
        "--marked",
        str(temporary.parent),
    )
    program = _begin(temporary, "-m", "ingest.cli", *words)
    _wait_for(lambda: list(temporary.glob("*/*/*")) or program.poll() is not None)
    program.kill()
    program.wait()
    assert list(temporary.glob("*/*/*"))

    def is_tidied() -> bool:
        """Processes that read and judge for it notice that it has gone."""
        return _begin(temporary, "-m", "ingest.cli", "--version").wait() == 0 and not list(
            temporary.glob("*/*")
        )

    _wait_for(is_tidied)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL])
def test_whoever_ends_the_checkers_page_finds_no_file_on_the_disk(
    end: signal.Signals, temporary: Path
) -> None:
    given = temporary.parent / "week.csv"
    given.write_text("1,2\n", encoding="utf-8")
    program = _begin(temporary, "-m", "ingest.checker", "--no-browser", str(given))
    assert program.stdout is not None
    assert "http://" in program.stdout.readline()
    assert given.read_bytes() in [path.read_bytes() for path in _files(temporary)]
    program.send_signal(end)
    program.wait()
    if end == signal.SIGKILL:
        assert _begin(temporary, "-m", "ingest.cli", "--version").wait() == 0
    assert _files(temporary) == []
