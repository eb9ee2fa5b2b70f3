"""One run of a Great Expectations suite over a table of an open DuckDB connection.

In: a connection, the table's name, rules. Out: for each rule how many rows were unexpected, or what
kept it from running. No data context on disk, no data docs, no telemetry, no progress bars.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import duckdb
import great_expectations as gx

from expectations.gx.duckdb_dialect import ADDRESS, sharing
from expectations.gx.suite import suite_of
from expectations.judging.rule_result import RuleResult
from expectations.rules.rule import Rule


@lru_cache(maxsize=1)
def _context() -> Any:
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(enable=False)
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return context


class _Tables(threading.local):
    """What Great Expectations calls the tables of the connection this thread shares: made once for each thread, since
    to register one takes as long as the rules on a small file."""

    def __init__(self) -> None:
        self.source: Any = None
        self.definitions: dict[str, Any] = {}

    def whole(self, table: str) -> Any:
        """The batch definition of a table, all of it. Its connection must be shared."""
        if self.source is None:
            name = f"judging-{threading.get_ident()}"
            self.source = _context().data_sources.add_or_update_sql(name=name, connection_string=ADDRESS)
        if table not in self.definitions:
            asset = self.source.add_table_asset(name=table, table_name=table)
            self.definitions[table] = asset.add_batch_definition_whole_table(name="whole")
        return self.definitions[table]


_tables = _Tables()


def run_suite(connection: duckdb.DuckDBPyConnection, table: str, rules: Sequence[Rule]) -> list[RuleResult]:
    """Run the suite of these rules over `table`, every rule, in their order."""
    suite = suite_of(table, rules)
    with sharing(connection):
        result = _tables.whole(table).get_batch().validate(suite, result_format="BASIC")
    return _results(rules, result.results)


def _results(rules: Sequence[Rule], results: Sequence[Any]) -> list[RuleResult]:
    """Results in the order of the rules: Great Expectations gives them in an order of its own."""
    by_key = {
        (found.expectation_config.type, found.expectation_config.kwargs["unexpected_rows_query"]): found
        for found in results
    }
    return [_result(rule, by_key.get((rule.code, rule.unexpected_rows_query))) for rule in rules]


def _result(rule: Rule, found: Any) -> RuleResult:
    if found is None:
        return RuleResult(rule, 0, "no result")
    if "observed_value" not in found.result:
        return RuleResult(rule, 0, _failure(found.exception_info))
    return RuleResult(rule, int(found.result["observed_value"]))


def _failure(info: Any) -> str:
    """The last line of what was raised, without the values a database likes to quote in it."""
    entries = [info] if "raised_exception" in info else list(info.values())
    message = next((str(entry.get("exception_message")) for entry in entries), "unknown")
    return message.splitlines()[0].split(":")[0] if message else "unknown"
