"""What a service says is kept in files of bounded size, to its last words, and its end is its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.kept_log import KEPT, run


def _keep(log: Path, program: str, *, tee: bool = False) -> subprocess.Popen[bytes]:
    line = [
        sys.executable,
        "-m",
        "ingest.kept_log",
        str(log),
        *(["--tee"] if tee else []),
        sys.executable,
        "-uc",
        program,
    ]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_the_log_is_turned_over_and_nothing_grows_without_bounds(tmp_path: Path) -> None:
    log = tmp_path / "new" / "service.log"
    assert run(log, [sys.executable, "-c", "for n in range(20000): print(n, 'x' * 40)"], largest=20_000) == 0
    files = sorted(log.parent.iterdir())
    assert len(files) == KEPT + 1
    assert all(file.stat().st_size <= 20_000 for file in files)
    assert log.read_text(encoding="utf-8").splitlines()[-1].startswith("19999 ")


@pytest.mark.parametrize("code", [0, 1, 70])
def test_the_exit_code_is_the_program_s(tmp_path: Path, code: int) -> None:
    assert run(tmp_path / "log", [sys.executable, "-c", f"raise SystemExit({code})"]) == code


def test_odd_bytes_percent_signs_and_endless_lines_are_kept(tmp_path: Path) -> None:
    program = "import sys; o = sys.stdout.buffer\n"
    program += "o.write(b'100 %s %d\\n\\xff\\xfe \\xd2\\x9b\\n'); o.write(b'z' * 300000)"
    assert run(tmp_path / "log", [sys.executable, "-c", program]) == 0
    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "100 %s %d"
    assert lines[1].endswith(" қ")
    assert sum(map(len, lines[2:])) == 300_000


def test_asked_to_end_it_keeps_the_program_s_last_words(tmp_path: Path) -> None:
    program = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('good-bye'), sys.exit(3)))\n"
        "print('here')\ntime.sleep(60)"
    )
    log = tmp_path / "log"
    kept = _keep(log, program, tee=True)
    assert kept.stdout is not None
    assert kept.stdout.readline() == b"here\n"
    kept.send_signal(signal.SIGTERM)
    assert kept.wait(30) == 3
    assert log.read_text(encoding="utf-8") == "here\ngood-bye\n"


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_program_that_ends_as_it_was_asked_to_has_not_failed(tmp_path: Path, asked: signal.Signals) -> None:
    kept = _keep(tmp_path / "log", "print('here'); import time; time.sleep(60)", tee=True)
    assert kept.stdout is not None
    assert kept.stdout.readline() == b"here\n"
    kept.send_signal(asked)
    assert kept.wait(30) == 0


def test_one_that_another_asked_to_end_has(tmp_path: Path) -> None:
    kept = _keep(tmp_path / "log", "import os; print(os.getpid()); import time; time.sleep(60)", tee=True)
    assert kept.stdout is not None
    os.kill(int(kept.stdout.readline()), signal.SIGTERM)
    assert kept.wait(30) == 128 + signal.SIGTERM


def test_a_killed_program_is_noticed(tmp_path: Path) -> None:
    kept = _keep(tmp_path / "log", "import os; print(os.getpid()); import time; time.sleep(60)", tee=True)
    assert kept.stdout is not None
    os.kill(int(kept.stdout.readline()), signal.SIGKILL)
    began = time.monotonic()
    assert kept.wait(30) == 128 + signal.SIGKILL
    assert time.monotonic() - began < 30
    assert (tmp_path / "log").stat().st_mode & 0o077 == 0
