"""dbt forked from the command that asks for it, which has imported it: starting it takes most of what a small country's
model takes.

In: nothing. Out: `install`, after which a build runs dbt so. It is a process of its own with the same words, folder,
environment and open files as otherwise, and may be killed by itself or with its parent.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import dbt.adapters.duckdb
import dbt.cli.main  # noqa: F401

from warehouse.storage.builds.engines import dbt_process, dbt_run


class ForkedModel:
    """What running dbt needs of `subprocess.Popen`."""

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
        self.returncode: int | None = None
        self._number = os.fork()
        if self._number == 0:
            try:
                _become(command[3:], env, cwd, stdout.fileno(), pass_fds)
            finally:
                os._exit(2)

    def __enter__(self) -> ForkedModel:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self._number, 0)[1])
        return self.returncode

    def kill(self) -> None:
        """End it."""
        os.kill(self._number, 9)


def install() -> None:
    """Let a build of this process run dbt so."""

    class Programs:
        Popen: Any = ForkedModel

        def __getattr__(self, name: str) -> Any:
            return getattr(subprocess, name)

    dbt_process.subprocess = Programs()  # type: ignore[attr-defined]


def _become(
    words: Sequence[str], env: Mapping[str, str], cwd: Path, output: int, kept: Sequence[int]
) -> None:
    os.dup2(output, 1)
    os.dup2(output, 2)
    last = 3
    for number in sorted(kept):
        os.closerange(last, number)
        last = number + 1
    os.closerange(last, 1024)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    sys.argv = ["dbt_run", *words]
    code = 2
    try:
        code = dbt_run.main()
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
