"""A question asked of each of many fails with every one it fails for, and asks those behind one as well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.each import each


@given(st.lists(st.integers(), min_size=1), st.integers())
def test_all_are_asked_and_all_that_fail_are_named(values: list[int], limit: int) -> None:
    asked = []

    @each("value", values)
    def question(value: int) -> None:
        asked.append(value)
        assert value < limit

    wrong = [value for value in values if value >= limit]
    if wrong:
        with pytest.raises(ExceptionGroup) as caught:
            question()
        assert caught.value.message == f"{len(wrong)} of {len(values)}"
        notes = [error.__notes__[-1] for error in caught.value.exceptions]
        assert notes == [f"of {(value,)!r}" for value in wrong[: len(notes)]]
    else:
        question()
    assert asked == values


@pytest.fixture
def shared() -> list[tuple[int, str]]:
    return []


@each("number, word", [(1, "one"), (2, "two")])
def test_what_is_shared_is_given_to_each(number: int, word: str, shared: list[tuple[int, str]]) -> None:
    assert len(shared) == number - 1
    shared.append((number, word))


def test_nobody_is_no_answer() -> None:
    with pytest.raises(AssertionError):
        each("value", [])
    with pytest.raises(AssertionError):
        each("other", [1])(lambda value: None)
