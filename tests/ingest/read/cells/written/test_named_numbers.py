"""Words and signs for marks suggest the mark, and are never read as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.arrow import pa
from ingest.read.cells.written.named_numbers import named_number
from ingest.read.cells.written.second_look import looked_at_again
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.load import contract
from ingest.schema.texts.word_files import read_words

MARKS = [entry.code for entry in codelist("mark").codes]
FIELDS = [field for field in contract("term_results").fields if field.named]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_word_for_a_mark_is_suggested(field: object) -> None:
    said = {word: entry.code for entry in codelist("mark").codes for word in entry.words}
    said |= {word: code for code, words in read_words("synonyms")["mark"].items() for word in words}
    for word, code in said.items():
        if word.isdecimal():
            continue
        for written in {word, word.upper(), word.capitalize(), f" {word}", f"{word}.", f"{word}!"}:
            odd = dict(looked_at_again(pa.array([written.strip()]), field))[0]  # type: ignore[arg-type]
            assert (odd.value, odd.suggestion) == (None, code), written


@given(st.sampled_from(MARKS), st.sampled_from(["+", "-", "−", "–", "++", " +", "!", "*", " (+)"]))
def test_a_sign_behind_a_mark_makes_no_other(mark: str, sign: str) -> None:
    assert named_number(mark + sign, "mark") == mark


@given(st.text(max_size=60))
def test_any_text_is_a_mark_or_none(text: str) -> None:
    assert named_number(text, "mark") in {None, *MARKS}


@pytest.mark.parametrize("text", ["5/4", "4-5", "3 с натяжкой", "6+", "н/а", "отл/хор", "45", "0"])
def test_what_is_two_marks_or_none_is_not_suggested(text: str) -> None:
    assert named_number(text, "mark") is None
