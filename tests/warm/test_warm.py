"""Programs that are forked end as programs that are started: codes, words, signals, faults, what they leave behind."""

from __future__ import annotations

import signal
import sqlite3
from pathlib import Path

import pytest

from tests.warm import run_python

# Starts at once: what is imported ahead changes nothing of this.
NOTHING: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("code", "ended", "out", "err"),
    [
        ("print('қ')", 0, "қ\n", ""),
        ("import sys; sys.exit(70)", 70, "", ""),
        ("import sys; sys.exit('why')", 1, "", "why\n"),
        ("import sys; print(*sys.argv[1:])", 0, "a b  c\n", ""),
        ("import os, signal; print(1, flush=True); os.kill(os.getpid(), signal.SIGKILL)", -9, "1\n", ""),
        (
            "import atexit; atexit.register(print, 'at the end'); print('before')",
            0,
            "before\nat the end\n",
            "",
        ),
        ("import threading, time; threading.Timer(0.1, print, ['later']).start()", 0, "later\n", ""),
        ("import sys; print(sys.stdin.read() == '')", 0, "True\n", ""),
    ],
)
def test_it_ends_as_a_program_ends(code: str, ended: int, out: str, err: str) -> None:
    done = run_python(code, "a", "b ", "c", ahead=NOTHING)
    assert (done.returncode, done.stdout, done.stderr) == (ended, out, err)
    assert signal.SIGKILL == 9


def test_what_it_raises_is_shown_and_the_next_is_not_harmed() -> None:
    done = run_python("names = [1]; names[2]", ahead=NOTHING)
    assert done.returncode == 1 and "IndexError" in done.stderr.splitlines()[-1]
    assert run_python("names", ahead=NOTHING).returncode == 1


def test_it_has_the_environment_and_the_folder_it_is_given_and_no_other(tmp_path: Path) -> None:
    code = "import os; print(sorted(os.environ), os.getcwd())"
    done = run_python(code, env={"ONLY": "1"}, cwd=tmp_path, ahead=NOTHING)
    assert done.stdout == f"['ONLY', 'PYTHONPATH'] {tmp_path}\n"


def test_nothing_of_ours_is_imported_ahead() -> None:
    code = (
        "import sys; print([name for name in ('ingest', 'expectations', 'warehouse') if name in sys.modules])"
    )
    assert run_python(code, ahead=NOTHING).stdout == "[]\n"


def test_a_database_is_closed_at_its_end(tmp_path: Path) -> None:
    code = (
        "import sqlite3, sys; found = sqlite3.connect(sys.argv[1]); found.execute('PRAGMA journal_mode=WAL')\n"
        "found.execute('CREATE TABLE t (x)'); found.commit()"
    )
    assert run_python(code, tmp_path / "a.db", ahead=NOTHING).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]
    with sqlite3.connect(tmp_path / "a.db") as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    connection.close()
