"""Texts of a column looked at again: each by itself, until thousands of them have said nothing."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.databases import in_memory
from ingest.read.arrow import pa
from ingest.read.cells.batch.typed_columns import typed_column
from ingest.read.cells.written.second_look import MOST_IN_VAIN, looked_at_again, unread_code
from ingest.schema.forms.contract import FormField
from ingest.schema.forms.load import contract, contracts

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
    alone = dict(looked_at_again(pa.array([SPEAKING[column.type]]), column))
    texts[last] = SPEAKING[column.type]
    if known:
        texts[place] = SPEAKING[column.type]
    found = dict(looked_at_again(pa.array(texts), column))
    speak = {place, last} if known else set()
    assert found == (dict.fromkeys(speak, alone[0]) if alone else {})


@pytest.mark.parametrize("field", COLUMNS, ids=lambda field: field.name)
def test_of_different_words_that_mean_nothing_none_is_kept(field: FormField) -> None:
    """A column of hundreds of thousands of them takes no more memory than one of a thousand; each is found."""
    words = pa.array(_nonsense(3 * MOST_IN_VAIN))
    assert dict(looked_at_again(words, field)) == {}
    with in_memory() as con:
        typed = typed_column(con, FORM, field, pa.chunked_array([words]))
    assert not any(typed.said(code, words.to_pylist()) for code in [*typed.faults, "not_a_number"])
    unread = unread_code(field)
    assert {code: len(rows) for code, rows in typed.faults.items()} == (
        {unread: len(words)} if unread else {}
    )
    kept = typed.column.to_pylist()
    assert kept == (words.to_pylist() if unread is None else [None] * len(words))


WRONG = {
    "integer": [lambda n: f"{n} сабақ", lambda n: f"{n}%", lambda n: f"{n} чел."],
    "number": [lambda n: f"{n},5 балл", lambda n: f"{n}%"],
    "date": [lambda n: f"{n % 12 + 1}/{n // 12 % 18 + 13}/{1000 + n // 216}"],
    "time": [lambda n: f"{n % 24}:{n // 24 % 60:02} минут {n}"],
    "datetime": [lambda n: f"{n % 12 + 1}/{n // 12 % 18 + 13}/{1000 + n // 216} 08:30"],
}
OF_TYPES = [
    *(
        field
        for form in contracts().values()
        for field in form.fields
        if field.type in ("integer", "number", "date")
    ),
    *(
        FormField.model_validate(
            {"name": kind, "labels": {"kk": "а", "ru": "б", "en": "c"}, "type": kind, "privacy": "plain"}
        )
        for kind in ("time", "datetime")
    ),
]
MOST_BYTES = 64
"""Kept of each of the different texts in which something is found: places, masks, no text and nothing said of one."""


@pytest.mark.parametrize("kind", WRONG)
def test_of_different_texts_in_which_something_is_found_nothing_is_kept_either(kind: str) -> None:
    field = next(each for each in OF_TYPES if each.type == kind)
    form = FORM.model_copy(update={"fields": (field,)})
    for way in WRONG[kind]:
        words = pa.chunked_array([pa.array([way(place) for place in range(10_000)])])
        with in_memory() as con:
            tracemalloc.start()
            try:
                typed = typed_column(con, form, field, words)
                kept, _ = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
        assert sum(map(len, typed.faults.values())) == len(words)
        assert kept < MOST_BYTES * len(words)
        last = words[-1].as_py()
        alone = dict(looked_at_again(pa.array([last]), field))
        for code in typed.faults:
            assert typed.said(code, [last]) == ({last: alone[0]} if alone and alone[0].code == code else {})
