"""A plugin of pytest: which test came to which blocks, in whatever process.

In: a run of tests over modules that tell it (`blocks.telling`). Out: `executed/tests.jsonl`, a line for each test: how
long it took, whether it passed, its blocks, and the fixtures it shares with others; a line for each such fixture.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.mutants import marker


class Recorder:
    """`_open`: what is being recorded, the innermost last."""

    def __init__(self) -> None:
        from pathlib import Path

        self.folder = Path(marker.CURRENT).parent
        self.folder.mkdir(exist_ok=True)
        marker.TURN.write_bytes(bytes(4))
        marker.look()
        self._open: list[tuple[str, Path]] = []
        self._count = 0
        self._took: dict[str, float] = {}
        self._passed: dict[str, bool] = {}

    def begin(self, name: str) -> None:
        self._count += 1
        path = self.folder / f"{self._count}.log"
        path.touch()
        self._open.append((name, path))
        self._turn()

    def end(self, **said: object) -> None:
        name, path = self._open.pop()
        blocks = sorted(set(path.read_text(encoding="utf-8", errors="replace").splitlines()))
        path.unlink()
        self._turn()
        with (self.folder / "tests.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"name": name, **said, "blocks": blocks}, ensure_ascii=False) + "\n")

    def _turn(self) -> None:
        """What is told from now on belongs to the innermost."""
        beside = self.folder / "next"
        beside.unlink(missing_ok=True)
        if self._open:
            beside.symlink_to(self._open[-1][1])
            beside.rename(marker.CURRENT)
        marker.count()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        self.begin(item.nodeid)
        try:
            return (yield)
        finally:
            found = item._fixtureinfo.name2fixturedefs.values()
            shared = sorted({_name(each[-1]) for each in found if each[-1].scope != "function"})
            self.end(
                seconds=round(self._took.get(item.nodeid, 0), 3),
                passed=self._passed.get(item.nodeid, True),
                fixtures=shared,
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[Any]:
        if fixturedef.scope == "function":
            return (yield)
        self.begin(_name(fixturedef))
        try:
            return (yield)
        finally:
            self.end()

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus in (0, 1):  # nobody ended it: every file of tests was run to its end
            (self.folder / "ended").touch()

    def pytest_runtest_logreport(self, report: Any) -> None:
        self._took[report.nodeid] = self._took.get(report.nodeid, 0) + report.duration
        if report.failed or report.skipped:
            self._passed[report.nodeid] = False


def pytest_configure(config: Any) -> None:
    config.pluginmanager.register(Recorder())


def _name(fixture: Any) -> str:
    return f"fixture {fixture.baseid} {fixture.argname}"
