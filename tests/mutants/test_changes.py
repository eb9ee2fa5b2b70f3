"""The changes themselves: each is one, can be made, and is the same for the same seed."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.blocks import MARKING, block_at, blocks_of, telling
from tests.mutants.change import PROJECT, Change
from tests.mutants.equal import equal
from tests.mutants.executed import Executed, _sum
from tests.mutants.named import named
from tests.mutants.python_changes import python_changes
from tests.mutants.rooms import ROOMS, asked_of, changes_of, chosen, room_of
from tests.mutants.sql_changes import sql_changes
from tests.mutants.trial import Trial

PYTHON = '''
"""Not changed: a < b."""
def f(a: int, b=10, *, kept=True):
    if not a:
        return None
    log.warning("no %s < %s", a, b)
    rows = [x for x in b if x.start <= a and x is not None]
    _require_whole(a)
    query = f"SELECT {a} FROM t WHERE x < {b} AND y IS NULL"
    return min(rows).filter(z=1) or Thing.objects.order_by("-pk").first()
'''
BLOCKS = """
def f(a):
    b = 0
    if a == 1:
        b = "қ1"
    elif a == 2:
        b = 2
    else: b = 3
    return b
"""
SQL = """
-- not changed: a < b
select coalesce(x, y + 1) as z, 'a and b' as text
from {{ ref('and_or') }} as t left join u on t.a = u.a and t.b is not null
where t.d between t.period_start and t.e and t.n >= 3
"""


def test_what_is_changed_of_python_is_what_decides() -> None:
    found = {(before, after) for _, before, after, _ in python_changes(PYTHON)}
    assert found >= {
        ("not a", "False"),
        ("not a", "(a)"),
        ("<=", "<"),
        ("and", "or"),
        ("x.start <= a and x is not None", "True"),
        ("start", "end"),
        ("_require_whole(a)", "pass"),
        ("<", "<="),
        ("AND", "OR"),
        ("IS NULL", "IS NOT NULL"),
        ("min", "max"),
        ("filter", "exclude"),
        ('"-pk"', "'pk'"),
        ("first", "last"),
        ("10", "11"),
        ("True", "False"),
    }
    changed = [
        PYTHON[:place] + after + PYTHON[place + len(before) :]
        for place, before, after, _ in python_changes(PYTHON)
    ]
    for text in changed:
        ast.parse(text)
        assert '"""Not changed: a < b."""' in text
        assert 'log.warning("no %s < %s", a, b)' in text


def test_what_is_changed_of_sql_is_what_decides() -> None:
    found = {(before, after) for _, before, after, _ in sql_changes(SQL, is_whole=True)}
    assert found == {
        ("coalesce(x, y + 1)", "(x)"),
        ("1", "2"),
        ("left join", "inner join"),
        ("is not null", "is null"),
        ("and", "or"),
        ("start", "end"),
        (">=", ">"),
        ("3", "4"),
        ("t.d between t.period_start and t.e and t.n >= 3", "true"),
    }
    # The one between two conditions of a join, the one after the range, not the one inside it.
    assert sum(before == "and" for _, before, _, _ in sql_changes(SQL)) == 2


@pytest.mark.parametrize("room", ROOMS)
def test_every_change_of_a_room_can_be_made(room: str) -> None:
    for changes in changes_of(room).values():
        for change in changes:
            text = (PROJECT / change.file).read_text(encoding="utf-8")
            assert change.applied(text) != text
            assert room_of(change.file) == room


def test_the_same_seed_chooses_the_same_of_every_room() -> None:
    taken = chosen(list(ROOMS), 30, 7)
    assert taken == chosen(list(ROOMS), 30, 7)
    assert taken != chosen(list(ROOMS), 30, 8)
    assert len(set(taken)) == 30
    assert {room for room, _ in taken} == set(ROOMS)


def test_every_change_that_was_thought_of_can_still_be_made() -> None:
    for each in named():
        change = each.change()
        assert change.applied((PROJECT / each.file).read_text(encoding="utf-8"))
        asked = [Path(word.partition("::")[0]) for word in each.asked()]
        assert asked and all((PROJECT / test).exists() for test in asked), each.what


def test_what_mirrors_a_file_is_asked_first() -> None:
    asked = asked_of("ingest/ledger/decisions/approvals.py", "ledger")
    assert asked[0] == "tests/ingest/ledger/test_approvals.py"
    assert asked[-1].startswith(("tests/warehouse/", "tests/ingest/cli/"))
    models = asked_of("dbt_project/models/marts/fct_obligation.sql", "sql")
    assert models[0].startswith("tests/dbt_project/test_unit_rows.py::")


def test_blocks_are_what_runs_together_and_told_of_once_each() -> None:
    found = {(block.first, block.last) for block in blocks_of(BLOCKS) if not block.is_elif}
    assert found == {(3, 9), (5, 5), (7, 7), (8, 8)}
    assert [block_at(BLOCKS, line) for line in (1, 2)] == [None, None]
    outer = block_at(BLOCKS, 9)
    assert outer == block_at(BLOCKS, 6), "what is asked first and what is asked then"
    told: list[str] = []
    names = {"__name__": "x"}
    text = telling(BLOCKS, "x.py")
    exec(text.replace("from tests.mutants.marker import mark", "raise ImportError #"), names)
    names["_came_to"] = told.append  # type: ignore[assignment]
    for given, line in ((1, 5), (2, 7), (3, 8)):
        told.clear()
        names["f"](given)  # type: ignore[operator]
        assert told == [f"x.py {outer}", f"x.py {block_at(BLOCKS, line)}"]
    assert 'b = "қ1"\n' in text, "as it was"


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "sql"])
def test_a_module_that_tells_is_otherwise_as_it_was(room: str) -> None:
    for file in sorted({change.file for changes in changes_of(room).values() for change in changes})[::7]:
        source = (PROJECT / file).read_text(encoding="utf-8")
        told = telling(source, file).split(MARKING)
        left = re.sub(r"_came_to\('[^']+'\)(; |\n)", lambda call: call[1].strip("; "), "".join(told))
        assert len(told) == 2 and ast.dump(ast.parse(left)) == ast.dump(ast.parse(source)), file


_READER = """
import sys
from tests.mutants.marker import mark
for line in sys.stdin:
    mark(line.strip())
    print(flush=True)
