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
from typing import Any

from tests.mutants.blocks import block_at, telling
from tests.mutants.change import PROJECT, Change, listed_files
from tests.mutants.rooms import files_of, is_left_alone, is_of_room, room_of

_SECONDS = 40.0
_MOST_TESTS = 150


class Executed:
    """What was learnt so far, from the file it is kept in. What was learnt last of a file of tests counts.

    Blocks have the numbers they had when they were learnt: of a file of the code that is another one now, only that
    a test came to it is still known.
    """

    def __init__(self, kept: Path) -> None:
        self._by_block: defaultdict[str, set[str]] = defaultdict(set)
        self._by_file: defaultdict[str, set[str]] = defaultdict(set)
        self._seconds: dict[str, float] = {}
        self._learnt = _Learnt(kept)
        for name, said in self._learnt.tests.items():
            if said["passed"] and (PROJECT / _file_of(name)).exists():
                self._seconds[name] = float(said["seconds"])
                for block in self._learnt.blocks_of(name):
                    file = block.partition(" ")[0]
                    self._by_file[file].add(name)
                    if self._learnt.is_as_it_was(name, file):
                        self._by_block[block].add(name)

    def to_learn(self, files: Sequence[str]) -> list[str]:
        """Of files of tests those that were never learnt, or are others now, or came to code that is another now."""
        return [file for file in files if not self._learnt.is_fresh(file)]

    def unknown(self, files: Sequence[str]) -> list[str]:
        """Of files of tests those of which nothing was ever learnt: whether they come to a change is to be seen."""
        known = {_file_of(test) for test in self._learnt.tests}
        return [file for file in files if file not in known]

    def tests_of(self, change: Change, room: str = "") -> list[str]:
        """Tests that came to the changed block, and those to the file when it was another; passed ones alone, and
        where there are some, those of the room alone."""
        text = (PROJECT / change.file).read_text(encoding="utf-8")
        found = self._by_file[change.file]
        if change.file.endswith(".py"):
            block = block_at(text, text.count("\n", 0, change.start) + 1)
            if block is not None:
                before = {test for test in found if not self._learnt.is_as_it_was(test, change.file)}
                found = before | self._by_block[f"{change.file} {block}"]
        found = {test for test in found if is_of_room(test, room)} or found
        stem = Path(change.file).stem

        def nearness(test: str) -> tuple[bool, float, str]:
            return f"test_{stem}.py" not in test, self._seconds[test], test

        return self._within(sorted(found, key=nearness))

    def _within(self, tests: Sequence[str]) -> list[str]:
        """So many as run in a while; one of every file at least, so that those further away are heard as well."""
        first: dict[str, str] = {}
        for test in tests:
            first.setdefault(_file_of(test), test)
        chosen, left = list[str](), _SECONDS
        for test in tests:
            if left > 0 and len(chosen) < _MOST_TESTS:
                chosen.append(test)
                left -= self._seconds[test]
        return list(
            dict.fromkeys([*chosen, *(each for each in first.values() if self._seconds[each] < _SECONDS)])
        )


class _Learnt:
    """What stands in the file that is kept: runs of learning, the sums of the files of each, and their tests."""

    def __init__(self, kept: Path) -> None:
        self.tests: dict[str, dict[str, Any]] = {}
        self._run_of: dict[str, dict[str, str]] = {}
        self._shared: dict[tuple[int, str], list[str]] = {}
        self._now: dict[str, str] = {}
        self._runs = [sums := dict[str, str]()]
        for line in kept.read_text(encoding="utf-8").splitlines() if kept.exists() else ():
            said = json.loads(line)
            if "sums" in said:
                self._runs.append(sums := said["sums"])
            elif said["name"].startswith("fixture "):
                self._shared.setdefault((id(sums), said["name"]), []).extend(said["blocks"])
            else:
                self._forget_earlier(_file_of(said["name"]), sums)
                self.tests[said["name"]] = said

    def _forget_earlier(self, file: str, sums: dict[str, str]) -> None:
        if self._run_of.get(file) is not sums:
            self._run_of[file] = sums
            self.tests = {name: said for name, said in self.tests.items() if _file_of(name) != file}

    def blocks_of(self, test: str) -> set[str]:
        """What it came to, and the fixtures that it shares with others."""
        said, run = self.tests[test], id(self._run_of[_file_of(test)])
        shared = (block for name in said["fixtures"] for block in self._shared.get((run, name), ()))
        return {*said["blocks"], *shared}

    def is_as_it_was(self, test: str, file: str) -> bool:
        """Whether a file of the code is the one the test came to."""
        if file not in self._now:
            path = PROJECT / file
            self._now[file] = _sum(path.read_text(encoding="utf-8")) if path.exists() else ""
        return self._run_of[_file_of(test)].get(file) == self._now[file]

    def is_fresh(self, file: str) -> bool:
        """Whether to learn a file of tests again would tell what is known."""
        tests = [name for name in self.tests if _file_of(name) == file]
        came_to = {block.partition(" ")[0] for test in tests for block in self.blocks_of(test)}
        return bool(tests) and all(self.is_as_it_was(tests[0], each) for each in (file, *came_to))


def learn(folder: Path, kept: Path, tests: Sequence[str]) -> int:
    """Run those of the tests that are not known as they are over a copy in `folder` that tells what it comes to, and
    add what they came to to `kept`. Where it is ended, what ended before stays learnt."""
    wanted = Executed(kept).to_learn(list(dict.fromkeys(file for test in tests for file in files_of(test))))
    if not wanted:
        print("all of it is known: neither these tests nor what they come to changed since")
        return 0
    sums = _copy(folder) | {file: _sum((PROJECT / file).read_text(encoding="utf-8")) for file in wanted}
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.mutants.recording", "-k"]
    command = ["nice", sys.executable, *words, "not postgresql", *wanted]
    try:
        return subprocess.run(command, cwd=folder, env=_environment(folder), check=False).returncode
    finally:
        told = folder / "executed" / "tests.jsonl"
        if told.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            with kept.open("a", encoding="utf-8") as file:
                file.write("\n".join([json.dumps({"sums": sums}), *_whole(told)]) + "\n")


def _copy(folder: Path) -> dict[str, str]:
    """The project with every module telling; the sums of those modules as they are."""
    sums = {}
    for name in listed_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        is_told = name.endswith(".py") and room_of(name)
        if is_told and not is_left_alone(name):
            text = (PROJECT / name).read_text(encoding="utf-8")
            sums[name] = _sum(text)
            (folder / name).write_text(telling(text, name), encoding="utf-8")
        else:
            shutil.copy2(PROJECT / name, folder / name)
    (folder / ".venv").symlink_to((PROJECT / ".venv").resolve())
    return sums


def _whole(told: Path) -> list[str]:
    """What was told of, without the file of tests that was being run where not all were."""
    lines = told.read_text(encoding="utf-8").splitlines()
    names = [json.loads(line)["name"] for line in lines]
    begun = list(dict.fromkeys(_file_of(name) for name in names if not name.startswith("fixture ")))
    if (told.parent / "ended").exists():
        return lines
    return [line for line, name in zip(lines, names, strict=True) if _file_of(name) not in begun[-1:]]


def _file_of(test: str) -> str:
    return test.partition("::")[0]


def _environment(folder: Path) -> dict[str, str]:
    import os

    away = ("BBAJ_", "PYTEST_", "PYTHONDONTWRITEBYTECODE")
    own = {name: value for name, value in os.environ.items() if not name.startswith(away)}
    return own | {"PYTHONPATH": str(folder), "BBAJ_HOME": str(folder / "var")}


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
