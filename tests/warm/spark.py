"""Spark begun once for several builds: its machine of Java takes longer to start than a small country to build.

In: what a build gives to `subprocess.Popen` (`warehouse.storage.builds.dbt_process`). Out: a process as it would have
been started, as far as a build asks it; each build has a session of its own in it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO

_DRIVER = Path(__file__).with_name("spark_driver.py")


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
        self._driver.kill()
        _driver.cache_clear()

    def __enter__(self) -> Begun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


@cache
def _driver(python: str) -> subprocess.Popen[str]:
    """It ends when its input does: with this process at the latest."""
    return subprocess.Popen(
        [python, "-P", str(_DRIVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
