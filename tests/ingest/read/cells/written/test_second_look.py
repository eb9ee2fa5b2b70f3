"""Texts of a column looked at again: each by itself, until thousands of them have said nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.databases import in_memory
from ingest.read.arrow import pa
from ingest.read.cells.batch.typed_columns import typed_column
from ingest.read.cells.written.second_look import MOST_IN_VAIN, looked_at_again, unread_code
from ingest.schema.forms.contract import FormField
from ingest.schema.forms.load import contract

FORM = contract("attendance")
COLUMNS = [field for field in FORM.fields if field.type != "string" or field.constraints.codelist]
SPEAKING = {"integer": "5 сабақ", "date": "7 қыркүйек 2026", "boolean": "Иә.", "string": "ауырды"}


def _nonsense(count: int) -> list[str]:
    return [f"ж{place}қ" for place in range(count)]


@settings(max_examples=25, deadline=None)
@given(column=st.sampled_from(COLUMNS), place=st.integers(0, MOST_IN_VAIN - 1), known=st.booleans())
def test_one_text_that_says_something_lets_all_be_looked_at(column: object, place: int, known: bool) -> None:
    assert isinstance(column, FormField)
    texts = _nonsense(MOST_IN_VAIN + 20)
    last = MOST_IN_VAIN + 10
    alone = looked_at_again(pa.array([SPEAKING[column.type]]), column)
    texts[last] = SPEAKING[column.type]
    if known:
        texts[place] = SPEAKING[column.type]
    found = looked_at_again(pa.array(texts), column)
    speak = {place, last} if known else set()
    assert found == (dict.fromkeys(speak, alone[0]) if alone else {})


@pytest.mark.parametrize("field", COLUMNS, ids=lambda field: field.name)
def test_of_different_words_that_mean_nothing_none_is_kept(field: FormField) -> None:
    """A column of hundreds of thousands of them takes no more memory than one of a thousand; each is found."""
    words = pa.array(_nonsense(3 * MOST_IN_VAIN))
    assert looked_at_again(words, field) == {}
    with in_memory() as con:
        typed = typed_column(con, FORM, field, pa.chunked_array([words]))
    assert not typed.said
    unread = unread_code(field)
    assert {code: len(rows) for code, rows in typed.faults.items()} == (
        {unread: len(words)} if unread else {}
    )
    kept = typed.column.to_pylist()
    assert kept == (words.to_pylist() if unread is None else [None] * len(words))
