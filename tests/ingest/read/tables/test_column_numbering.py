"""Rows that number columns, in every way forms do it and at every length, are told from records."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.tables.column_numbering import numbers_columns
from ingest.read.tables.header_rows import columns_named, header_depth

_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_TENS = ("", "X", "XX", "XXX", "XL", "L")
_CYRILLIC = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ"
_KAZAKH = "АӘБВГҒДЕЖЗИКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЫІЭЮЯ"


def _roman(number: int) -> str:
    return _TENS[number // 10] + _ONES[number % 10]


WAYS: dict[str, Callable[[int], str]] = {
    "plain": str,
    "brackets": lambda number: f"({number})",
    "dot": lambda number: f"{number}.",
    "word before": lambda number: f"гр. {number}",
    "word behind": lambda number: f"{number}-баған",
    "roman": _roman,
    "roman in brackets": lambda number: f"({_roman(number)})",
    "roman typed in Cyrillic": lambda number: _roman(number).replace("I", "І").replace("X", "Х"),
    "roman signs": lambda number: chr(0x215F + number) if number <= 12 else _roman(number),
    "columns of a spreadsheet": lambda number: (
        chr(64 + number) if number <= 26 else "A" + chr(64 + number - 26)
    ),
}


@pytest.mark.parametrize("way", WAYS)
@given(count=st.integers(3, 40))
def test_columns_are_numbered_however_many_there_are(way: str, count: int) -> None:
    assert numbers_columns([WAYS[way](number) for number in range(1, count + 1)])


@pytest.mark.parametrize("way", ["plain", "brackets", "roman"])
@pytest.mark.parametrize("letters", [_CYRILLIC, _KAZAKH, "ABCDEFGHIJ"])
@given(labels=st.integers(1, 6), count=st.integers(2, 12))
def test_numbers_begin_behind_the_letters_of_row_labels(
    way: str, letters: str, labels: int, count: int
) -> None:
    assert numbers_columns([*letters[:labels], *(WAYS[way](number) for number in range(1, count + 1))])


@given(st.integers(3, 12), st.integers(1, 12))
def test_a_column_put_in_later_has_a_letter_behind_its_number(count: int, behind: int) -> None:
    numbers = list(map(str, range(1, count + 1)))
    numbers.insert(min(behind, count), f"{min(behind, count)}а")
    assert numbers_columns(numbers)


@pytest.mark.parametrize(
    "cells",
    [["5", "6", "7"], ["А", "Б"], ["Ким", "1", "2"], ["1", "3", "5"], ["V", "V", "V"], ["X", "Y", "Z"]],
)
def test_what_does_not_count_numbers_nothing(cells: list[str]) -> None:
    assert not numbers_columns(cells)


@pytest.mark.parametrize("way", ["roman", "columns of a spreadsheet"])
@given(width=st.integers(3, 14))
def test_numbers_without_digits_are_no_second_row_of_a_header(way: str, width: int) -> None:
    header = [f"баған {chr(0x430 + number)}" for number in range(width)]
    numbering = [WAYS[way](number) for number in range(1, width + 1)]
    records = [["Абай", *(str(10 * row + column) for column in range(1, width))] for row in (3, 5, 8)]
    assert header_depth([header, numbering, *records]) == 1


def test_quarters_below_a_group_are_names() -> None:
    group, quarters = ["Аудан", "Тоқсан", "", "", ""], ["", "I", "II", "III", "IV"]
    assert header_depth([group, quarters, ["Абай", "10", "20", "30", "40"], ["Іле", "9", "8", "7", "6"]]) == 2


_WORDS = st.text("абвгд", min_size=1, max_size=3)


@given(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=3), min_size=1, max_size=3), st.data())
def test_names_of_groups_carry_on_over_the_groups_within_them(
    sizes: Sequence[Sequence[int]], data: st.DataObject
) -> None:
    """At three levels, as at two: each column has the names of all that stand above it."""
    upper, middle, lower, expected = [""], [""], ["Аудан"], ["Аудан"]
    for place, group in enumerate(sizes):
        for part, size in enumerate(group):
            for column in range(size):
                names = (f"т{place}", f"о{part}", data.draw(_WORDS) + str(column))
                upper.append(names[0] if not part and not column else "")
                middle.append(names[1] if not column else "")
                lower.append(names[2])
                expected.append(" ".join(names))
    assert columns_named([upper, middle, lower], len(lower)) == expected


@given(st.integers(0, 5), st.integers(1, 20), st.sampled_from("0I1а(. "))
def test_a_cell_of_very_many_letters_numbers_no_column(place: int, more: int, letter: str) -> None:
    cells = ["1", "2", "3", "4", "5"]
    cells.insert(place, f"1{letter * 1_000 * more}1")
    assert not numbers_columns(cells)
