"""What the columns below a row look like is found out once for all rows that may head them, and is the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.tables.header_rows import _Below, header_depth, is_heading, kinds_below

CELLS = st.sampled_from(
    ["", " ", "имя", "Тегі", "12", "5,5", "2024", "01.02.2024", "10:30", "x y z", "итого"]
)
ROWS = st.lists(st.lists(CELLS, max_size=4), min_size=1, max_size=8)


@settings(deadline=None)
@given(ROWS, st.integers(0, 7))
def test_columns_look_as_they_do_when_looked_at_anew(rows: list[list[str]], begin: int) -> None:
    whole = _Below(rows)
    for column in range(5):
        whole.kinds(column)
    below = whole.from_row(begin)
    assert below.rows == rows[begin:]
    for column in range(5):
        assert below.kinds(column) == kinds_below(rows[begin:], column)


@settings(deadline=None)
@given(ROWS, st.integers(0, 7))
def test_rows_that_say_the_same_are_left_out(rows: list[list[str]], said: int) -> None:
    cells = rows[said % len(rows)]
    others = _Below(rows).without(tuple(cells))
    assert others.rows == [row for row in rows if row != cells]
    assert [others.kinds(column) for column in range(5)] == [
        kinds_below(others.rows, column) for column in range(5)
    ]


@settings(deadline=None)
@given(ROWS)
def test_the_first_row_heads_where_it_does_by_itself(rows: list[list[str]]) -> None:
    """Be the rows lists or tuples."""
    depth = header_depth(rows)
    assert depth == header_depth([tuple(row) for row in rows])
    if depth <= 1:
        assert bool(depth) == is_heading(rows[0], rows[1:])
