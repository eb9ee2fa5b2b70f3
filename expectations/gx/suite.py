"""The rules of a form → a Great Expectations suite.

In: rules of the library. Out: one expectation for each, of a class of its own, whose name is the rule's code.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

import great_expectations as gx
from great_expectations.expectations.core import UnexpectedRowsExpectation

from expectations.rules.rule import Rule


class RuleExpectation(UnexpectedRowsExpectation):  # type: ignore[misc]
    """A rule as Great Expectations runs it: it counts the rows that the rule's SQL selects."""

    # Great Expectations would fetch the rows too; who traces them reads them all, once, and only if any.
    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        unexpected = metrics["unexpected_rows_query.row_count"]
        return {"success": unexpected == 0, "result": {"observed_value": unexpected}}


@cache
def _class_of(kind: type[Rule]) -> type[RuleExpectation]:
    """The expectation class of a rule. Great Expectations makes the rule's code of its name, as `Rule.code` does."""
    return type(kind.__name__, (RuleExpectation,), {"__doc__": kind.__doc__, "__module__": __name__})


def expectation_of(rule: Rule) -> RuleExpectation:
    """The rule as an expectation."""
    return _class_of(type(rule))(
        unexpected_rows_query=rule.unexpected_rows_query, severity=rule.gx_severity, description=rule.code
    )


def suite_of(name: str, rules: Sequence[Rule]) -> Any:
    """The suite of these rules, in their order."""
    return gx.ExpectationSuite(name=name, expectations=[expectation_of(rule) for rule in rules])
