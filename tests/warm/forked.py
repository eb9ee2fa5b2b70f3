"""Modules run as `python -m` runs them, in a process forked from the test instead of a new one.

In: what `subprocess.run` is given. Out: what it gives. The process has everything loaded that the test has, and builds
by the same dbt; its environment, folder, input and output are its own, and so is what it changes. That a new one finds
the module is not tried here.
"""

from __future__ import annotations

import gc
import os
import runpy
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Never


def run_module(
    command: Sequence[str], *, input: str, env: Mapping[str, str], cwd: Path, **captured: bool
) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run([python, "-m", module, *words], …)` with its output captured as text."""
    from django.db import connections

    assert captured == {"capture_output": True, "text": True, "check": False}
    _python, switch, module, *words = command
    assert switch == "-m"
    connections.close_all()
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(input.encode())
        given.seek(0)
        number = os.fork()
        if number == 0:
            _become(module, words, env, cwd, (given, out, err))
        status = os.waitpid(number, 0)[1]
        told = [_read(file) for file in (out, err)]
    return subprocess.CompletedProcess(command, os.waitstatus_to_exitcode(status), *told)


def _become(
    module: str, words: Sequence[str], env: Mapping[str, str], cwd: Path, streams: tuple[IO[bytes], ...]
) -> Never:
    code: object = 1
    try:
        gc.freeze()
        for number, stream in enumerate(streams):
            os.dup2(stream.fileno(), number)
        sys.stdin, sys.stdout, sys.stderr = map(os.fdopen, range(3), "rww")
        os.environ.clear()
        os.environ.update(env)
        os.chdir(cwd)
        sys.argv = [module, *words]
        runpy.run_module(module, run_name="__main__", alter_sys=False)
        code = 0
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
