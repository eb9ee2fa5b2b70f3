"""Whatever has no end is ended, with all that it began."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.warm import run_python

_PROGRAM = """
import json, os, signal, sys, time
from pathlib import Path
from tests.mutants import watching
watching._LOOK = 0.02

def orphan():
    "A process in a session of its own whose parent is gone."
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            Path("orphan").write_text(str(os.getpid()))
            signal.pause()
        os._exit(0)
    os.wait()
    while not Path("orphan").exists() or not Path("orphan").read_text():
        time.sleep(0.01)

def run():
    exec(sys.argv[1], globals())
    return 0

patience = watching.Patience(processor=float(sys.argv[3]), waiting=0.5, memory=400 << 20)
ended = watching.watch(run, lambda: "", patience, lambda: sys.argv[2] == 'asked')
print(json.dumps([ended.code, ended.why]))
"""


def _ended(code: str, folder: Path, asked: str = "asked") -> tuple[int | None, str]:
    # What fills much memory needs a while of a processor for it.
    processor = "60" if "held" in code else "0.3"
    done = run_python(_PROGRAM, code, asked, processor, cwd=folder, ahead=("psutil",))
    assert done.returncode == 0, done.stderr
    ended, why = json.loads(done.stdout)
    return ended, why


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("while True: pass", "more than 0.3 seconds of a processor"),
        ("signal.pause()", "waited for more than 0.5 seconds"),
        ("while True: time.sleep(0.005)", "waited for more than 0.5 seconds"),
        ("os.fork(); os.fork(); signal.pause()", "waited for more than 0.5 seconds"),
        ("held = bytearray(os.urandom(1)) * (500 << 20); signal.pause()", "more than 400 MiB of memory"),
        ("os.fork() or [None for _ in iter(int, 1)]; os.wait()", "more than 0.3 seconds of a processor"),
    ],
)  # fmt: skip
def test_what_has_no_end_is_ended_and_why_is_told(code: str, why: str, tmp_path: Path) -> None:
    assert _ended(code, tmp_path) == (None, why)


@pytest.mark.parametrize(
    ("code", "ended"),
    [("pass", 0), ("os._exit(3)", 3), ("os.kill(os.getpid(), 9)", -9), ("raise ValueError", 70)],
)
def test_what_ends_is_let_end(code: str, ended: int, tmp_path: Path) -> None:
    assert _ended(code, tmp_path) == (ended, "")


def test_what_nobody_asks_for_any_more_is_ended(tmp_path: Path) -> None:
    assert _ended("while True: pass", tmp_path, "no more") == (None, "nobody asks for it any more")


@pytest.mark.parametrize("code", ["orphan()", "orphan(); signal.pause()"])
def test_nothing_that_was_begun_is_left(code: str, tmp_path: Path) -> None:
    _ended(code, tmp_path)
    assert not Path("/proc", (tmp_path / "orphan").read_text()).exists()
