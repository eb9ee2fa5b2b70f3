"""Rules that no row of a large batch breaks, shown by its different rows.

In: whoever runs rules over a table, the contract. Out: the same, but a rule that asks each row by itself is put to the
rows that differ in what it reads (`different_row`, made when a large batch is typed) first: only if one of these breaks
it, the whole batch is asked which do. So a file of millions of rows in order costs such rules nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

import duckdb

from expectations.judging.rule_result import Engine, RuleResult
from expectations.rules.rule import Rule
from expectations.suite import bad_bits
from ingest.read.cells.batch.different_rows import TABLE
from ingest.schema.forms.contract import Contract

_READ = re.compile(r"\bb\.(\w+)")


class Rows(NamedTuple):
    """A table of rows, and SQL for how many rows of the batch each of them stands for."""

    table: str
    stand_for: str


Source = Callable[..., Rows]
"""By the names of columns, where rows with these are to be taken from."""


def in_batch(*_: str) -> Rows:
    """All rows."""
    return Rows("batch", "CAST(1 AS BIGINT)")


def source_of(con: duckdb.DuckDBPyConnection) -> Source:
    """The different rows where they have the columns, else all. For as long as no cell was marked in the batch."""
    known = _columns(con)
    return lambda *columns: Rows(TABLE, "_rows") if known and known >= set(columns) else in_batch()


def different_row(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The name of the table, if there is one."""
    return (TABLE,) if _columns(con) else ()


def once_each(engine: Engine, contract: Contract) -> Engine:
    """The engine that asks the different rows first."""

    def run(con: duckdb.DuckDBPyConnection, table: str, rules: Sequence[Rule]) -> list[RuleResult]:
        known = _columns(con)
        able = [rule for rule in rules if can_be_shown(rule, known, contract)]
        shown = engine(con, TABLE, able) if able else []
        kept = {
            rule: result
            for rule, result in zip(map(id, able), shown, strict=True)
            if not result.unexpected and not result.failure
        }
        asked = [rule for rule in rules if id(rule) not in kept]
        answers = iter(engine(con, table, asked) if asked else [])
        return [kept[id(rule)] if id(rule) in kept else next(answers) for rule in rules]

    return run


def can_be_shown(rule: Rule, known: frozenset[str], contract: Contract) -> bool:
    """Whether the different rows, which have the columns `known`, answer for all rows."""
    if not known or not rule.asks_one_row:
        return False
    read = set(_READ.findall(rule.unexpected_rows_query))
    judged = bad_bits(contract, *(field.name for field in contract.fields if field.name in known))
    return read <= known and not rule.bad_bits & ~judged


def _columns(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The columns of the table, none where there is no such table."""
    with suppress(duckdb.CatalogException):  # which costs less than a search through the catalogue
        found = con.execute(f"PRAGMA table_info('{TABLE}')").fetchall()
        return frozenset(name for _, name, *_ in found)
    return frozenset()
