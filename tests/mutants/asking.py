"""Runs tests in a process forked for it, and says which failed first and of what: a plugin of pytest.

In: the folder of a changed copy, the file that was changed, tests by their names in the order to ask them, seconds
of a processor. Out: an `Answer`. Large libraries are imported once, in the process that is forked (`tests.warm`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.warm import JUDGING, run_python

_AHEAD = (*JUDGING, "pytest", "hypothesis.strategies", "jinja2", "yaml", "openpyxl", "psutil")
_PROGRAM = "from tests.mutants.asking import run; run()"
# What an engine says of SQL that is none: as an import that fails, it is seen without any test.
_BROKEN = (
    "ParserException",
    "BinderException",
    "CatalogException",
    "SyntaxError",
    "ImportError",
    "NameError",
)


@dataclass(frozen=True)
class Answer:
    """`said`: `broken` where nothing of the file runs at all. `by`: the test that failed first. `of`: what it said."""

    said: Literal["passed", "failed", "broken", "time"]
    by: str = ""
    of: str = ""


def ask(folder: Path, changed: str, tests: Sequence[str], seconds: int, words: Sequence[str] = ()) -> Answer:
    """Ask until one notices."""
    listed = folder / "asked.json"
    listed.write_text(json.dumps({"changed": changed, "tests": list(tests), "words": list(words)}))
    answered = folder / "answered.json"
    answered.unlink(missing_ok=True)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("BBAJ_", "PYTEST_"))
    }
    environment |= {
        "PYTHONPATH": str(folder),
        "BBAJ_HOME": str(folder / "var"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    ended = run_python(_PROGRAM, seconds, env=environment, cwd=folder, ahead=_AHEAD)
    if answered.exists():
        return Answer(**json.loads(answered.read_text()))
    if ended.returncode < 0 or "out of time" in ended.stdout:
        return Answer("time")
    return Answer("broken", of=(ended.stdout + ended.stderr)[-300:])


def run() -> None:
    """In the forked process: the tests run in a process of their own, which is ended when its time is over."""
    import resource
    import signal
    import time

    seconds = int(sys.argv[1])
    child = os.fork()
    if child == 0:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        os._exit(_answer())
    try:
        last = time.monotonic() + 20 * seconds
        asking = os.getppid()
        while (found := os.waitpid(child, os.WNOHANG))[0] == 0:
            if time.monotonic() > last or os.getppid() != asking:
                break
            time.sleep(0.05)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # and whatever a failed test left running
    if found[0] == 0 or os.WIFSIGNALED(found[1]):
        print("out of time")


def _answer() -> int:
    asked = json.loads(Path("asked.json").read_text())
    noticing = _Noticing(asked["changed"], asked["tests"])
    words = ["-x", "-q", "-p", "no:cacheprovider", "--no-header", *asked["words"], *noticing.files()]
    sys.argv = ["pytest", *words]
    ended = pytest.main(words, plugins=[noticing])
    answer = noticing.answer
    if answer is None and ended in (2, 3, 4):
        answer = Answer("broken", of="nothing is collected")
    if answer is None:
        answer = Answer("failed" if ended == 1 else "passed")
    Path("answered.json").write_text(json.dumps(asdict(answer)))
    sys.stdout.flush()
    return 0


class _Noticing:
    """`tests`: files, or single tests; of a file that has single ones, those alone are run."""

    def __init__(self, changed: str, tests: Sequence[str]) -> None:
        self.changed, self.tests = changed, tests
        self.answer: Answer | None = None
        self._place = {test: place for place, test in enumerate(tests)}
        self._parts: dict[str, list[tuple[str, int]]] = {}
        for test, place in self._place.items():
            file, _, part = test.partition("::~")
            if part:
                self._parts.setdefault(file, []).append((part, place))

    def files(self) -> list[str]:
        return list(dict.fromkeys(test.partition("::")[0] for test in self.tests))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> None:
        chosen = [item for item in items if self._rank(item) is not None and not _needs_dbt(item)]
        left = [item for item in items if item not in set(chosen)]
        config.hook.pytest_deselected(items=left)
        items[:] = sorted(chosen, key=lambda item: self._rank(item) or 0)

    def _rank(self, item: Any) -> int | None:
        """Its place by its name, by a part of it (`FILE::~PART`), or by its file."""
        own = self._place.get(item.nodeid)
        file = item.nodeid.partition("::")[0]
        parts = self._parts.get(file, ())
        named = next((place for part, place in parts if part in item.nodeid), None) if own is None else own
        return self._place.get(file) if named is None else named

    def pytest_exception_interact(self, node: Any, call: Any, report: Any) -> None:
        if self.answer is None:
            name = call.excinfo.type.__name__
            changed = Path(self.changed).resolve()
            at_import = any(
                entry.name == "<module>" and Path(str(entry.path)) == changed
                for entry in call.excinfo.traceback
            )
            is_broken = at_import or name in _BROKEN or not hasattr(node, "function")
            self.answer = Answer(
                "broken" if is_broken else "failed",
                report.nodeid,
                f"{name}: {call.excinfo.value}".partition("\n")[0][:200],
            )


def _needs_dbt(item: Any) -> bool:
    import inspect

    if "tests/dbt_project" not in item.nodeid:
        return False
    return "built" in item.fixturenames or ".dbt(" in inspect.getsource(item.function)
