"""The matrix of the order is complete and names only tests that exist."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| (order \d|¶[\d.]+) \| (.+?) \| (.+?) \| (.+?) \|$",
    (PROJECT / "docs" / "order-503.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
# Paragraph → its numbered points, as in the text of the rules; 5 is missing there and said to be.
POINTS = {3: 6, 8: 5, 9: 2, 10: 5, 13: 6, 14: 7}
CLAUSES = [f"order {number}" for number in range(1, 6)] + [
    f"¶{paragraph}.{point}" if point else f"¶{paragraph}"
    for paragraph in range(1, 17)
    for point in (range(1, POINTS[paragraph] + 1) if paragraph in POINTS else [0])
]


def test_every_clause_stands_there_once_and_in_order():
    assert [clause for clause, *_ in ROWS] == CLAUSES


@pytest.mark.parametrize("clause, state", [(row[0], row[3]) for row in ROWS])
def test_a_clause_works_by_a_test_that_exists_or_is_said_not_to(clause, state):
    assert re.match(r"works: |partly: |not yet$|nothing to build$", state)
    named = re.findall(r"`(tests/[^`]+)`", state)
    assert named or state in ("not yet", "nothing to build")
    for test in named:
        path = PROJECT / test
        assert path.exists() and (path.is_file() or list(path.rglob("test_*.py"))), test


def test_what_serves_nothing_is_not_called_working():
    assert not [clause for clause, _, feature, state in ROWS if feature == "—" and state != "not yet"]
