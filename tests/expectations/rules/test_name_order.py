"""Surname and first name in each other's place are told by lists, by endings, and by the other rows of the file."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.judging.scope import Scope
from expectations.reference import Reference
from expectations.rules.people.name_order import BARE_SURNAMES, bare_surnames, given_names
from ingest.authored import mapping_in, read_yaml
from ingest.schema.forms.load import contract
from ingest.schema.values.period import Period
from tests.expectations.typed_rows import unexpected

ROSTER = contract("learner_roster")
SCOPE = Scope("650940000016", "organisation", Period.parse("month", "2026-09"))
CODES = frozenset({"names_exchanged", "name_columns_exchanged"})
# Most learners of most classes.
CLASS = [("Ахметов", "Арман"), ("Иванова", "Анна"), ("Сәрсенова", "Айгерім"), ("Серік", "Ерасыл"), ("Болат", "Аружан"),
         ("Ким", "Роман"), ("Қуандық", "Инабат"), ("Шмидт", "Эмма")]  # fmt: skip
Name = tuple[str, str]


def _found(names: list[Name]) -> list[tuple[str, int]]:
    rows = [{"last_name": last, "first_name": first} for last, first in names]
    return [(each["rule"], each["_row"]) for each in unexpected(ROSTER, [(rows, SCOPE)], Reference(), CODES)]


def test_the_lists_are_of_one_kind_each() -> None:
    listed = [
        word for words in mapping_in(read_yaml(BARE_SURNAMES), BARE_SURNAMES).values() for word in words
    ]
    assert len(listed) == len(set(listed))
    assert len(bare_surnames()) == len(listed), "none of them is a first name"


def test_a_class_as_it_is() -> None:
    assert _found(CLASS) == []


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(sorted(bare_surnames())), st.sampled_from(sorted(given_names())), st.integers(0, 8))
def test_a_short_surname_and_a_common_first_name(surname: str, name: str, place: int) -> None:
    right, wrong = (surname.title(), name.title()), (name.upper(), surname.title())
    if any(name == first.casefold() or surname == last.casefold() for last, first in CLASS):
        return
    assert _found([*CLASS[:place], right, *CLASS[place:]]) == []
    assert _found([*CLASS[:place], wrong, *CLASS[place:]]) == [("names_exchanged", place + 1)]


@pytest.mark.parametrize(
    "wrong", [("Виктор", "Цой"), ("Виктор", "Огинт"), ("ФЁДОР", "Обама"), ("Мария", "Огай")]
)
@pytest.mark.parametrize("place", [0, 4, 8])
def test_a_russian_first_name_is_no_surname_here(wrong: Name, place: int) -> None:
    assert _found([*CLASS[:place], wrong, *CLASS[place:]]) == [("names_exchanged", place + 1)]


@pytest.mark.parametrize(("surname", "name"), product(["Қуандық", "Ордабай", "Oe"], ["Бибисара", "Йоханна"]))
def test_what_the_other_rows_say_of_two_words(surname: str, name: str) -> None:
    others = [*CLASS, (surname, "Ернар"), ("Төребек", name)]
    assert _found(others) == []
    assert _found([*others, (name, surname)]) == [("names_exchanged", len(others) + 1)]
    # Words of which the file says both, or nothing, are left in peace.
    assert _found([*others, ("Тілеу", surname), (name, surname)]) == []
    assert _found([*CLASS, (name, surname)]) == []


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(CLASS), unique=True, min_size=5))
def test_a_list_whose_columns_are_exchanged_is_said_once(names: list[Name]) -> None:
    wrong = [(first, last) for last, first in names]
    found = _found([*wrong, ("Цой", "Виктор")])
    assert [code for code, _ in found].count("name_columns_exchanged") <= 1
    told = [("Иванов", "Анна"), ("Петров", "Иван"), ("Ким", "Олег"), ("Сидоров", "Юрий"), ("Ли", "Вера")]
    assert _found([(first, last) for last, first in told]) == [("name_columns_exchanged", 1)]
