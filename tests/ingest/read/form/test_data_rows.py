"""A column that a look at its bytes tells to be filled throughout holds no cell that is blank or says so."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.arrow import pa, pc
from ingest.read.cells.columns.column_text import blank
from ingest.read.form.rows.data_rows import _end_of, _is_filled_throughout

CELLS = st.lists(
    st.one_of(
        st.none(),
        st.text(max_size=6),
        st.sampled_from(["-", "—", "жоқ", "090101700000", "\u00a0\u00a0\u00a0"]),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(CELLS, CELLS, st.lists(st.sampled_from(["-", "—", "жоқ"]), unique=True))
def test_no_blank_cell_is_overlooked(
    first: list[str | None], last: list[str | None], words: list[str]
) -> None:
    column = pa.chunked_array([pa.array(cells, pa.string()) for cells in (first, last)])
    says_blank = pa.array(words, pa.string())
    if _is_filled_throughout(column, says_blank):
        assert not pc.or_(blank(column), pc.is_in(column, value_set=says_blank)).to_pylist().count(True)


def test_numbers_of_twelve_digits_are_told_to_be_filled_at_a_glance() -> None:
    column = pa.chunked_array([["090101700000", "090101700001"], ["090101700002"]])
    assert _is_filled_throughout(column, pa.array(["-", "—"]))


@settings(deadline=None)
@given(st.lists(st.booleans()))
def test_the_end_is_behind_the_last_row_there_is(rows: list[bool]) -> None:
    assert _end_of(np.array(rows, dtype=bool)) == max(
        (place + 1 for place, there in enumerate(rows) if there), default=0
    )
