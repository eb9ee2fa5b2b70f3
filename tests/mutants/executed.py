"""Which tests come to which lines, learnt once by running them over a copy that tells it, and kept.

In: files of tests. Out: a file of lines (`recording`); for a change the tests that come to its block, the nearest and
the quickest first. What a fixture does that many share is counted to each of them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.blocks import block_at, telling
from tests.mutants.change import PROJECT, Change, listed_files
from tests.mutants.rooms import ROOMS, is_left_alone

_SECONDS = 40.0
_MOST_TESTS = 150


class Executed:
    """What was learnt so far, from the file it is kept in."""

    def __init__(self, kept: Path) -> None:
        self._sums: dict[str, str] = {}
        self._by_block: defaultdict[str, set[str]] = defaultdict(set)
        self._by_file: defaultdict[str, set[str]] = defaultdict(set)
        self._seconds: dict[str, float] = {}
        self._read(kept)

    def tests_of(self, change: Change) -> list[str]:
        """Tests that came to the changed block, or to the file where it has changed since; passed ones alone."""
        text = (PROJECT / change.file).read_text(encoding="utf-8")
        found = self._by_file[change.file]
        if self._sums.get(change.file) == _sum(text) and change.file.endswith(".py"):
            block = block_at(text, text.count("\n", 0, change.start) + 1)
            found = found if block is None else self._by_block[f"{change.file} {block}"]
        stem = Path(change.file).stem

        def nearness(test: str) -> tuple[bool, float, str]:
            return f"test_{stem}.py" not in test, self._seconds[test], test

        return self._within(sorted(found, key=nearness))

    def _within(self, tests: Sequence[str]) -> list[str]:
        """So many as run in a while; one of every file at least, so that those further away are heard as well."""
        first: dict[str, str] = {}
        for test in tests:
            first.setdefault(test.partition("::")[0], test)
        chosen, left = list[str](), _SECONDS
        for test in tests:
            if left > 0 and len(chosen) < _MOST_TESTS:
                chosen.append(test)
                left -= self._seconds[test]
        return list(
            dict.fromkeys([*chosen, *(each for each in first.values() if self._seconds[each] < _SECONDS)])
        )

    def _read(self, kept: Path) -> None:
        shared: dict[str, list[str]] = {}
        tests: dict[str, dict[str, object]] = {}
        for line in kept.read_text(encoding="utf-8").splitlines() if kept.exists() else ():
            said = json.loads(line)
            if "sums" in said:
                self._sums |= said["sums"]
            elif said["name"].startswith("fixture "):
                shared[said["name"]] = said["blocks"]
            else:
                tests[said["name"]] = said
        for name, said in tests.items():
            if not said["passed"]:
                continue
            self._seconds[name] = float(str(said["seconds"]))
            blocks = list[str](said["blocks"])  # type: ignore[call-overload]
            for fixture in said["fixtures"]:  # type: ignore[attr-defined]
                blocks += shared.get(fixture, ())
            for block in blocks:
                self._by_block[block].add(name)
                self._by_file[block.partition(" ")[0]].add(name)


def learn(folder: Path, kept: Path, tests: Sequence[str]) -> int:
    """Run the tests over a copy in `folder` that tells what it comes to, and add what they came to to `kept`."""
    sums = {}
    for name in listed_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        is_told = name.endswith(".py") and name.startswith(
            tuple(f"{room}/" for each in ROOMS.values() for room in each)
        )
        if is_told and not is_left_alone(name):
            text = (PROJECT / name).read_text(encoding="utf-8")
            sums[name] = _sum(text)
            (folder / name).write_text(telling(text, name), encoding="utf-8")
        else:
            shutil.copy2(PROJECT / name, folder / name)
    (folder / ".venv").symlink_to((PROJECT / ".venv").resolve())
    words = [
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.mutants.recording",
        "-k",
        "not postgresql",
    ]
    ended = subprocess.run(
        ["nice", sys.executable, *words, *tests], cwd=folder, env=_environment(folder), check=False
    )
    told = folder / "executed" / "tests.jsonl"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"sums": sums}) + "\n" + told.read_text(encoding="utf-8"))
    return ended.returncode


def _environment(folder: Path) -> dict[str, str]:
    import os

    own = {name: value for name, value in os.environ.items() if not name.startswith(("BBAJ_", "PYTEST_"))}
    return own | {"PYTHONPATH": str(folder), "BBAJ_HOME": str(folder / "var")}


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
