"""A class with its letter in the column of grades: neither is lost in the advice."""

from __future__ import annotations

import pytest

from ingest.read.arrow import pa
from ingest.read.cells.written.second_look import looked_at_again
from ingest.schema.forms.load import contracts

FORMS = {
    form: [field for field in contract.fields if contract.letters_of(field)]
    for form, contract in contracts().items()
}


def test_every_form_with_letters_knows_whose_they_are() -> None:
    for form, contract in contracts().items():
        assert len(FORMS[form]) == sum(1 for field in contract.fields if field.alphabet), form


@pytest.mark.parametrize("form", [form for form, fields in FORMS.items() if fields])
@pytest.mark.parametrize("letter", ["А", "ә", "Ң", "І", "z", "аб"])
@pytest.mark.parametrize(
    "written", ["{n}{l}", "{n} {l}", "{n}-{l}", '{n} "{l}"', "{n} «{l}» сынып", "{n}{l} класс"]
)
def test_number_and_letter_are_both_named(form: str, letter: str, written: str) -> None:
    contract = contracts()[form]
    for field in FORMS[form]:
        letters = contract.letters_of(field)
        assert letters
        for number in (1, 5, 11):
            odd = dict(looked_at_again(pa.array([written.format(n=number, l=letter)]), field, letters))[0]
            assert (odd.code, odd.suggestion) == ("letter_with_number", str(number))
            assert odd.params == {"number": str(number), "letter": letter.upper(), "other": letters.labels}


@pytest.mark.parametrize("text", ["5 м²", "5 %", "пятый", "5А Б", "май", "5,5А"])
def test_what_is_no_class_is_told_as_before(text: str) -> None:
    attendance = contracts()["attendance"]
    (grade,) = FORMS["attendance"]
    found = dict(looked_at_again(pa.array([text]), grade, attendance.letters_of(grade)))
    assert "letter_with_number" not in {odd.code for odd in found.values()}
