"""Written purposes about to end, in words: who works with rows of persons has to know before they are gone.

In: the moment. Out: lines of an answer, facts for programs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ingest.cli.frame.answer import Line
from ingest.cli.frame.speech import moment, phrase

BEFORE = timedelta(days=7)
"""How long before its end a purpose is named."""


def ending_facts(now: datetime) -> list[dict[str, Any]]:
    """Number, account and end of each purpose that ends within `BEFORE`, the first to end first."""
    from ingest.ledger.persons.purposes import in_force

    found = [each for each in in_force(now) if each.ends_at - now <= BEFORE]
    return [
        {"number": each.number, "account": each.account, "ends_at": each.ends_at}
        for each in sorted(found, key=lambda each: (each.ends_at, each.number))
    ]


def ending_lines(facts: list[dict[str, Any]]) -> list[Line]:
    """One line for each."""
    return [
        Line(
            phrase(
                "purpose_ends_soon", number=each["number"], user=each["account"], end=moment(each["ends_at"])
            ),
            name="purpose_ends_soon",
        )
        for each in facts
    ]
