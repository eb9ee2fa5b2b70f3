"""What a run of the rules over a batch found.

In: nothing. Out: `Outcome`, one for each rule, whoever ran it.
"""

from __future__ import annotations

from dataclasses import dataclass

from expectations.rules.rule import Rule


@dataclass(frozen=True)
class Outcome:
    """What one rule found: the number of unexpected rows, or the name of the failure that stopped it."""

    rule: Rule
    unexpected: int
    failure: str | None = None
