"""Numbers in every form that people give them: read where one number fits, otherwise said with what was meant."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.cells.written.numbers import odd_number
from ingest.read.cells.written.odd_cell import Odd
from ingest.schema.forms.load import contract as contract_of

COUNT = contract_of("attendance").field("lessons_missed")
MEASURE = contract_of("staff_roster").field("weekly_hours")
DIGITS = "٠١٢٣٤٥٦٧٨٩"


def _grouped(whole: int, mark: str) -> str:
    return f"{whole:,}".replace(",", mark)


@given(number=st.integers(-(2**31), 2**31 - 1), mark=st.sampled_from(".,'’ "))
def test_whole_numbers_come_back_from_thousands_that_show_themselves(number: int, mark: str) -> None:
    written = _grouped(number, mark)
    found = odd_number(written, COUNT)
    if mark in ".," and 1_000 <= abs(number) < 1_000_000:
        assert found == Odd(code="thousands_or_fraction", params={"digits": str(abs(number))})
    else:
        assert found == Odd(value=number)


@given(
    whole=st.integers(1, 999),
    rest=st.integers(0, 999),
    mark=st.sampled_from(".,"),
    sign=st.sampled_from("+-"),
)
def test_three_digits_behind_a_mark_are_no_whole_number(whole: int, rest: int, mark: str, sign: str) -> None:
    """`123.000` is a hundred and twenty-three to some and a thousand times as much to others."""
    for written in (f"{whole}{mark}{rest:03}", f"{sign}{whole}{mark}{rest:03}"):
        expected = Odd(code="thousands_or_fraction", params={"digits": f"{whole}{rest:03}"})
        assert odd_number(written, COUNT) == expected


@given(
    number=st.decimals(-(10**9), 10**9, places=4),
    marks=st.sampled_from((",.", ".,", " ,", "'.", "’,")),
)
def test_two_kinds_of_marks_tell_thousands_from_decimals(number: Decimal, marks: str) -> None:
    whole, rest = f"{abs(number):f}".split(".")
    sign = "-" if number < 0 else ""
    written = f"{sign}{_grouped(int(whole), marks[0])}{marks[1]}{rest}"
    found = odd_number(written, MEASURE)
    assert found and isinstance(found.value, Decimal) and found.value == number


@given(number=st.integers(0, 2**31 - 1))
def test_digits_of_another_script_come_back(number: int) -> None:
    assert odd_number("".join(DIGITS[int(digit)] for digit in str(number)), COUNT) == Odd(value=number)


@given(
    number=st.integers(1, 31),
    words=st.sampled_from(
        ("½", "¼", " ½", "²", "³", "-май", " янв", " мая", "-наурыз", " қаз.", "-Jan", " окт.", "⅓ сағ.", "①")
    ),
)
def test_what_makes_another_number_of_it_suggests_none(number: int, words: str) -> None:
    found = odd_number(f"{number}{words}", COUNT)
    assert found is None


@given(
    number=st.integers(0, 999),
    words=st.sampled_from((" м²", " адам", " чел.", "м2", "-сынып", " ₸", " сағ.", "А", " lessons")),
)
def test_a_number_with_words_is_suggested_without_them(number: int, words: str) -> None:
    expected = Odd(code="words_with_number", suggestion=str(number))
    assert odd_number(f"{number}{words}", COUNT) == expected


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (",5", "0.5"),
        ("5.", "5"),
        ("1.234", "1.234"),
        ("1,000", "1"),
        ("1 234,5678", "1234.5678"),
        ("1.234.567", "1234567"),
    ],
)
def test_numbers_with_a_fraction(written: str, value: str) -> None:
    assert odd_number(written, MEASURE) == Odd(value=Decimal(value))


@pytest.mark.parametrize(
    ("written", "code", "suggestion"),
    [
        ("95 %", "percent_sign", "95"),
        ("95%", "percent_sign", "95"),
        ("12,50 %", "percent_sign", "12,5"),
        ("1 234,5 м²", "words_with_number", "1234,5"),
        ("О", "letters_for_digits", "0"),
        ("1О", "letters_for_digits", "10"),
        ("l2,5", "letters_for_digits", "12,5"),
    ],
)
def test_what_stands_beside_a_number_is_said(written: str, code: str, suggestion: str) -> None:
    assert odd_number(written, MEASURE) == Odd(code=code, suggestion=suggestion)


@pytest.mark.parametrize(
    "written",
    [
        "бес", "5-6", "5 из 10", "12 тыс.", "12 мың", "3 млн", "1/2", "½", "12 3", "1,23,456", "1.2.3", ",", "-",
        "12,5", "1e3", "1E+05", "99999999999", "1.234 адам", "2026-09-01", "тыс", "5 e3", "(5)", "~5", "более 5",
    ],
)  # fmt: skip
def test_what_is_no_whole_number_is_not_made_one(written: str) -> None:
    assert odd_number(written, COUNT) is None


def test_a_number_too_large_for_the_lake_is_none() -> None:
    assert odd_number("1" * 15, MEASURE) is None
    assert odd_number("9" * 14, MEASURE) == Odd(value=Decimal("9" * 14))
