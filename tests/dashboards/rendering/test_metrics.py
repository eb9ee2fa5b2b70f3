"""What a saved metric's SQL gives, asked of DuckDB itself."""

from __future__ import annotations

import duckdb
import pytest

from dashboards.authored import DefinitionError
from dashboards.definition import Basis, Metric, load
from dashboards.rendering.metrics import columns_of, expression

LABEL = {"kk": "а", "ru": "б"}
BASIS = Basis("basis", "basis", "a", {})


def value(metric: Metric, rows: str) -> object:
    table = f"(values {rows}) as t(basis, whole, part, other)"
    found = duckdb.sql(f"select {expression(metric, BASIS)} from {table}").fetchone()
    assert found is not None
    return found[0]


RATE = Metric(LABEL, "share", share={"of": "whole", "part": ["part"]})
REST = Metric(LABEL, "share", share={"of": "whole", "without": ["part"]})
ONLY = Metric(LABEL, "decimal", only="part")
FIRST = Metric(LABEL, "order", earliest="whole")
BETWEEN = Metric(LABEL, "share", share={"of": "whole", "part": ["part"], "without": ["other"]})


@pytest.mark.parametrize(
    ("metric", "rows", "expected"),
    [
        (RATE, "('a', 10, 1, 0), ('a', 90, 19, 0)", 0.2),  # sums first: not the mean of 10 % and 21 %
        (REST, "('a', 10, 1, 0), ('a', 90, 19, 0)", 0.8),
        (BETWEEN, "('a', 10, 5, 2)", 0.3),
        (RATE, "('a', 0, 0, 0)", None),
        (RATE, "('a', 10, 1, 0), ('b', 10, 5, 0)", 0.1),  # of two bases together the default one
        (Metric(LABEL, "count", total="part"), "('a', 1, 3, 0), ('a', 1, 4, 0)", 7),
        (Metric(LABEL, "count", total="part", without=("other",)), "('a', 1, 3, 1)", 2),
        (Metric(LABEL, "count", total="part"), "('a', 1, 3, 0), ('b', 1, 4, 0)", 3),
        (Metric(LABEL, "count", total="part"), "('b', 1, 4, 0)", 4),
        (Metric(LABEL, "count", total="part"), "('b', 1, 4, 0), ('c', 1, 4, 0)", None),
        (Metric(LABEL, "decimal", ratio={"of": "part", "to": "whole"}), "('a', 4, 3, 0), ('b', 1, 9, 0)", 0.75),
        (BETWEEN, "('a', 10, 5, 2), ('b', 10, 9, 1)", 0.3),
        (Metric(LABEL, "decimal", ratio={"of": "part", "to": "whole"}), "('a', 4, 3, 0)", 0.75),
        (Metric(LABEL, "decimal", ratio={"of": "part", "to": "whole"}), "('a', 0, 3, 0)", None),
        (ONLY, "('a', 10, 3, 0)", 3),
        (ONLY, "('a', 10, 3, 0), ('a', 10, 3, 0)", None),  # two rows say nothing together
        (ONLY, "('a', 10, 3, 0), ('b', 10, 4, 0)", 3),
        (ONLY, "('b', 10, 4, 0)", 4),
        (FIRST, "('a', date '2026-09-07', 0, 0), ('a', date '2026-08-31', 0, 0)", 20260831),
    ],
)  # fmt: skip
def test_value(metric: Metric, rows: str, expected: float | None) -> None:
    found = value(metric, rows)
    assert found == (None if expected is None else pytest.approx(expected))


STRUCTURE = Basis("structure", "structure", "was", {})


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("('a', 'is', 1, 4)", 4),
        ("('a', 'is', 1, 4), ('a', 'is', 1, 3)", 7),
        ("('a', 'is', 1, 4), ('a', 'was', 1, 3)", 3),
        ("('b', 'is', 1, 4), ('b', 'was', 1, 3)", 3),
        ("('b', 'was', 1, 4), ('a', 'was', 1, 3)", 3),
        ("('b', 'is', 1, 4), ('a', 'was', 1, 3), ('a', 'is', 1, 8), ('b', 'was', 1, 16)", 3),
        ("('b', 'is', 1, 4), ('a', 'is', 1, 3)", 3),
    ],
)
def test_rows_of_two_structures_are_not_added_up_either(rows: str, expected: int) -> None:
    """Whichever of basis and structure is chosen, and whichever is not."""
    sql = expression(Metric(LABEL, "count", total="part"), BASIS, STRUCTURE)
    found = duckdb.sql(f"select {sql} from (values {rows}) as t(basis, structure, whole, part)").fetchone()
    assert found == (expected,)


def test_a_metric_is_one_thing() -> None:
    with pytest.raises(DefinitionError, match="exactly one of"):
        expression(Metric(LABEL, "count", total="a", earliest="b"), BASIS)


def test_every_metric_of_the_definition_names_its_columns() -> None:
    for dataset in load().datasets.values():
        assert all(columns_of(metric) for metric in dataset.metrics.values())
