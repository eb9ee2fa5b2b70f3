"""What is changed and which tests are asked whether they notice.

In: the project's files. Out: seeded changes of each room, and for a file of the code the tests that speak of it,
nearest first: the file that mirrors it, those that import it, those of its room. Tests with a browser, Airflow,
Superset or the demo country are not asked, and none that compares what is generated with what is committed.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.dbt_project.unit_tests import names, unit_tests
from tests.mutants.change import PROJECT, Change
from tests.mutants.python_changes import python_changes
from tests.mutants.sql_changes import Found, sql_changes

SQL = ("dbt_project/models/intermediate", "dbt_project/models/marts", "dbt_project/models/reporting")
ROOMS: Mapping[str, tuple[str, ...]] = {
    "ledger": ("ingest/ledger",),
    "receive": ("ingest/receive",),
    "read": ("ingest/read",),
    "rules": ("expectations/rules",),
    "warehouse": ("warehouse",),
    "sql": SQL,
}
# The tests of a room where nothing nearer is known or noticed.
_OF_ROOM: Mapping[str, tuple[str, ...]] = {
    "ledger": (
        "tests/ingest/ledger",
        "tests/warehouse/services/test_dependence.py",
        "tests/ingest/cli/test_decisions.py",
    ),
    "receive": ("tests/ingest/receive", "tests/faults/test_odd_entries.py"),
    "read": ("tests/ingest/read", "tests/planted", "tests/conformance/test_contracts.py"),
    "rules": (
        *(
            "tests/expectations/test_near_misses.py",
            "tests/expectations/rules",
            "tests/expectations/test_cases.py",
        ),
        *("tests/expectations", "tests/planted", "tests/warehouse/services/test_surroundings.py"),
    ),
    "warehouse": ("tests/warehouse/storage", "tests/warehouse/services", "tests/faults/damage"),
    "sql": ("tests/dbt_project",),
}
# Folders of the reader that have tests of their own: the rest of the reader's tests is not asked as well.
_NEAR = ("tests/ingest/read",)
_MOST_IMPORTERS = 5
_NOT_ASKED = re.compile(
    r"demo_country|published_home|\bsuperset\b|playwright|pytest\.mark\.(?:services|browser)"
    r"|tests/ingest/emit/test_(?:generate|staging)|tests/expectations/judging/test_committed_suites"
)
_LEFT_ALONE = re.compile(
    r"/migrations/|/models/\w+\.py$|/__init__\.py$|/settings\.py$|/failpoint\.py$|/apps\.py$"
)
# What a keyword of a call with this name says changes nothing that is promised.
_WORDLESS = re.compile(
    r"\b(?:frozen|exist_ok|parents|ensure_ascii|missing_ok|ignore_errors|strict|maxsize|chunk_size|batch_size|indent"
    r"|ignore_cleanup_errors|is_dir)\s*=\s*$"
)


def changes_of(room: str) -> dict[str, list[Change]]:
    """Every change of a room, by what is done."""
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for change in _changes(room):
        found[change.kind].append(change)
    return {kind: sorted(changes) for kind, changes in sorted(found.items())}


def chosen(rooms: Sequence[str], count: int, seed: int) -> list[tuple[str, Change]]:
    """`count` changes with their rooms, as many of each room and of each kind as there are. The same for the same seed
    and the same code."""
    chance = random.Random(seed)
    left = {room: changes_of(room) for room in rooms}
    taken: list[tuple[str, Change]] = []
    while len(taken) < count and any(left.values()):
        for room in rooms:
            if left[room] and len(taken) < count:
                kind = chance.choice(sorted(left[room]))
                changes = left[room][kind]
                taken.append((room, changes.pop(chance.randrange(len(changes)))))
                if not changes:
                    del left[room][kind]
    return taken


def asked_of(file: str, room: str) -> list[str]:
    """Tests in the order in which they are asked, where nothing is known of what they come to."""
    nearest = cases_of(file) if room == "rules" else []
    found = dict.fromkeys([*nearest, *_mirrors(file), *_importers(file), *_of_room(file, room)])
    return [file for path in found for file in files_of(path)]


def nearest_of(file: str, room: str) -> list[str]:
    """The files of tests that mirror a file of the code, and those of its room that import it."""
    found = dict.fromkeys([*_mirrors(file), *_importers(file)])
    return [each for path in found for each in files_of(path) if is_of_room(each, room)]


def files_of(path: str) -> list[str]:
    """A file of tests, or a single test; of a folder its files that may be asked."""
    if not (PROJECT / path).is_dir():
        return [path] if (PROJECT / path.partition("::")[0]).exists() else []
    return [test for test in _texts() if test.startswith(f"{path}/")]


def is_of_room(test: str, room: str) -> bool:
    """Whether a test is one of those of a room."""
    return test.startswith(_OF_ROOM.get(room, ()))


def room_of(file: str) -> str:
    """The room a file of the code is in."""
    return next(
        (room for room, folders in ROOMS.items() if file.startswith(tuple(f"{f}/" for f in folders))), ""
    )


def is_left_alone(file: str) -> bool:
    """Files that are not changed: what Django writes, what says nothing but names."""
    return bool(_LEFT_ALONE.search(file))


def _changes(room: str) -> Iterator[Change]:
    for folder in ROOMS[room]:
        for path in sorted((PROJECT / folder).rglob("*.sql" if room == "sql" else "*.py")):
            name = path.relative_to(PROJECT).as_posix()
            if is_left_alone(name):
                continue
            text = path.read_text(encoding="utf-8")
            every: Iterator[Found] = (
                sql_changes(text, is_whole=True) if path.suffix == ".sql" else python_changes(text)
            )
            for start, before, after, kind in every:
                if before != after and not _WORDLESS.search(text[max(0, start - 40) : start]):
                    yield Change(name, start, before, after, kind)


def cases_of(file: str) -> list[str]:
    """The files beside the cases of the rules that stand in a module; of all rules for one they are made of."""
    from expectations.rules import RULES
    from tests.expectations.case_folders import cases

    near = "tests/expectations/test_near_misses.py"
    module = ".".join(Path(file).with_suffix("").parts)
    own = sorted(case.rule for case in cases() if RULES[case.code].__module__ == module)
    return [f"{near}::~[{name}-" for name in own] or [near]


def _mirrors(file: str) -> list[str]:
    path = Path(file)
    if path.suffix == ".sql":
        return _naming(path.stem)
    above, folder = path.parent.parent.as_posix(), path.parent.name
    beside = f"tests/{path.parent.as_posix()}/test_{path.stem}.py"
    return [beside, f"tests/{above}/test_{path.stem}.py", f"tests/{above}/test_{folder}.py"]


def _naming(model: str) -> list[str]:
    """What the settings of a model expect of rows, and the tests of the model that name this one."""
    rows = "tests/dbt_project/test_unit_rows.py"
    own = f"{rows}::test_a_model_makes_what_is_expected_of_what_is_given"
    expecting = [f"{own}[{name}]" for name in names(list(unit_tests())) if name.startswith(f"{model}-")]
    tests = [
        path for path, text in _texts().items() if path.startswith("tests/dbt_project/") and model in text
    ]
    return [*expecting, *sorted(tests, key=lambda path: (not path.endswith("test_model.py"), path)), rows]


def _importers(file: str) -> list[str]:
    path = Path(file)
    if path.suffix == ".sql":
        return []
    package, module = ".".join(path.parent.parts), path.stem
    words = re.compile(
        rf"from {re.escape(package)}\.{module} import|from {re.escape(package)} import [^\n]*\b{module}\b"
        rf"|import {re.escape(package)}\.{module}\b"
    )
    near = f"tests/{path.parent.as_posix()}/"
    found = [test for test, text in _texts().items() if words.search(text)]
    return sorted(found, key=lambda test: (not test.startswith(near), test))[:_MOST_IMPORTERS]


def _of_room(file: str, room: str) -> list[str]:
    folder = f"tests/{Path(file).parent.as_posix()}"
    own = [folder] if folder.startswith(_NEAR) and folder not in _NEAR and (PROJECT / folder).is_dir() else []
    return [*own, *_OF_ROOM.get(room, ())]


@cache
def _texts() -> dict[str, str]:
    """The text of every file of tests that may be asked."""
    found = {}
    for path in sorted((PROJECT / "tests").rglob("test_*.py")):
        name, text = path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8")
        if not _NOT_ASKED.search(name + text) and not name.startswith("tests/mutants/"):
            found[name] = text
    return found
