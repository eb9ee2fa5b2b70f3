"""What a run of the rules over a batch found.

In: nothing. Out: `Outcome`, one for each rule, whoever ran it: an `Engine`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from expectations.rules.rule import Rule


@dataclass(frozen=True)
class Outcome:
    """What one rule found: the number of unexpected rows, or the name of the failure that stopped it."""

    rule: Rule
    unexpected: int
    failure: str | None = None


Engine = Callable[[duckdb.DuckDBPyConnection, str, Sequence[Rule]], list[Outcome]]
"""Runs rules over a table of a connection: `expectations.gx.validation` or `expectations.direct`."""
