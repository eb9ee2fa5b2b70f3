"""Spark begun once for several builds: its machine of Java takes longer to start than a small country to build.

In: what a build gives to `subprocess.Popen` (`warehouse.storage.builds.engines.dbt_process`). Out: a process as it
would have been started, as far as a build asks it; each build has a session of its own in it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

import psutil

_DRIVER = Path(__file__).with_name("spark_driver.py")
_drivers: dict[str, subprocess.Popen[str]] = {}
_LONGEST_WAIT = 20


class Begun:
    """What a build asks of dbt on Spark."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdout: IO[bytes],
        stderr: IO[bytes],
        pass_fds: Sequence[int],
    ) -> None:
        assert stdout is stderr
        python, _switch, program, _pipe, *words = command
        asked = {"program": program, "words": words, "env": dict(env), "cwd": str(cwd), "log": stdout.name}
        self._driver = _driver(python)
        assert self._driver.stdin is not None
        self._driver.stdin.write(json.dumps(asked) + "\n")
        self._driver.stdin.flush()

    def wait(self) -> int:
        """The exit code."""
        assert self._driver.stdout is not None
        return int(self._driver.stdout.readline())

    def kill(self) -> None:
        """End it, and whatever would be built by it later."""
        end_all()

    def __enter__(self) -> Begun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


def end_all() -> list[psutil.Process]:
    """End whatever was begun here, the machine of Java with it, which would keep its memory as long as this process
    lives; returns what was running, none of which runs any more."""
    begun = list(_drivers.values())
    _drivers.clear()
    running = []
    for driver in begun:
        # Java ends itself some time after the driver, as nobody's child: it is to be known before.
        if driver.poll() is None:
            process = psutil.Process(driver.pid)
            running += [*process.children(recursive=True), process]
    for process in running:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    for driver in begun:
        driver.wait()
        for pipe in (driver.stdin, driver.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
    _, left = psutil.wait_procs(running, timeout=_LONGEST_WAIT)
    assert left == []
    return running


def _driver(python: str) -> subprocess.Popen[str]:
    """It ends when its input does: with this process at the latest."""
    if python not in _drivers:
        _drivers[python] = subprocess.Popen(
            [python, "-P", str(_DRIVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
    return _drivers[python]
