"""From editions to messages: each recipient of a place is sent its edition once, or told why there is none.

In: what became of a summary. Out: how many messages wait that did not before. Repeated, it adds nothing; what waited of
an earlier edition is withdrawn, since nobody needs two.
"""

from __future__ import annotations

from datetime import datetime

from dashboards.reports.definition import definition
from ingest.home import Home
from ingest.ledger.accounts import PIPELINE, account
from ingest.ledger.outbox import messages, recipients
from ingest.ledger.outbox.messages import Attached, Letter
from ingest.ledger.records import Edition, Message, Recipient, User
from warehouse.services.summaries import archive
from warehouse.services.summaries.making import Became

SENT, DELAYED = "summary", "summary_delayed"
"""Templates of the outbox."""


def purpose_of(report: str) -> str:
    """What messages with a summary are for."""
    return f"summary_{report}"


def hand_over(home: Home, became: Became) -> int:
    """Queue what became of a summary for each of its recipients; how many messages are new."""
    edition, now = became.edition, home.now()
    found = recipients.of(edition.report, edition.node)
    if not found:
        return 0
    actor = account(PIPELINE)
    if edition.state == Edition.State.HELD:
        return sum(_queue_delay(edition, each, actor, now) for each in found)
    _withdraw_earlier(edition, actor, now)
    return sum(_queue_edition(home, edition, each, actor, now) for each in found)


def name_of(edition: Edition) -> str:
    """An edition as messages name it: period, place, number."""
    return f"{edition.period}/{edition.node.code}/{edition.number}"


def _queue_edition(home: Home, edition: Edition, recipient: Recipient, actor: User, now: datetime) -> bool:
    facts = _facts(edition) | {"edition": edition.number, "status": edition.status}
    folder = archive.place_of(home, edition).relative_to(home.root)
    attached = [
        Attached(
            str(folder / name), str(edition.files[name]["sha256"]), _called(edition, recipient.language, kind)
        )
        for kind in archive.KINDS
        if (name := archive.file_name(recipient.language, kind)) in edition.files
    ]
    letter = Letter(purpose_of(edition.report), name_of(edition), SENT, facts, attached)
    return _is_new(letter, recipient, actor, now)


def _queue_delay(edition: Edition, recipient: Recipient, actor: User, now: datetime) -> bool:
    """Why there is none yet: told once for the same reasons, told again where they are others."""
    why = [str(reason["code"]) for reason in edition.reasons]
    named = f"{edition.period}/{edition.node.code}/{'+'.join(sorted(why))}"
    letter = Letter(
        purpose_of(edition.report), named, DELAYED, _facts(edition) | {"reasons": edition.reasons}
    )
    return _is_new(letter, recipient, actor, now)


def _is_new(letter: Letter, recipient: Recipient, actor: User, now: datetime) -> bool:
    known = Message.objects.filter(purpose=letter.purpose, edition=letter.edition, recipient=recipient)
    if known.exists():
        return False
    messages.queue(letter, recipient, actor, now)
    return True


def _withdraw_earlier(edition: Edition, actor: User, now: datetime) -> None:
    """What of an earlier edition, or of its delay, was not sent yet."""
    waiting = Message.objects.filter(
        purpose=purpose_of(edition.report),
        edition__startswith=f"{edition.period}/{edition.node.code}/",
        state__in=(Message.State.DRAFT, Message.State.HELD, Message.State.QUEUED),
    ).exclude(edition=name_of(edition))
    for named in set(waiting.values_list("edition", flat=True)):
        messages.withdraw_edition(purpose_of(edition.report), named, "another edition was made", actor, now)


def _facts(edition: Edition) -> dict[str, object]:
    """What a message may say: no figure, nothing of a person."""
    title, node = definition(edition.report).title, edition.node
    return {
        "title": title.model_dump(),
        "place": {"kk": node.name_kk, "ru": node.name_ru},
        "period": edition.period,
    }


def _called(edition: Edition, language: str, kind: str) -> str:
    """What a file is called where it arrives."""
    title = definition(edition.report).title.of(language)
    place = edition.node.name_kk if language == "kk" else edition.node.name_ru
    return f"{title}, {edition.period}, {place}, {edition.number}.{kind}".replace("/", "-").replace(":", " —")
