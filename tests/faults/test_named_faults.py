"""Each fault an installation must survive has tests that exist, by its name; the page says which."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.faults.named import PAGE, TESTS, named_faults, page

FAULTS = named_faults()


@cache
def _tests_in(file: Path) -> frozenset[str]:
    """The tests pytest would collect there, without those that are always skipped."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(
        each.name
        for each in tree.body
        if isinstance(each, ast.FunctionDef)
        and each.name.startswith("test_")
        and not any(ast.unparse(mark).startswith("pytest.mark.skip(") for mark in each.decorator_list)
        and any(isinstance(inner, (ast.Assert, ast.With)) for inner in ast.walk(each))
    )


def test_they_are_as_many_as_were_named() -> None:
    assert len(FAULTS) == 24


@pytest.mark.parametrize("name", FAULTS)
def test_fault(name: str) -> None:
    fault = FAULTS[name]
    assert fault.tests or fault.open, "neither tried nor said why not"
    for test in fault.tests:
        place, _, function = test.partition("::")
        file = TESTS / place
        assert file.is_file() and file.name.startswith("test_"), f"{place} is no file of tests"
        assert function in _tests_in(file), f"{place} has no test {function} that looks at anything"


def test_the_page_says_the_same() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "python -m tests.faults.named writes it anew"
