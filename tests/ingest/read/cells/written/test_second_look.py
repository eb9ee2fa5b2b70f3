"""Texts of a column looked at again: each by itself, until thousands of them have said nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.cells.written import second_look
from ingest.read.cells.written.second_look import MOST_IN_VAIN, looked_at_again
from ingest.schema.forms.load import contract

FORM = contract("attendance")
COLUMNS = [field for field in FORM.fields if field.type != "string" or field.constraints.codelist]
SPEAKING = {"integer": "5 сабақ", "date": "7 қыркүйек 2026", "boolean": "Иә.", "string": "ауырды"}


def _nonsense(count: int) -> dict[int, str]:
    return {place: f"ж{place}қ" for place in range(count)}


@settings(max_examples=25, deadline=None)
@given(column=st.sampled_from(COLUMNS), place=st.integers(0, MOST_IN_VAIN - 1), known=st.booleans())
def test_one_text_that_says_something_lets_all_be_looked_at(column: object, place: int, known: bool) -> None:
    assert isinstance(column, second_look.FormField)
    texts = _nonsense(MOST_IN_VAIN + 20)
    last = MOST_IN_VAIN + 10
    alone = looked_at_again({0: SPEAKING[column.type]}, column)[0]
    says = alone != looked_at_again({0: "ж0қ"}, column)[0] and alone.value != SPEAKING[column.type]
    texts[last] = SPEAKING[column.type]
    if known:
        texts[place] = SPEAKING[column.type]
    found = looked_at_again(texts, column)
    assert list(found) == list(texts)
    assert (found[last] == alone) is (known or not says)
    others = {each: text for each, text in texts.items() if each not in (place, last)}
    assert all(found[each] == looked_at_again({0: text}, column)[0] for each, text in others.items())
