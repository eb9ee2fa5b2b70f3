"""A list of persons under one heading is known by its lines, however many blank ones stand among them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.text.dialect.names_of_persons import is_list_of_persons

HEADINGS = ("ФИО", "Аты-жөні", "Ф.И.О.")
NAMES = st.sampled_from(["Ахметов, Нұрлан", "Иванова, Анна Петровна", "Әл-Фараби, Ә.", "Оспан"])
BLANK = st.sampled_from(["", " ", "\t", "\u00a0 "])


@given(
    heading=st.sampled_from(HEADINGS),
    names=st.lists(NAMES, min_size=1, max_size=6),
    blanks=st.lists(st.tuples(st.integers(0, 7), BLANK), max_size=4),
)
def test_blank_lines_count_for_nothing(heading: str, names: list[str], blanks: list[tuple[int, str]]) -> None:
    lines = [heading, *names]
    told = is_list_of_persons(lines)
    assert told == any("," in name for name in names)
    for place, blank in blanks:
        lines.insert(min(place, len(lines)), blank)
    assert is_list_of_persons(lines) == told


@pytest.mark.parametrize(
    "lines",
    [
        [], ["", " "], ["ФИО"], ["ФИО", "", ""],
        ["Фамилия, имя", "Ахметов, Нұрлан"],  # the sign stands in the heading as well
        ["Тегі", "Ахметов, Нұрлан"],  # a heading of one part of a name
        ["ФИО", "Ахметов,Нұрлан"],
        ["ФИО", "Ахметов, 5А"],
        ["ФИО", "тегі, аты", "Ахметов, Нұрлан"],  # a heading of two parts below a title
    ],
)  # fmt: skip
def test_what_is_none(lines: list[str]) -> None:
    assert not is_list_of_persons(lines)
