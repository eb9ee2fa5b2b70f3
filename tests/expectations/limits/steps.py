"""Limits of rules moved by one step: what a slip of a contract's or a rule's author would be.

In: rules, and the engine that runs them. Out: which of their limits a verdict depends on. A limit is a number of a
rule, or a number or time of day that its `must` or `when` compares with; a step is one, or a minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb

from expectations.judging.direct import run_rules
from expectations.judging.rule_result import RuleResult
from expectations.rules.rule import Rule
from ingest.schema.values.moment import read_moment

_NOT_LIMITS = ("bad_bits", "columns", "column")
_COMPARED = ("when", "must")


@dataclass(frozen=True)
class Step:
    """One limit of a rule moved. `name`: its parameter, or `must <=` and what is compared. `said_by`: the class that
    says how high it is where the contract does not."""

    code: str
    column: str
    name: str
    value: Any
    moved: Any
    said_by: str = ""

    def __str__(self) -> str:
        return f"{self.code}({self.column}): {self.name} {self.value} → {self.moved}"


def steps_of(rule: Rule) -> Iterator[tuple[Step, Rule]]:
    """Every limit of a rule one step lower and one higher, with the rule that has it so."""
    given = {name: getattr(rule, name) for name in rule.model_fields_set}
    for name in type(rule).model_fields:
        value = getattr(rule, name)
        if name in _COMPARED:
            for path, operand in _operands(value or {}):
                for moved in _moved(operand):
                    step = Step(rule.code, rule.column, f"{name} {' '.join(path)}", operand, moved)
                    yield step, type(rule)(**given | {name: _with(value, path, moved)})
        elif name not in _NOT_LIMITS:
            for moved in _moved(value):
                step = Step(rule.code, rule.column, name, value, moved, _said_by(rule, name))
                yield step, type(rule)(**given | {name: moved})


def _said_by(rule: Rule, name: str) -> str:
    if name in rule.model_fields_set:
        return ""
    return next(kind.__name__ for kind in type(rule).__mro__ if name in kind.__annotations__)


def _operands(compared: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What stands beside a sign of comparison, with the way to it."""
    for name, operand in compared.items():
        if isinstance(operand, dict) and "column" not in operand:
            yield from (((name, *path), found) for path, found in _operands(operand))
        elif name in ("<", "<=", ">", ">=", "==", "!="):
            yield (name,), operand


def _moved(value: Any) -> tuple[Any, ...]:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value - 1, value + 1
    if isinstance(value, str) and ":" in value and read_moment(value):
        hours, minutes = (int(part) for part in value.split(":")[:2])
        return tuple(
            f"{minute // 60:02}:{minute % 60:02}" for at in (-1, 1) for minute in [hours * 60 + minutes + at]
        )
    return ()


def _with(compared: Mapping[str, Any], path: Sequence[str], moved: Any) -> dict[str, Any]:
    first, *rest = path
    return {**compared, first: _with(compared[first], rest, moved) if rest else moved}


@dataclass
class Watching:
    """An engine that also runs rules with their limits moved, over the same rows at the same moment: later the cells
    they find are judged already.

    `looked_at`: a code and the files of which somebody says whether it is found there. `seen`: the steps after which
    that is otherwise.
    """

    looked_at: Mapping[str, frozenset[int]]
    seen: set[Step] = field(default_factory=set)

    def __call__(
        self, connection: duckdb.DuckDBPyConnection, table: str, rules: Sequence[Rule]
    ) -> list[RuleResult]:
        for rule in rules:
            if rule.code in self.looked_at:
                self._watch(connection, table, rule)
        return run_rules(connection, table, rules)

    def _watch(self, connection: duckdb.DuckDBPyConnection, table: str, rule: Rule) -> None:
        steps = list(steps_of(rule))
        if not steps:
            return
        files = self.looked_at[rule.code]
        found = files & _files(connection, table, rule)
        for step, moved in steps:
            if files & _files(connection, table, moved) != found:
                self.seen.add(step)


def _files(connection: duckdb.DuckDBPyConnection, table: str, rule: Rule) -> frozenset[int]:
    query = rule.unexpected_rows_query.format(batch=table)
    rows = connection.execute(f"SELECT DISTINCT _file FROM ({query}) AS found").fetchall()
    return frozenset(file for (file,) in rows)
