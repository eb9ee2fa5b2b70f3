"""The changes themselves: each is one, can be made, and is the same for the same seed."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.mutants.blocks import block_at, blocks_of, telling
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
    if a:
        b = 1
    else:
        b = 2
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


def test_blocks_are_what_runs_together_and_told_of_once_each(tmp_path: Path) -> None:
    found = {(block.first, block.last) for block in blocks_of(BLOCKS)}
    assert found == {(3, 8), (5, 5), (7, 7)}
    assert [block_at(BLOCKS, line) for line in (1, 2)] == [None, None]
    inner, outer = block_at(BLOCKS, 5), block_at(BLOCKS, 8)
    assert inner != outer
    told: list[str] = []
    names = {"__name__": "x"}
    exec(
        telling(BLOCKS, "x.py").replace("from tests.mutants.marker import mark", "raise ImportError #"), names
    )
    names["_came_to"] = told.append  # type: ignore[assignment]
    assert names["f"](1) == 1  # type: ignore[operator]
    assert told == [f"x.py {outer}", f"x.py {inner}"]


def test_what_tests_come_to_is_learnt_and_the_quickest_is_asked_first(tmp_path: Path) -> None:
    file = "ingest/ledger/decisions/approvals.py"
    text = (PROJECT / file).read_text(encoding="utf-8")
    place = text.index("if ")
    block = block_at(text, text.count("\n", 0, place) + 1)
    passed = {"passed": True, "fixtures": ["fixture all"]}
    lines = [
        {"sums": {file: _sum(text)}},
        {"name": "fixture all", "blocks": [f"{file} {block}"]},
        {"name": "tests/test_a.py::test_slow", "seconds": 9, "blocks": [], **passed},
        {"name": "tests/test_b.py::test_quick", "seconds": 1, "blocks": [], **passed},
        {"name": "tests/test_c.py::test_failed", "seconds": 0, "blocks": [], **passed, "passed": False},
        {
            "name": "tests/test_d.py::test_other",
            "seconds": 0,
            "blocks": [f"{file} 9999"],
            "fixtures": [],
            "passed": True,
        },
    ]
    kept = tmp_path / "kept.jsonl"
    kept.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    tests = Executed(kept).tests_of(Change(file, place, "if ", "if not ", "condition"))
    assert tests == ["tests/test_b.py::test_quick", "tests/test_a.py::test_slow"]


def test_what_is_said_to_change_nothing_can_still_be_made() -> None:
    for (file, line, before, _), why in equal().items():
        assert line in (PROJECT / file).read_text(encoding="utf-8"), (file, line)
        assert before in line and why


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
    first = "from __future__ import annotations\n"
    endless = Change(file, text.index(first), first, f"{first}while True: pass\n", "condition")
    trial.seconds = 5
    assert trial.of(endless, asked).became == "time"
    assert (tmp_path / file).read_bytes() == (PROJECT / file).read_bytes() == before
