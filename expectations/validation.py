"""One run of a Great Expectations suite over a table of an open DuckDB connection.

In: a connection, the table's name, a suite. Out: for each expectation how many rows were unexpected, or what
kept it from running. No data context on disk, no data docs, no telemetry, no progress bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import duckdb
import great_expectations as gx

from expectations.duckdb_dialect import sharing
from expectations.rules.rule import Rule


@dataclass(frozen=True)
class Outcome:
    """What one rule found: the number of unexpected rows, or the name of the failure that stopped it."""

    rule: Rule
    unexpected: int
    failure: str | None = None


@lru_cache(maxsize=1)
def _context() -> Any:
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(enable=False)
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return context


def validate(connection: duckdb.DuckDBPyConnection, table: str, suite: Any) -> list[Outcome]:
    """Run `suite` over `table`, every expectation, in the suite's order."""
    context = _context()
    with sharing(connection) as address:
        source = context.data_sources.add_sql(name=address, connection_string=address)
        try:
            asset = source.add_table_asset(name=table, table_name=table)
            batch = asset.add_batch_definition_whole_table(name="whole").get_batch()
            result = batch.validate(suite, result_format="BASIC")
        finally:
            context.data_sources.delete(address)
    return _outcomes(suite.expectations, result.results)


def _outcomes(rules: Sequence[Rule], results: Sequence[Any]) -> list[Outcome]:
    """Results in the order of the rules: Great Expectations gives them in an order of its own."""
    by_key = {
        _key(found.expectation_config.type, found.expectation_config.kwargs): found for found in results
    }
    return [
        _outcome(rule, by_key.get(_key(rule.expectation_type, rule.configuration.kwargs))) for rule in rules
    ]


def _key(kind: str, kwargs: Any) -> tuple[str, str]:
    return kind, str(kwargs["unexpected_rows_query"])


def _outcome(rule: Rule, found: Any) -> Outcome:
    if found is None:
        return Outcome(rule, 0, "no result")
    if "observed_value" not in found.result:
        return Outcome(rule, 0, _failure(found.exception_info))
    return Outcome(rule, int(found.result["observed_value"]))


def _failure(info: Any) -> str:
    """The last line of what was raised, without the values a database likes to quote in it."""
    entries = [info] if "raised_exception" in info else list(info.values())
    message = next((str(entry.get("exception_message")) for entry in entries), "unknown")
    return message.splitlines()[0].split(":")[0] if message else "unknown"
