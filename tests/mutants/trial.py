"""Changes tried: each is made in a copy of the project, and tests are asked until one notices.

In: changes. Out: what became of each. The project itself is never changed, so a trial may be ended at any moment.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.mutants.change import PROJECT, Change

# One engine of the ledger's two: what differs between them is SQL of Django's.
_PYTEST = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-k", "not postgresql")
Became = Literal["behaviour", "comparison", "unnoticed", "time", "unclear"]
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+(?: \S+)*?)(?: - |$)", re.MULTILINE)
_ENDED_BY_FAILURE = 1


@dataclass(frozen=True)
class Outcome:
    """What became of a change. `by`: the test that noticed it. `asked`: the tests that were asked."""

    change: Change
    became: Became
    by: str = ""
    asked: tuple[str, ...] = ()


@dataclass
class Trial:
    """A copy of the project in `folder`, which belongs to the trial. `limit`: seconds for one run of tests.

    `is_sure`: a test that noticed is run once more without the change, since one that fails anyway notices nothing.
    """

    folder: Path
    limit: float
    is_sure: bool = True
    _sound: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout.decode()
        for name in filter(None, listed.split("\0")):
            if (PROJECT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / name, self.folder / name)
        (self.folder / ".venv").symlink_to((PROJECT / ".venv").resolve())

    def of(self, change: Change, tests: Sequence[Sequence[str]]) -> Outcome:
        """Make the change, ask the tests group by group, undo it."""
        asked = tuple(path for group in tests for path in group)
        file = self.folder / change.file
        original = file.read_text(encoding="utf-8")
        try:
            self._write(file, change.applied(original))
            for group in tests:
                ended, said = self._run([*_PYTEST, "-rfE", *group])
                if ended is None:
                    return Outcome(change, "time", " ".join(group), asked)
                if ended:
                    self._write(file, original)
                    return self._noticed(change, said, asked)
            ended, said = self._run(["-m", "ingest.cli", "generate", "--check"])
            return Outcome(change, "comparison" if ended else "unnoticed", "", asked)
        finally:
            self._write(file, original)

    def _noticed(self, change: Change, said: str, asked: tuple[str, ...]) -> Outcome:
        """Whether it was the change that the test failed of: without it the same test must pass."""
        named = _FAILED.search(said)
        test = named[1] if named else ""
        where = test.partition("::")[0] if "[" in test else test
        if not where or not self.is_sure:
            return Outcome(change, "behaviour", test, asked)
        if where not in self._sound:
            name = test.partition("::")[2].partition("[")[0]
            narrowed = ["-k", f"{name} and not postgresql"] if "[" in test else []
            ended, _ = self._run([*_PYTEST, *narrowed, where])
            if ended:
                return Outcome(change, "unclear", test, asked)
            self._sound.add(where)
        return Outcome(change, "behaviour", test, asked)

    def _write(self, file: Path, text: str) -> None:
        """Compiled modules are known by second and size: one of the text before must not be taken for it."""
        file.write_text(text, encoding="utf-8")
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
            compiled.unlink()

    def _run(self, words: Sequence[str]) -> tuple[int | None, str]:
        """How a program of the copy ended and what it said; None where it took too long."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("BBAJ_", "PYTEST_"))
        }
        environment |= {"PYTHONPATH": str(self.folder), "BBAJ_HOME": str(self.folder / "var")}
        process = subprocess.Popen(
            ["nice", sys.executable, *words],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        try:
            said, _ = process.communicate(timeout=self.limit)
        except subprocess.TimeoutExpired:
            return None, ""
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # whatever a failed test left running
            process.wait()
        return process.returncode, said