"""


def test_a_process_that_works_for_many_tests_tells_of_each(tmp_path: Path) -> None:
    """As the one that reads files: it was begun once, and comes to the same block in every test."""
    (tmp_path / "tests" / "mutants").mkdir(parents=True)
    for name in ("__init__", "marker"):
        shutil.copy2(PROJECT / "tests" / "mutants" / f"{name}.py", tmp_path / "tests" / "mutants")
    (tmp_path / "executed").mkdir()
    current, turn = (tmp_path / "executed" / name for name in ("current", "turn"))
    turn.write_bytes(bytes(4))
    told = []
    words = [sys.executable, "-c", _READER]
    with subprocess.Popen(words, cwd=tmp_path, stdin=-1, stdout=-1, text=True) as reader:
        assert reader.stdin and reader.stdout
        for number in range(1, 4):
            current.write_text("")
            with turn.open("r+b") as file:
                file.write(number.to_bytes(4, "big"))
            for block in ("a 1", "a 1", "b 2"):
                reader.stdin.write(f"{block}\n")
                reader.stdin.flush()
                reader.stdout.readline()
            told.append(current.read_text().splitlines())
        reader.stdin.close()
    assert told == [["a 1", "b 2"]] * 3


FILE = "ingest/ledger/decisions/approvals.py"
NODES, CHAIN, ASIDE = (f"tests/ingest/ledger/test_{name}.py" for name in ("nodes", "chain", "aside"))


def _first_condition() -> tuple[Change, str]:
    text = (PROJECT / FILE).read_text(encoding="utf-8")
    place = text.index("if ")
    block = block_at(text, text.count("\n", 0, place) + 1)
    return Change(FILE, place, "if ", "if not ", "condition"), f"{FILE} {block}"


def _kept(path: Path, *runs: list[dict[str, object]]) -> Path:
    lines = [json.dumps(line) for run in runs for line in run]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _sums(*files: str) -> dict[str, str]:
    return {file: _sum((PROJECT / file).read_text(encoding="utf-8")) for file in files}


def _learnt(test: str, seconds: float, *blocks: str, **said: object) -> dict[str, object]:
    return {"name": test, "seconds": seconds, "blocks": blocks, "fixtures": [], "passed": True} | said


def test_what_tests_come_to_is_learnt_and_the_quickest_is_asked_first(tmp_path: Path) -> None:
    change, block = _first_condition()
    run = [
        {"sums": _sums(FILE)},
        {"name": "fixture all", "blocks": [block]},
        _learnt(f"{NODES}::test_slow", 9, fixtures=["fixture all"]),
        _learnt(f"{CHAIN}::test_quick", 1, fixtures=["fixture all"]),
        _learnt(f"{CHAIN}::test_failed", 0, fixtures=["fixture all"], passed=False),
        _learnt(f"{ASIDE}::test_other", 0, f"{FILE} 9999"),
        _learnt("tests/test_gone.py::test_gone", 0, block),
    ]
    executed = Executed(_kept(tmp_path / "kept", run))
    assert executed.tests_of(change, "read") == executed.tests_of(change, "ledger"), "no room has others"
    tests = executed.tests_of(change)
    assert tests == [f"{CHAIN}::test_quick", f"{NODES}::test_slow"]


def test_what_was_learnt_of_other_code_is_learnt_again_and_nothing_else(tmp_path: Path) -> None:
    change, block = _first_condition()
    now, before = _sums(FILE, NODES, CHAIN), _sums(FILE, NODES, CHAIN) | {FILE: "another"}
    same = [{"sums": now}, _learnt(f"{NODES}::test", 1, block)]
    other = [
        {"sums": before},
        _learnt(f"{CHAIN}::test", 2, f"{FILE} 9999"),
        _learnt(f"{NODES}::old", 1, block),
    ]
    executed = Executed(_kept(tmp_path / "kept", other, same))
    assert executed.to_learn([NODES, CHAIN, ASIDE]) == [CHAIN, ASIDE]
    # Which block it came to when the file was another says nothing; that it came to the file does.
    assert executed.tests_of(change) == [f"{NODES}::test", f"{CHAIN}::test"]
    again = [{"sums": now}, _learnt(f"{CHAIN}::test", 2, f"{FILE} 9999")]
    executed = Executed(_kept(tmp_path / "kept", other, same, again))
    assert executed.to_learn([NODES, CHAIN]) == []
    assert executed.unknown([NODES, CHAIN, ASIDE]) == [ASIDE]
    assert executed.tests_of(change) == [f"{NODES}::test"]


def test_what_is_said_to_change_nothing_can_still_be_made() -> None:
    for (file, line, before, _, nth), why in equal().items():
        assert line in (PROJECT / file).read_text(encoding="utf-8"), (file, line)
        assert line.count(before) >= max(nth, 1) and why


def test_a_trial_notices_what_tests_notice_and_leaves_the_project_alone(tmp_path: Path) -> None:
    file = "ingest/schema/values/identifier.py"
    before = (PROJECT / file).read_bytes()
    text = before.decode()
    trial = Trial(tmp_path, seconds=600)
    asked = ["tests/ingest/schema/test_identifier.py"]
    wrong = Change(file, text.index("% 11"), "% 11", "% 12", "constant")
    outcome = trial.of(wrong, asked)
    assert (outcome.became, outcome.by.partition("::")[0]) == ("behaviour", asked[0])
    # What does not even run says nothing of the tests.
    nothing = Change(file, text.index("% 11"), "% 11", "% (", "constant")
    assert trial.of(nothing, asked).became == "broken"
    endless = Change(file, text.index("% 11"), "% 11", "% sum(iter(int, 1))", "constant")
    trial.seconds = 8
    outcome = trial.of(endless, asked)
    assert (outcome.became, outcome.by.partition("::")[0]) == ("time", asked[0])
    assert (tmp_path / file).read_bytes() == (PROJECT / file).read_bytes() == before
