"""What tags for columns say is found for each column, however many tags there are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.read.workbook.markup.column_looks import MOST_COLUMNS, ColumnLooks

_RUNS = st.lists(st.tuples(st.integers(1, 12), st.integers(-2, 6), st.sampled_from("абв")), max_size=8)
_PLAIN = ""


@given(said=_RUNS, nearer=st.integers(0, 20))
def test_each_column_has_what_the_tags_from_the_left_say(
    said: list[tuple[int, int, str]], nearer: int
) -> None:
    begin = MOST_COLUMNS - nearer if nearer > 10 else 0
    found = ColumnLooks(_PLAIN)
    expected: dict[int, str] = {}
    for first, further, look in said:
        found.say(begin + first, begin + first + further, look)
        # Columns are taken one after the other; a tag that goes back, or behind the last column, says nothing.
        if begin + first > max(expected, default=0) and begin + first <= MOST_COLUMNS:
            own = range(begin + first, min(begin + first + max(further, 0), MOST_COLUMNS) + 1)
            expected |= dict.fromkeys(own, look)
    looked_at = range(begin, begin + 25)
    assert [found.of(column) for column in looked_at] == [expected.get(at, _PLAIN) for at in looked_at]
    assert found.last == max(expected, default=0)
