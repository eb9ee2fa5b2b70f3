"""Sets of rows are compared by fingerprints that keep together what stood in one row."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import expectations
from expectations.judging.scope import Scope
from expectations.reference import Reference
from expectations.rules.fingerprint import fingerprint
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period
from ingest.sql import literal
from tests.expectations.typed_rows import unexpected

NODE = "650940000016"
WEEK = Scope(NODE, "organisation", Period.parse("week", "2026-W37"))
TERM = Scope(NODE, "organisation", Period.parse("term", "2026-2027-T1"))
SEEDS = 20
MONDAY = date(2026, 9, 7)
Row = dict[str, Any]
_CELLS = st.none() | st.integers(-3, 3) | st.integers(-(2**62), 2**62)
_ROWS = st.lists(st.tuples(_CELLS, st.none() | st.text(max_size=2, alphabet="аәb'")), max_size=8)


@settings(max_examples=100, deadline=None)
@given(_ROWS, _ROWS, st.randoms(use_true_random=False))
def test_equal_exactly_where_the_rows_are(
    con: duckdb.DuckDBPyConnection, left: list[Any], right: list[Any], chance: random.Random
) -> None:
    # Besides rows of chance: the same ones in another order, with parts exchanged, and with one of them twice.
    ones, others = [a for a, _ in left], [b for _, b in left]
    chance.shuffle(others)
    shuffled = chance.sample(left, len(left))
    for second in (right, shuffled, list(zip(ones, others, strict=True)), [*left, *left[:1]], left[1:]):
        assert (_of(con, left) == _of(con, second)) == (Counter(left) == Counter(second))


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


def _of(con: duckdb.DuckDBPyConnection, rows: list[tuple[int | None, str | None]]) -> Any:
    if not rows:
        return None
    listed = ", ".join(
        f"(CAST({'NULL' if a is None else a} AS BIGINT), CAST({'NULL' if b is None else literal(b)} AS VARCHAR))"
        for a, b in rows
    )
    (found,) = (
        con.execute(f"SELECT {fingerprint('a', 'b')} FROM (VALUES {listed}) AS rows(a, b)").fetchone() or ()
    )
    return found


def test_no_rule_joins_hashes_in_another_way() -> None:
    for file in Path(expectations.__file__).parent.rglob("*.py"):
        assert not re.search(r"bit_xor|bit_or\(hash|(sum|xor)\(hash\((?!hash)", file.read_text()), file.name


def _learners(count: int) -> list[str]:
    return [f"{150310700000 + place}" for place in range(count)]


def _marks(chance: random.Random) -> tuple[list[Row], list[Row]]:
    """Two subjects of a class with the same marks; and with the same marks given to other learners."""
    learners = _learners(24)
    marks = [chance.choice((3, 4, 5)) for _ in learners]
    marks[:2] = 3, 5

    def file(second: list[int]) -> list[Row]:
        return [
            {"bin": NODE, "iin": iin, "grade": 5, "letter": "Ә", "subject": subject, "mark": mark}
            for subject, given_ in (("mathematics", marks), ("informatics", second))
            for iin, mark in zip(learners, given_, strict=True)
        ]

    return file(marks), file(_deranged(marks, chance))


def _deranged(values: list[Any], chance: random.Random) -> list[Any]:
    """The same values, not all of them in their places."""
    found = values
    while found == values:
        found = chance.sample(values, len(values))
    return found


def _day(day: date, away: dict[str, str]) -> list[Row]:
    return [
        {
            "bin": NODE, "iin": iin, "date": day, "grade": 5, "letter": "Ә", "lessons_scheduled": 6,
            "lessons_missed": 6 if iin in away else 0, "lessons_missed_valid": 6 if iin in away else 0,
            "absence_reason": away.get(iin),
        }
        for iin in _learners(30)
    ]  # fmt: skip


def _days(chance: random.Random) -> tuple[list[Row], list[Row]]:
    """Two days with the same absences; and with the same learners and reasons, other ones to each."""
    learners = chance.sample(_learners(30), 20)
    reasons = [chance.choice(("ILL", "FAM", "SPT")) for _ in learners]
    reasons[:2] = "ILL", "FAM"

    def file(second: list[str]) -> list[Row]:
        tuesday = MONDAY + timedelta(days=1)
        monday = _day(MONDAY, dict(zip(learners, reasons, strict=True)))
        return monday + _day(tuesday, dict(zip(learners, second, strict=True)))

    return file(reasons), file(_deranged(reasons, chance))


PAIRS: dict[str, tuple[str, Scope, Callable[[random.Random], tuple[list[Row], list[Row]]]]] = {
    "marks_copied": ("term_results", TERM, _marks),
    "day_copied": ("attendance", WEEK, _days),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_copy_is_found_and_the_same_values_of_others_are_none(rule: str) -> None:
    form, scope, made = PAIRS[rule]
    pairs = [made(random.Random(seed)) for seed in range(SEEDS)]
    files = [(rows, scope) for pair in pairs for rows in pair]

    found = unexpected(contracts()[form], files, Reference(), frozenset({rule}))

    # Of each pair the first is a copy.
    assert sorted(row["_file"] for row in found) == list(range(0, 2 * SEEDS, 2))


def test_a_week_is_a_copy_only_with_the_same_absences() -> None:
    pairs = [_weeks(random.Random(seed)) for seed in range(SEEDS)]
    scopes = [replace(WEEK, node_code=f"{650940000000 + seed}") for seed in range(SEEDS)]
    before = [
        {name: None if cell is None else str(cell) for name, cell in row.items()}
        | {"node_code": scope.node_code, "period_start": str(MONDAY - timedelta(days=7))}
        for (rows, _), scope in zip(pairs, scopes, strict=True)
        for row in rows
    ]
    files = [(rows, scope) for pair, scope in zip(pairs, scopes, strict=True) for rows in pair]

    found = unexpected(
        contracts()["attendance"],
        files,
        Reference(earlier=pa.Table.from_pylist(before)),
        frozenset({"week_copied"}),
    )

    assert sorted(row["_file"] for row in found) == list(range(0, 2 * SEEDS, 2))


def _weeks(chance: random.Random) -> tuple[list[Row], list[Row]]:
    """A day of absences; and one with as many lessons missed and the same reasons, other ones together."""
    learners = _learners(20)
    lessons = [chance.choice((2, 4, 6)) for _ in learners]
    reasons = [chance.choice(("ILL", "FAM")) for _ in learners]
    lessons[:2], reasons[:2] = [2, 6], ["ILL", "FAM"]

    def week(of: list[int]) -> list[Row]:
        rows = _day(MONDAY, dict(zip(learners, reasons, strict=True)))
        for row, missed in zip(rows, of, strict=False):
            row |= {"lessons_missed": missed, "lessons_missed_valid": missed}
        return rows

    pairs = Counter(zip(lessons, reasons, strict=True))
    other = _deranged(lessons, chance)
    while Counter(zip(other, reasons, strict=True)) == pairs:
        other = _deranged(lessons, chance)
    return week(lessons), week(other)
