"""The command that sends what waits.

In: how much, or which message once more. Out: what was sent; with `--dry-run` what would be, and to whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.answers.outbox import message_facts, message_sheet, refusals_in_words
from ingest.cli.frame.answer import Answer, Line
from ingest.cli.frame.speech import UNABLE, moment, phrase
from ingest.cli.frame.working import working
from ingest.cli.session import existing_home, open_existing, operator, reads_ledger
from ingest.told import told_of

if TYPE_CHECKING:
    from warehouse.services.outbox.deliver import Delivered


def send(
    number: Annotated[int | None, typer.Option("--again", min=1)] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    whatever_hour: Annotated[bool, typer.Option("--now")] = False,
) -> Answer:
    """Send what waits; `number`: one message once more; `whatever_hour`: in quiet hours too."""
    if dry_run:
        return _would_send(limit)
    from ingest.ledger.outbox import messages
    from warehouse.services.outbox.deliver import deliver

    home = open_existing()
    if number is not None:
        with refusals_in_words():
            messages.again(number, operator(), home.now())
    with working("work_sending"):
        told = deliver(home, limit=limit, whatever_hour=whatever_hour, only=number)
    return _told(told, is_set_up=home.settings.outbox is not None)


@reads_ledger
def _would_send(limit: int | None) -> Answer:
    from ingest.ledger.outbox import messages
    from ingest.ledger.records import Message
    from warehouse.services.outbox.compose import subject_of

    home = existing_home()
    numbers = messages.due(home.now())[:limit]
    found = Message.objects.select_related("recipient__node").in_bulk(numbers)
    due = [found[number] for number in numbers]
    subjects = {each.pk: subject_of(each) for each in due}
    facts = [message_facts(each) | {"subject": subjects[each.pk]} for each in due]
    return Answer({"due": facts}, [message_sheet(due, empty="nothing_due", subjects=subjects)])


def _told(told: Delivered, *, is_set_up: bool) -> Answer:
    counts = {name: told.counts[name] for name in ("sent", "deferred", "bounced", "held")}
    facts: dict[str, Any] = dict(counts)
    facts |= {"waiting": told.waiting, "quiet_until": told.quiet_until, "set_up": is_set_up}
    lines = []
    if not is_set_up:
        lines.append(Line(phrase("outbox_not_set_up", count=told.waiting)))
    elif told.quiet_until is not None:
        lines.append(Line(phrase("outbox_quiet", until=moment(told.quiet_until), count=told.waiting)))
    else:
        lines.append(
            Line(
                phrase(
                    "outbox_sent", **{name: facts[name] for name in ("sent", "deferred", "bounced", "held")}
                )
            )
        )
        if told.waiting:
            lines.append(Line(phrase("outbox_waits", count=told.waiting)))
    errors = []
    for error in told.errors:
        said = told_of(error)
        assert said is not None
        errors.append({"code": error.code, "message": phrase(error.code, **said.facts)})
        lines.append(Line(phrase(error.code, **said.facts), style="red"))
    return Answer(facts | {"errors": errors}, lines, UNABLE if errors else 0)
