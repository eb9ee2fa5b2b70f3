"""Runs tests in a process forked for it, and says which failed first and of what: a plugin of pytest.

In: the folder of a changed copy, the file that was changed, tests by their names in the order to ask them, seconds
of a processor. Out: an `Answer`. Large libraries are imported once, in the process that is forked (`tests.warm`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import psutil
import pytest

from tests.mutants.watching import Patience, watch
from tests.warm import JUDGING, run_python

_AHEAD = (*JUDGING, "pytest", "hypothesis.strategies", "jinja2", "yaml", "openpyxl", "psutil")
_ONE_TEST = 100
"""Seconds of a processor: the longest test of those that are asked takes a third of it."""
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
    """`said`: `broken` where nothing of the file runs at all, `time` where a test has no end. `by`: the test that
    failed first, or has none. `of`: what it said."""

    said: Literal["passed", "failed", "broken", "time"]
    by: str = ""
    of: str = ""


def ask(folder: Path, changed: str, tests: Sequence[str], seconds: int, words: Sequence[str] = ()) -> Answer:
    """Ask until one notices, or those that were asked took so many seconds together."""
    asked = {"changed": changed, "tests": list(tests), "words": list(words), "seconds": seconds}
    return _asked(folder, "run", asked)


def compare(folder: Path, seconds: int) -> Answer:
    """Whether what is generated is what is committed."""
    return _asked(folder, "run_comparison", {"seconds": seconds})


def _asked(folder: Path, how: str, asked: dict[str, Any]) -> Answer:
    (folder / "asked.json").write_text(json.dumps(asked | {"asker": os.getpid()}))
    answered = folder / "answered.json"
    answered.unlink(missing_ok=True)
    away = ("BBAJ_", "PYTEST_", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(away)}
    environment |= {"PYTHONPATH": str(folder), "BBAJ_HOME": str(folder / "var")}
    program = f"from tests.mutants.asking import {how}; {how}()"
    ended = run_python(program, env=environment, cwd=folder, ahead=_AHEAD)
    if answered.exists():
        return Answer(**json.loads(answered.read_text()))
    return Answer("broken", of=(ended.stdout + ended.stderr)[-300:])


def run() -> None:
    """In the forked process: the tests run in a process of their own, and a test that has no end is ended."""
    sys.dont_write_bytecode = False  # what is compiled is compiled once for all changes
    asked = json.loads(Path("asked.json").read_text())
    running = Path("running").absolute()
    running.write_text("")
    patience = Patience(min(asked["seconds"], _ONE_TEST))
    ended = watch(lambda: _answer(asked, running), running.read_text, patience, _is_asked(asked))
    if ended.code is None:
        _write(Answer("time", running.read_text(), ended.why))
    elif not Path("answered.json").exists():
        by = running.read_text()
        _write(Answer("failed" if by else "broken", by, f"the process ended: {ended.code}"))


def run_comparison() -> None:
    """In the forked process, as `run`."""
    asked = json.loads(Path("asked.json").read_text())
    ended = watch(_compare, lambda: "", Patience(asked["seconds"]), _is_asked(asked))
    _write(Answer("time" if ended.code is None else "failed" if ended.code else "passed", of=ended.why))


def _is_asked(asked: dict[str, Any]) -> Callable[[], bool]:
    """Whether the copy is still there, and who made it: whoever is ended in order removes it first."""
    listed = Path("asked.json").absolute()
    return lambda: listed.exists() and psutil.pid_exists(asked["asker"])


def _compare() -> int:
    from ingest.cli import main

    sys.argv = ["bbaj", "generate", "--check"]
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0) if isinstance(ended.code, int | None) else 1
    return 0


def _answer(asked: dict[str, Any], running: Path) -> int:
    from hypothesis import Phase, settings

    own, answered = os.getpid(), Path("answered.json").absolute()
    # The smallest example of a failure would be looked for during minutes, and nobody reads it.
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("asked", deadline=None, derandomize=True, database=None, phases=phases)
    noticing = _Noticing(asked, running)
    words = ["-x", "-q", "-p", "no:cacheprovider", "--no-header", "--hypothesis-profile=asked"]
    words += [*asked["words"], *noticing.files()]
    sys.argv = ["pytest", *words]
    ended = pytest.main(words, plugins=[noticing])
    answer = noticing.answer
    if answer is None and ended in (2, 3, 4) and not noticing.is_enough:
        answer = Answer("broken", of="nothing is collected")
    if answer is None:
        answer = Answer("failed" if ended == 1 else "passed")
    if os.getpid() == own:  # and not one that a test forked and the change let go on
        _write(answer, answered)
    sys.stdout.flush()
    return 0


def _write(answer: Answer, answered: Path = Path("answered.json")) -> None:
    answered.write_text(json.dumps(asdict(answer)))


class _Noticing:
    """`tests`: files, or single tests; of a file that has single ones, those alone are run."""

    def __init__(self, asked: dict[str, Any], running: Path) -> None:
        self.changed, self.tests, self._seconds = (
            asked["changed"],
            list[str](asked["tests"]),
            asked["seconds"],
        )
        self.answer: Answer | None = None
        self.is_enough = False
        self._running = running
        self._place = {test: place for place, test in enumerate(self.tests)}
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

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._running.write_text(nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        try:
            return (yield)
        finally:
            if self.answer is None and sum(os.times()[:4]) > self._seconds:
                self.is_enough, item.session.shouldstop = True, "enough was asked"

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
