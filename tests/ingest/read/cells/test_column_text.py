"""Looks at the bytes of a column never miss what a look at its cells finds, be the texts kept once each or not."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.arrow import pa
from ingest.read.cells.column_text import holds_any, holds_digits_alone
from ingest.read.cells.repeated_texts import with_repeated_once

TEXTS = st.lists(st.one_of(st.none(), st.text(alphabet="09aЯ-|(=@ ~", max_size=5)), max_size=8)


@settings(deadline=None)
@given(texts=TEXTS, wanted=st.text(alphabet="09a-|(=@ ~", min_size=1, max_size=3))
def test_a_character_that_is_there_is_seen(texts: list[str | None], wanted: str) -> None:
    column = pa.chunked_array([pa.array(texts, pa.string())])
    there = any(character in text for text in texts if text for character in wanted)
    for each in (column, with_repeated_once(pa.table({"x": column})).column("x")):
        assert holds_any(each, wanted) == there
        assert holds_digits_alone(each) == all(set(text) <= set("0123456789") for text in texts if text)
