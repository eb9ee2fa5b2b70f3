"""What a run of the rules over a batch found.

In: nothing. Out: `RuleResult`, one for each rule, whoever ran it: an `Engine`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from expectations.rules.rule import Rule

# In the words of the database, of who runs it, and of Python.
_NO_MEMORY = re.compile("out ?of ?memory|MemoryError|bad_alloc", re.IGNORECASE)


@dataclass(frozen=True)
class RuleResult:
    """What one rule found: the number of unexpected rows, or the name of the failure that stopped it."""

    rule: Rule
    unexpected: int
    failure: str | None = None

    @property
    def lacked_memory(self) -> bool:
        """Whether the rule broke down because there was no memory left, or no disk beside it."""
        return self.failure is not None and bool(_NO_MEMORY.search(self.failure))


Engine = Callable[[duckdb.DuckDBPyConnection, str, Sequence[Rule]], list[RuleResult]]
"""Runs rules over a table of a connection: `expectations.gx.validation` or `expectations.judging.direct`."""
