"""From editions to messages: each recipient of a place is sent its edition once, or told why there is none.

In: what became of a summary. Out: how many messages wait that did not before. Repeated, it adds nothing; what waited of
an earlier edition is withdrawn, since nobody needs two.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from dashboards.reports.content import Content
from dashboards.reports.definition import definition
from ingest.home import Home
from ingest.ledger.accounts import PIPELINE, account
from ingest.ledger.editions import codes
from ingest.ledger.outbox import messages, recipients
from ingest.ledger.outbox.messages import Attached, Letter
from ingest.ledger.records import Edition, Message, Recipient, User
from ingest.schema.texts.words import Words
from warehouse.services.summaries import archive
from warehouse.services.summaries.making import Became
from warehouse.services.summaries.told import said

SENT, CORRECTED, DELAYED = "summary", "summary_corrected", "summary_delayed"
"""Letters of the outbox (`ingest/words/letters`)."""
_REASONS = Words("commands/summary")
_CHANGES_TOLD = 6


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
        return sum(_is_new(_delay(edition, each), each, actor, now) for each in found)
    _withdraw_earlier(edition, actor, now)
    content = archive.content_of(home, edition)
    return sum(_is_new(_letter(home, edition, content, each), each, actor, now) for each in found)


def name_of(edition: Edition) -> str:
    """An edition as messages name it: period, place, number."""
    return f"{edition.period}/{edition.node.code}/{edition.number}"


def _letter(home: Home, edition: Edition, content: Content, recipient: Recipient) -> Letter:
    language = _language(recipient)
    folder = archive.place_of(home, edition).relative_to(home.root)
    attached = [
        Attached(
            str(folder / name), str(edition.files[name]["sha256"]), _called(edition, content, language, kind)
        )
        for kind in archive.KINDS
        if (name := archive.file_name(language, kind)) in edition.files
    ]
    facts = _facts(edition, content.period_label.of(language), language) | {
        "edition": edition.number,
        "status": said(f"status_{edition.status}").of(language),
        "sentences": "\n".join(sentence.of(language) for sentence in content.sentences),
    }
    template = SENT
    if edition.status == Edition.Status.CORRECTED:
        template, told = CORRECTED, [change.of(language) for change in content.imprint.changes]
        facts |= {"reason": "\n".join(told[:2]), "changes": "\n".join(told[2 : 2 + _CHANGES_TOLD])}
    return Letter(purpose_of(edition.report), name_of(edition), template, facts, attached)


def _delay(edition: Edition, recipient: Recipient) -> Letter:
    """Why there is none yet: told once for the same reasons, told again where they are others."""
    language = _language(recipient)
    why = "; ".join(
        _REASONS.say(f"summary_because_{reason['code']}", language, **_said(reason))
        for reason in edition.reasons
    )
    named = f"{edition.period}/{edition.node.code}/{'+'.join(codes(edition.reasons))}"
    facts = _facts(edition, edition.period, language) | {"reason": why}
    return Letter(purpose_of(edition.report), named, DELAYED, facts)


def _said(reason: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: ", ".join(value) if isinstance(value, list) else value
        for name, value in reason.items()
        if name != "code"
    }


def _language(recipient: Recipient) -> Literal["kk", "ru"]:
    return "ru" if recipient.language == "ru" else "kk"


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


def _facts(edition: Edition, period: str, language: Literal["kk", "ru"]) -> dict[str, object]:
    """What every letter says of a summary."""
    node = edition.node
    return {
        "report": definition(edition.report).title.of(language),
        "territory": node.name_kk if language == "kk" else node.name_ru,
        "period": period,
    }


def _called(edition: Edition, content: Content, language: str, kind: str) -> str:
    """What a file is called where it arrives."""
    title, place = content.title.of(language), content.place.name.of(language)
    return f"{title}, {place}, {edition.period}, {edition.number}.{kind}"
