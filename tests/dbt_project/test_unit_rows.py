"""What the settings of the models expect of the rows they give, without dbt."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dbt_project.unit_tests import UnitTest, names, rows_of, unit_tests

UNIT_TESTS = list(unit_tests())


@pytest.mark.parametrize("test", UNIT_TESTS, ids=names(UNIT_TESTS))
def test_a_model_makes_what_is_expected_of_what_is_given(made: Any, test: UnitTest) -> None:
    found, expected = rows_of(test, made.installation.warehouse)
    assert found == expected
