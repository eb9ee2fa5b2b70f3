"""Of a Spark begun for tests nothing is left once it is ended, however little what it began wishes to end."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil
import pytest

from tests.warm import spark

# In the place of Java: in a session of its own, deaf to what ends others.
_DRIVER = """
import subprocess, sys
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
begun = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, start_new_session=True)
begun.stdout.readline()
for line in sys.stdin:
    print(7, flush=True)
"""


def _begin(folder: Path) -> spark.Begun:
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-P", "spark_run.py", "1"]
        return spark.Begun(command, env=dict(os.environ), cwd=folder, stdout=log, stderr=log, pass_fds=[])


@pytest.mark.parametrize("is_killed", [False, True])
def test_what_was_begun_ends_with_all_it_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_killed: bool
) -> None:
    (tmp_path / "driver.py").write_text(_DRIVER, encoding="utf-8")
    monkeypatch.setattr(spark, "_DRIVER", tmp_path / "driver.py")
    monkeypatch.setattr(spark, "_drivers", {})
    before = set(psutil.Process().children(recursive=True))
    assert [_begin(tmp_path).wait(), _begin(tmp_path).wait()] == [7, 7]
    begun = set(psutil.Process().children(recursive=True)) - before
    assert len(begun) == 2

    if is_killed:
        _begin(tmp_path).kill()
        assert spark.end_all() == []
    else:
        assert set(spark.end_all()) == begun
    assert [each for each in begun if each.is_running()] == []
    assert _begin(tmp_path).wait() == 7, "the next begins anew"
    assert len(spark.end_all()) == 2
