"""The public changelog of the rules: when each began to hold, and why.

In: `changelog.yml` beside this module. Out: `Change`s in the order of the file. Stands apart from the rules, so
that reading it needs no Great Expectations.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ingest.authored import AuthorError, list_in, read_yaml, validated
from ingest.schema.forms.contract import Closed, Labels, Name

CHANGELOG = Path(__file__).with_suffix(".yml")


class Change(Closed):
    """One dated entry about one or more rules."""

    since: date
    change: Literal["added", "changed", "removed"]
    reason: Labels
    codes: tuple[Name, ...]


@lru_cache(maxsize=1)
def changelog() -> tuple[Change, ...]:
    """Every entry. Raises AuthorError, also when a rule is added twice, or one unknown is changed or removed."""
    changes = tuple(
        validated(Change, entry, CHANGELOG, str(place))
        for place, entry in enumerate(list_in(read_yaml(CHANGELOG), CHANGELOG), 1)
    )
    standing: set[str] = set()
    for entry in changes:
        for code in entry.codes:
            if (code in standing) == (entry.change == "added"):
                facts = {"change": entry.change, "since": entry.since}
                raise AuthorError(CHANGELOG, code, "cannot_change", **facts)
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
