"""dbt that is forked tells, ends, is killed and holds on to what it is handed as dbt that is started does."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.warm import PROJECT
from tests.warm.models import Begun

MODEL = str(PROJECT / "dbt_project")
Begin = Callable[..., tuple[Begun, int]]


@pytest.fixture
def begin(tmp_path: Path) -> Begin:
    """Begins a program of the test's as a build begins dbt, the lock of builds locked."""

    def begin(code: str, *words: str) -> tuple[Begun, int]:
        program = tmp_path / "program.py"
        program.write_text(code, encoding="utf-8")
        reads, writes = os.pipe()
        lock = os.open(tmp_path / ".lock", os.O_CREAT | os.O_RDWR)
        fcntl.flock(lock, fcntl.LOCK_EX)
        files = {"BBAJ_WAREHOUSE": "draft.duckdb", "BBAJ_LAKE": "lake", "BBAJ_INPUTS": "inputs"}
        command = [sys.executable, "-P", str(program), str(writes), *words, "--project-dir", MODEL]
        command += ["--profiles-dir", MODEL, "--target-path", str(tmp_path / "target")]
        with (tmp_path / "out").open("wb") as out:
            begun = Begun(
                command,
                env={**os.environ, **files},
                cwd=tmp_path,
                stdout=out,
                stderr=out,
                pass_fds=[lock, writes],
            )
        os.close(writes)
        os.close(lock)
        return begun, reads

    return begin


def test_it_tells_writes_and_ends_as_dbt_does(begin: Begin, tmp_path: Path) -> None:
    code = (
        "import os, sys\nprint(sys.argv[2:4], os.getcwd()); os.write(int(sys.argv[1]), 'бір'.encode())\n"
        "print('why', file=sys.stderr); sys.exit(3)"
    )
    begun, reads = begin(code, "build", "--quiet")
    with begun, os.fdopen(reads, encoding="utf-8") as told:
        assert told.read() == "бір"  # to its end: nobody else holds the pipe
    assert begun.wait() == begun.returncode == 3
    written = (tmp_path / "out").read_text(encoding="utf-8").splitlines()
    assert sorted(written) == sorted([f"['build', '--quiet'] {tmp_path}", "why"])
    assert (tmp_path / "target" / "partial_parse.msgpack").stat().st_size


def test_killed_it_says_so_and_until_then_it_holds_the_lock(begin: Begin, tmp_path: Path) -> None:
    begun, reads = begin("import os, sys, time; os.write(int(sys.argv[1]), b'1'); time.sleep(600)")
    with os.fdopen(reads, "rb") as told, (tmp_path / ".lock").open() as lock:
        assert told.read(1) == b"1"
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        begun.kill()
        assert begun.wait() == -signal.SIGKILL
        begun.kill()
        assert told.read() == b""
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
