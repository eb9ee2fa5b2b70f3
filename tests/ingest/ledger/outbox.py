"""Recipients and messages that tests of the outbox begin with."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from ingest.ledger.outbox import messages, recipients
from ingest.ledger.outbox.states import Act
from ingest.ledger.records import Message, Recipient

NOW = datetime(2026, 10, 5, 4, tzinfo=UTC)
DIGEST = "0" * 64


def recipient(country: SimpleNamespace, number: int = 0, **more: Any) -> Recipient:
    """One of the oblast."""
    told = {"node": country.oblast, "address": f"person{number}@edu.example", "reports": ("weekly",)} | more
    return recipients.add(recipients.Wanted(**told), country.actor, NOW)


def letter(edition: str = "2026-W36/1", **more: Any) -> messages.Letter:
    told = {"purpose": "summary", "edition": edition, "template": "summary", "facts": {"period": "2026-W36"}}
    return messages.Letter(**(told | more))


def message(
    country: SimpleNamespace, to: Recipient, edition: str = "2026-W36/1", begins: Act = Act.QUEUED
) -> Message:
    return messages.queue(letter(edition), to, country.actor, NOW, begins=begins)
