"""Names of parts are told apart by what they mean, not by how they are typed."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.schema.values.letters import LATIN_LOOK_ALIKES, folded_part, letters_in_cyrillic

DASHES = [sign for number in range(0x2000, 0x2100) if unicodedata.category(sign := chr(number)) == "Pd"]


@pytest.mark.parametrize(
    "names",
    [
        (
            "7А",
            "7A",
            "7а",
            "7-а",
            "7 А",
            "7–A",
            "7_а",
            " 7 a ",
            "７Ａ",
            "7 «А»",
            '7 "A"',
            "7\u00a0А",
            "7\u200bА",
            "7.А",
            "7. а",
            "7.A.",
            "7 (а)",
            "7 „А“",
            "7'a'",
        ),
        ("ч.1", "ч. 1", "Ч1", "ч-1."),
        ("whole", "Whole", " WHOLE", "wһole".replace("һ", "h")),
        ("корпус 2", "Корпус-2", "КОРПУС_2", "корпуc 2"),
        ("7Ә", "7ә", "7Ə", "7ə"),
        ("7", "07", "№7", "№ 007", "#7"),
        ("класс 5", "Класс-05", "класс№5"),
    ],
)
def test_ways_to_write_one_part_are_one(names: tuple[str, ...]) -> None:
    assert len({folded_part(name) for name in names}) == 1, [folded_part(name) for name in names]


@pytest.mark.parametrize(
    "names",
    [
        ("7А", "7Б", "8А"),
        ("1-2", "12", "1.2"),
        ("7Қ", "7К"),
        ("1 2", "12"),
        ("А", "АА"),
        ("1.05", "1.5"),
        ("10", "1"),
        ("0", "00А"),
    ],
)
def test_parts_that_differ_stay_apart(names: tuple[str, ...]) -> None:
    assert len({folded_part(name) for name in names}) == len(names)


@given(
    grade=st.integers(0, 12),
    letter=st.sampled_from(LATIN_LOOK_ALIKES),
    between=st.sampled_from(["", " ", "  ", "-", "_", " - ", ".", ". ", " .", '"', " «", "(", "'", *DASHES]),
    capital=st.booleans(),
)
def test_alphabet_case_and_signs_make_no_part(grade: int, letter: str, between: str, capital: bool) -> None:
    written = letter.upper() if capital else letter.lower()
    plain = f"{grade}{letters_in_cyrillic(letter)}"
    # «ё» apart, a Latin letter is the Cyrillic one that its small or its capital form looks like.
    assert folded_part(f"{grade}{between}{written}") in {folded_part(plain), folded_part(plain.upper())}


@given(st.text(max_size=40))
def test_folding_is_idempotent_and_takes_any_text(text: str) -> None:
    once = folded_part(text)
    assert folded_part(once) == once


@given(st.lists(st.integers(0, 99), min_size=2, max_size=3))
def test_numbers_never_run_together(numbers: list[int]) -> None:
    ways = {folded_part(sign.join(map(str, numbers))) for sign in (" ", "-", "_", "–")}
    assert len(ways) == 1
    [folded] = ways
    others = itertools.chain.from_iterable([["".join(map(str, numbers))]])
    assert folded not in {folded_part(other) for other in others}
