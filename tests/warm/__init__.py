"""Python programs run as `python -c` runs them, without waiting for the same large libraries to be imported each time.

In: code, its words, environment and folder. Out: how the process ended and what it wrote. Each program is a process
of its own, forked from one that has imported what we did not write and nothing of ours: it finds our modules by its
own PYTHONPATH, may be killed, and ends as any other. What a new interpreter does with locales and switches of its
own is not tried here: such tests start one.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[2]
BBAJ = "from ingest.cli import main; main()"
DBT = "from dbt.cli.main import cli; cli()"
# What is large and not ours. Importing it starts no thread that a child would miss, and reads no settings of ours.
JUDGING = ("great_expectations", "pandas", "pyarrow.parquet", "duckdb_engine", "django.db.models")
MODELLING = ("dbt.cli.main", "dbt.adapters.duckdb")
_DRIVER = Path(__file__).with_name("driver.py")


class _Parent:
    """The process programs are forked from, one after the other."""

    def __init__(self, ahead: tuple[str, ...], ours: bool, more: tuple[tuple[str, str], ...]) -> None:
        self._lock = threading.Lock()
        # Nothing of the project is to be found by the parent: its children look for it themselves.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        if ours:
            environment["PYTHONPATH"] = str(PROJECT)
        environment |= dict(more)
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(_DRIVER), *ahead],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str, words: list[str], env: Mapping[str, str], cwd: Path) -> dict[str, object]:
        assert self._process.stdin and self._process.stdout
        with self._lock:
            asked = {"code": code, "words": words, "env": dict(env), "cwd": str(cwd)}
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            answer: dict[str, object] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


@cache
def _parent(ahead: tuple[str, ...], ours: bool, more: tuple[tuple[str, str], ...]) -> _Parent:
    made = _Parent(ahead, ours, more)
    atexit.register(made.close)
    return made


def run_python(
    code: str,
    *words: object,
    env: Mapping[str, str] | None = None,
    cwd: Path = PROJECT,
    ahead: tuple[str, ...] = JUDGING,
    ours: bool = False,
    more: tuple[tuple[str, str], ...] = (),
) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run([sys.executable, "-c", code, *words], …)` with its output captured as text.

    `ahead`: what was imported before; `ours`: modules of the project may be among it; `more`: of the environment in
    which the parent itself begins.
    Killed by a signal, its `returncode` is negative.
    """
    environment = {"PYTHONPATH": str(PROJECT), **(os.environ if env is None else env)}
    written = [str(word) for word in words]
    answer = _parent(ahead, ours, more).run(code, written, environment, cwd)
    return subprocess.CompletedProcess(
        ["-c", code, *written], int(str(answer["code"])), str(answer["out"]), str(answer["err"])
    )
