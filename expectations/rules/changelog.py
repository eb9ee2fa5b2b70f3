"""The public changelog of the rules: when each began to hold, and why.

In: `changelog.yml` beside this module. Out: `Change`s in the order of the file. Stands apart from the rules, so
that reading it needs no Great Expectations.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

from ingest.schema.contract import Closed, Labels, Name

CHANGELOG = Path(__file__).with_suffix(".yml")


class Change(Closed):
    """One dated entry about one or more rules."""

    since: date
    change: Literal["added", "changed", "removed"]
    reason: Labels
    codes: tuple[Name, ...]


@lru_cache(maxsize=1)
def changelog() -> tuple[Change, ...]:
    """Every entry. Raises ValueError when a rule is added twice, or one unknown is changed or removed."""
    changes = tuple(
        Change.model_validate(entry) for entry in yaml.safe_load(CHANGELOG.read_text(encoding="utf-8"))
    )
    standing: set[str] = set()
    for entry in changes:
        for code in entry.codes:
            if (code in standing) == (entry.change == "added"):
                raise ValueError(f"{CHANGELOG.name}: {code} cannot be {entry.change} on {entry.since}")
            if entry.change == "added":
                standing.add(code)
            elif entry.change == "removed":
                standing.discard(code)
    return changes


def standing() -> dict[str, date]:
    """Every rule that holds, with the day since which it does."""
    found: dict[str, date] = {}
    for entry in changelog():
        for code in entry.codes:
            if entry.change == "added":
                found[code] = entry.since
            elif entry.change == "removed":
                found.pop(code)
    return found
