"""However deep a name stands in what an event keeps, an erasure finds it, and nothing else changes."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.sampled_from(["Үлгі Асқар", "ведомость Үлгі Асқар.xlsx", "5 «А»", "", "Асқар"])
KEPT = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c"]), each, max_size=3)
    ),
    max_leaves=12,
)


def _texts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value]


@given(value=KEPT)
def test_every_text_that_names_the_person_is_replaced_and_no_other(value: Any) -> None:
    from ingest.ledger.persons.erased_texts import INSTEAD, _replaced

    found = _replaced(value, lambda text: "Үлгі Асқар" in text)
    wanted = [INSTEAD if isinstance(each, str) and "Үлгі Асқар" in each else each for each in _texts(value)]
    assert _texts(found) == wanted
    assert _replaced(found, lambda text: "Үлгі Асқар" in text) == found
