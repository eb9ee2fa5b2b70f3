"""The fast way to cut a line is the same cut as the careful one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.read.text.rows.lenient_reader import Dialect, cells_by_pattern, scan_by_characters
from tests.ingest.read.test_properties import EASY


@EASY
@given(st.sampled_from(",;\t|^:]"), st.sampled_from("\"'`"), st.data())
def test_cells_by_pattern_are_those_by_characters(delimiter: str, quote: str, data: st.DataObject) -> None:
    pieces = st.sampled_from([delimiter, quote, quote * 2, " ", "a", "б\n", "]", "\\", "^", "-", '"'])
    text = "".join(data.draw(st.lists(pieces, max_size=14)))
    careful = scan_by_characters(text, Dialect(delimiter, quote))
    fast = cells_by_pattern(text, delimiter, quote)
    assert fast == (None if isinstance(careful, str) else careful)
