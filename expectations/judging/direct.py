"""The rules run by DuckDB alone: the same SQL as Great Expectations runs, for machines where it is not installed.

In: a connection, the table's name, rules. Out: for each rule how many rows were unexpected, or what kept it from
running, as from `expectations.gx.validation`. That both give the same verdicts is tested on every case folder.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from expectations.judging.rule_result import RuleResult
from expectations.rules.rule import Rule


def run_rules(connection: duckdb.DuckDBPyConnection, table: str, rules: Sequence[Rule]) -> list[RuleResult]:
    """Run every rule over `table`, in their order. A rule that breaks down does not keep the others from running."""
    return [_run(connection, table, rule) for rule in rules]


def _run(connection: duckdb.DuckDBPyConnection, table: str, rule: Rule) -> RuleResult:
    query = rule.unexpected_rows_query.format(batch=table)
    try:
        counted = connection.execute(f"SELECT count(*) FROM ({query}) AS unexpected").fetchone()
    except duckdb.Error as error:
        return RuleResult(rule, 0, type(error).__name__)
    assert counted is not None
    return RuleResult(rule, int(counted[0]))
