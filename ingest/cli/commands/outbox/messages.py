"""The commands on messages: which there are, what happened to one, and the acts of a person on it.

In: a state, numbers of messages. Out: messages; acts in the ledger.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from ingest.cli.answers.outbox import message_facts, message_sheet, message_state, refusals_in_words
from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.options import OnlyNodeOption, ReasonOption
from ingest.cli.frame.speech import moment, phrase
from ingest.cli.session import node_named, open_existing, operator, reads_ledger


class In(StrEnum):
    """The states of a message."""

    draft = "draft"
    held = "held"
    queued = "queued"
    sent = "sent"
    bounced = "bounced"
    withdrawn = "withdrawn"


_NEWEST = 200
_ACTS = {
    "drafted": "act_drafted", "held": "act_held", "queued": "act_queued", "handed": "act_handed",
    "deferred": "act_deferred", "sent": "act_sent", "bounced": "act_bounced", "withdrawn": "act_withdrawn",
    "again": "act_again",
}  # fmt: skip
NumberArgument = Annotated[int, typer.Argument(min=1)]
NumbersArgument = Annotated[list[int], typer.Argument(min=1)]


@reads_ledger
def outbox(
    state: Annotated[In | None, typer.Option("--state")] = None, node: OnlyNodeOption = None
) -> Answer:
    """List messages, the newest first: of one state, of one node and those below it."""
    from django.db.models import Count

    from ingest.ledger.nodes import within
    from ingest.ledger.records import Message

    found = Message.objects.select_related("recipient__node").order_by("-pk")
    if node is not None:
        found = found.filter(within(node_named(node), "recipient__node"))
    counts = dict(found.order_by().values_list("state").annotate(count=Count("pk")))
    if state is not None:
        found = found.filter(state=state.value)
    shown = list(found[:_NEWEST])
    said = ", ".join(f"{message_state(each)}: {counts[each]}" for each in In if counts.get(each))
    lines = [Line(said, name="messages")] if said else []
    return Answer(
        {
            "counts": {each.value: counts.get(each, 0) for each in In},
            "messages": [message_facts(each) for each in shown],
        },
        [message_sheet(shown, empty="no_messages"), *lines],
    )


@reads_ledger
def outbox_show(number: NumberArgument) -> Answer:
    """Show one message and everything that happened to it."""
    from ingest.ledger.records import Message, MessageEvent
    from ingest.ledger.refusals import RefusalError

    message = Message.objects.select_related("recipient__node").filter(pk=number).first()
    if message is None:
        with refusals_in_words():
            raise RefusalError("no_message", f"no message {number}", number=number)
        raise AssertionError
    acts = MessageEvent.objects.filter(message=message).select_related("actor").order_by("pk")
    rows = [(moment(act.at), phrase(_ACTS[act.kind]), act.actor.username, _why(act.details)) for act in acts]
    events = [
        {"at": act.at, "kind": act.kind, "by": act.actor.username, "details": act.details} for act in acts
    ]
    files = [each["name"] for each in message.attachments]
    parts: list[Part] = [
        message_sheet([message]),
        *([Line(phrase("message_files", files=", ".join(files)))] if files else []),
        Sheet("act", ("when_head", "act_head", "who_acted", "why_head"), rows),
    ]
    facts = message_facts(message) | {
        "message_id": message.message_id, "template": message.template, "facts": message.facts,
        "attachments": message.attachments, "events": events,
    }  # fmt: skip
    return Answer(facts, parts)


@reads_ledger
def outbox_bounces() -> Answer:
    """List what did not arrive, with whom to telephone."""
    from ingest.ledger.records import Message

    found = list(Message.objects.select_related("recipient__node").filter(state="bounced").order_by("pk"))
    return Answer(
        {"bounces": [message_facts(each) for each in found]},
        [message_sheet(found, empty="no_bounces", is_to_call=True)],
    )


def outbox_hold(numbers: NumbersArgument, reason: ReasonOption) -> Answer:
    """Let messages wait until a person releases them."""
    from ingest.ledger.outbox import messages

    return _each(numbers, lambda number, actor, at: messages.hold(number, reason, actor, at))


def outbox_release(numbers: NumbersArgument) -> Answer:
    """Let messages that are held be sent."""
    from ingest.ledger.outbox import messages

    return _each(numbers, messages.release)


def outbox_withdraw(numbers: NumbersArgument, reason: ReasonOption) -> Answer:
    """Let messages never be sent."""
    from ingest.ledger.outbox import messages

    return _each(numbers, lambda number, actor, at: messages.withdraw(number, reason, actor, at))


def outbox_returned(numbers: NumbersArgument, reason: ReasonOption) -> Answer:
    """Write down that messages a server had taken came back later."""
    from ingest.ledger.outbox import messages

    return _each(numbers, lambda number, actor, at: messages.came_back(number, reason, actor, at))


def _each(numbers: list[int], act: Any) -> Answer:
    """All of them, or none."""
    from django.db import transaction

    home = open_existing()
    with refusals_in_words(), transaction.atomic():
        done = [act(number, operator(), home.now()) for number in numbers]
    return Answer(
        {"messages": [message_facts(each) for each in done]},
        [Line(phrase("message_is_now", number=each.pk, state=message_state(each.state))) for each in done],
    )


def _why(details: dict[str, Any]) -> str:
    return str(details.get("error") or details.get("reason") or "")
