"""Looks at the bytes of a column never miss what a look at its cells finds, be the texts kept once each or not."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.arrow import pa, taken
from ingest.read.cells.columns.column_text import (
    holds_any,
    holds_digits_alone,
    holds_unseen,
    may_hold_odd,
    shortest,
)
from ingest.read.cells.columns.repeated_texts import with_repeated_once
from ingest.schema.values.letters import unseen_characters, white_space

TEXTS = st.lists(st.one_of(st.none(), st.text(alphabet="09aЯ-|(=@ ~", max_size=5)), max_size=8)


@settings(deadline=None)
@given(texts=TEXTS, wanted=st.text(alphabet="09a-|(=@ ~", min_size=1, max_size=3))
def test_a_character_that_is_there_is_seen(texts: list[str | None], wanted: str) -> None:
    column = pa.chunked_array([pa.array(texts, pa.string())])
    there = any(character in text for text in texts if text for character in wanted)
    for each in (column, with_repeated_once(pa.table({"x": column})).column("x")):
        assert holds_any(each, wanted) == there
        assert holds_digits_alone(each) == all(set(text) <= set("0123456789") for text in texts if text)


def test_no_character_nobody_sees_escapes_the_look_at_bytes() -> None:
    for sign in unseen_characters() + white_space():
        if sign > " ":
            assert may_hold_odd(np.frombuffer(f"8 А{sign}".encode(), np.uint8)), hex(ord(sign))


def test_cyrillic_texts_and_numbers_are_not_odd() -> None:
    assert not may_hold_odd(np.frombuffer("ӘҒҚҢӨҰҮҺІ ёЯ 12,5;A-z".encode(), np.uint8))


@settings(deadline=None)
@given(
    st.lists(st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=6), max_size=4),
    st.lists(st.integers(0, 5), max_size=8),
)
def test_cells_are_taken_from_where_they_stand_in_any_order(
    chunks: list[list[str | None]], wanted: list[int]
) -> None:
    column = pa.chunked_array(
        [pa.array(["-", *cells], pa.string()).slice(1) for cells in chunks], pa.string()
    )
    places = np.array([place for place in wanted if place < len(column)], dtype=np.int64)
    whole = column.to_pylist()
    assert taken(column, places).to_pylist() == [whole[place] for place in places]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), min_size=1), st.integers(0, 3))
def test_the_shortest_cell_is_told_by_the_ends_of_cells(cells: list[str | None], cut: int) -> None:
    column = pa.chunked_array([pa.array(cells, pa.string()).slice(cut)], pa.string())
    assert shortest(column) == min((len((cell or "").encode()) for cell in cells[cut:]), default=0)


@given(
    st.lists(st.text(max_size=6), max_size=4),
    st.sampled_from(["", "\x00", "\x07", "\x1f", "\u200b", "\u00ad", "\ufeff"]),
)
def test_one_character_nobody_sees_is_enough(texts: list[str], unseen: str) -> None:
    """Whether it is a control character or a letter beyond them: either alone."""
    shown = [text for text in texts if text.isprintable() and text.isascii()]
    column = pa.chunked_array([pa.array([*shown, f"a{unseen}b"])])
    assert holds_unseen(column) is bool(unseen)
