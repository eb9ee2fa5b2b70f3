"""What commands on recipients and messages say alike.

In: what the ledger refuses, messages. Out: the same in the words of a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ingest.cli.frame.answer import Cell, Line, Sheet
from ingest.cli.frame.speech import moment, phrase, refuse
from ingest.cli.session import name_of

if TYPE_CHECKING:
    from ingest.ledger.models import Message

_STATES = {
    "draft": "message_draft", "held": "message_held", "queued": "message_queued", "sent": "message_sent",
    "bounced": "message_bounced", "withdrawn": "message_withdrawn",
}  # fmt: skip


def message_state(state: str) -> str:
    """A state in words."""
    return phrase(_STATES[state])


def message_sheet(
    messages: Sequence[Message], *, empty: str | None = None, subjects: Mapping[int, str] | None = None,
    is_to_call: bool = False,
) -> Sheet:  # fmt: skip
    """A row a message. `subjects`: what each will be headed; `is_to_call`: with the person and the telephone."""
    headings = [
        "number",
        "what_is_sent",
        "recipient_head",
        "territory_head",
        "state",
        "when_head",
        "why_head",
    ]
    if is_to_call:
        headings += ["person_head", "telephone_head"]
    rows: list[Sequence[Cell]] = []
    for each in messages:
        to = each.recipient
        row: list[Cell] = [
            each.pk, (subjects or {}).get(each.pk) or f"{each.purpose} {each.edition}", to.address or to.channel,
            f"{name_of(to.node)} ({to.node.code})", message_state(each.state),
            moment(each.sent_at or each.next_attempt_at), each.last_error,
        ]  # fmt: skip
        rows.append([*row, to.person, to.telephone] if is_to_call else row)
    return Sheet("message", headings, rows, empty=empty, whole=("telephone_head",))


def message_facts(message: Message) -> dict[str, Any]:
    """A message for programs."""
    to = message.recipient
    return {
        "number": message.pk, "purpose": message.purpose, "edition": message.edition, "state": message.state,
        "recipient": to.pk, "node": to.node.code, "channel": to.channel, "address": to.address,
        "person": to.person, "telephone": to.telephone, "language": message.language,
        "attempts": message.attempts, "next_attempt_at": message.next_attempt_at, "sent_at": message.sent_at,
        "created_at": message.created_at, "last_error": message.last_error,
        "files": [each["name"] for each in message.attachments],
    }  # fmt: skip


def outbox_facts() -> dict[str, int]:
    """How many messages wait, are held and did not arrive."""
    from django.db.models import Count

    from ingest.ledger.records import Message

    counted = dict(Message.objects.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: counted.get(state, 0) for state in ("queued", "held", "bounced")}


def outbox_lines(facts: Mapping[str, int], *, is_set_up: bool) -> list[Line]:
    """The same in words, where there is anything to say."""
    lines = [Line(phrase("outbox_stands", **facts), name="messages")] if any(facts.values()) else []
    if facts["queued"] and not is_set_up:
        lines.append(Line(phrase("outbox_not_set_up", count=facts["queued"])))
    return lines


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turns what the ledger refuses about a recipient or a message into a RefusedError."""
    from ingest.ledger.refusals import RefusalError

    try:
        yield
    except RefusalError as refusal:
        facts = dict(refusal.facts)
        if "state" in facts:
            facts["state"] = message_state(str(facts["state"]))
        raise refuse(f"refused_{refusal.code}", **facts) from None
