"""Messages: what is sent to whom, and each step of it until it arrived, was refused or was taken back.

In: a recipient, a template with its facts, files below the home; acts of people and of the sender. Out: rows of the
ledger, with an event for each act. Whatever is asked twice is one message. Raises RefusalError where an act does not
follow (`message_state`), or where the message is being handed over at this moment (`message_handed`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from ingest.home import home_worked_for
from ingest.ledger.accounts import account
from ingest.ledger.outbox.states import BEGINS, UNSENT, Act, State, after
from ingest.ledger.records import Message, MessageEvent, Recipient, User
from ingest.ledger.refusals import RefusalError, WrongStateError

HANDING = timedelta(minutes=15)
"""So long a message that was handed over waits for its answer: who stood by it is dead by then."""
_LONGEST_ERROR = 1000


@dataclass(frozen=True)
class Attached:
    """A file that goes with a message. `path`: below the home; `name`: what it is called there."""

    path: str
    sha256: str
    name: str


@dataclass(frozen=True)
class Letter:
    """What is sent. `purpose` and `edition` name it, beside the recipient: `summary_weekly`, `2026-W36/KZ/2`; `facts`
    fill the template in the recipient's language, nothing personal among them."""

    purpose: str
    edition: str
    template: str
    facts: Mapping[str, Any]
    attachments: Sequence[Attached] = ()


def queue(
    letter: Letter, recipient: Recipient, actor: User, at: datetime, *, begins: Act = Act.QUEUED
) -> Message:
    """Let it be sent. Queued once already it is left as it is, whatever the letter says now; many within one
    transaction of the caller take a fraction. `begins`: `HELD` until a person releases it, `DRAFTED` until its maker
    does. Raises RefusalError: `no_recipient`."""
    if not recipient.is_active:
        raise RefusalError("no_recipient", f"{recipient.pk} was removed", number=recipient.pk)
    for each in letter.attachments:
        path = PurePosixPath(each.path)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError(f"{each.path} is not below the home")
    known = Message.objects.filter(**_name(letter, recipient))
    if (found := known.first()) is not None:
        return found
    message = Message(
        **_name(letter, recipient),
        language=recipient.language,
        template=letter.template,
        facts=dict(letter.facts),
        attachments=[asdict(each) for each in letter.attachments],
        state=BEGINS[begins],
        message_id=f"<{uuid4().hex}@{_domain()}>",
        created_at=at,
        next_attempt_at=at,
    )
    try:
        with transaction.atomic():
            message.save()
            _record(message, begins, actor, at, {})
    except IntegrityError:  # somebody else was first
        return known.get()
    return message


def hold(number: int, reason: str, actor: User, at: datetime) -> Message:
    """It waits until a person releases it."""
    return _act(number, Act.HELD, actor, at, {"reason": reason})


def release(number: int, actor: User, at: datetime) -> Message:
    """What was held, or was a draft, is sent when its turn comes."""
    return _act(number, Act.QUEUED, actor, at, {}, next_attempt_at=at, last_error="")


def withdraw(number: int, reason: str, actor: User, at: datetime) -> Message:
    """It is never sent."""
    return _act(number, Act.WITHDRAWN, actor, at, {"reason": reason})


def again(number: int, actor: User, at: datetime) -> Message:
    """What was sent, or bounced, is sent once more, under the name it had."""
    return _act(number, Act.AGAIN, actor, at, {}, next_attempt_at=at, attempts=0, sent_at=None, last_error="")


def of_edition(purpose: str, edition: str) -> QuerySet[Message]:
    """Everything that was queued of an edition, and of parts of it: `2026-W36` is of `2026-W36/KZ` as well."""
    named = Q(edition=edition) | Q(edition__startswith=f"{edition}/")
    return Message.objects.filter(named, purpose=purpose).order_by("pk")


def withdraw_edition(purpose: str, edition: str, reason: str, actor: User, at: datetime) -> int:
    """Nothing more of an edition is sent; how many were withdrawn. What is being handed over now is not."""
    return _withdraw_some(of_edition(purpose, edition), reason, actor, at)


def withdraw_of(recipient: Recipient, reason: str, actor: User, at: datetime) -> int:
    """Nothing more is sent to a recipient; how many were withdrawn. What is being handed over now is not."""
    return _withdraw_some(Message.objects.filter(recipient=recipient), reason, actor, at)


def hold_all(reason: str, actor_name: str, at: datetime) -> int:
    """Nothing that is queued is sent before a person looked at it; how many are held. Where nothing is, nothing is
    written."""
    found = list(Message.objects.filter(state=State.QUEUED).order_by("pk").values_list("pk", flat=True))
    for number in found:
        _act(number, Act.HELD, account(actor_name), at, {"reason": reason}, whatever_is_handed=True)
    return len(found)


def due(at: datetime, channel: str | None = None) -> list[int]:
    """What is to be sent now, in its order, by one channel or by whichever."""
    found = Message.objects.filter(state=State.QUEUED, next_attempt_at__lte=at)
    if channel is not None:
        found = found.filter(recipient__channel=channel)
    return list(found.order_by("next_attempt_at", "pk").values_list("pk", flat=True))


def hand(number: int, next_attempt_at: datetime, actor: User, at: datetime) -> Message | None:
    """It is given to its channel now: written down before that is done. None where it is not to be sent any more. A
    sender that dies leaves it so; another sends it again, `next_attempt_at`, under the same name."""
    with transaction.atomic():
        message = _locked(number)
        if message.state != State.QUEUED or message.next_attempt_at > at:
            return None
        if not message.recipient.is_active:
            _change(message, Act.WITHDRAWN, actor, at, {"reason": "recipient_removed"})
            return None
        message.attempts += 1
        details = {"attempt": message.attempts, "unanswered": message.handed_at is not None}
        message.handed_at, message.next_attempt_at = at, next_attempt_at
        _change(message, Act.HANDED, actor, at, details, is_handed=True)
    return message


def sent(handed: Message, actor: User, at: datetime) -> None:
    """Its channel has taken it."""
    _answer(handed, Act.SENT, actor, at, "", sent_at=at)


def bounced(handed: Message, error: str, actor: User, at: datetime) -> None:
    """Its channel will never take it."""
    _answer(handed, Act.BOUNCED, actor, at, error)


def deferred(
    handed: Message, error: str, actor: User, at: datetime, next_attempt_at: datetime, *, counts: bool = True
) -> None:
    """Its channel did not take it now. `counts`: no fault of the channel itself, which is none of the message."""
    attempts = handed.attempts if counts else handed.attempts - 1
    _answer(
        handed, Act.DEFERRED, actor, at, error,
        next_attempt_at=next_attempt_at, attempts=attempts,
    )  # fmt: skip


def held_by_sender(handed: Message, error: str, actor: User, at: datetime) -> None:
    """It cannot be sent as it is, and a person has to look at it."""
    _answer(handed, Act.HELD, actor, at, error)


def came_back(number: int, error: str, actor: User, at: datetime) -> Message:
    """What a server had taken was returned later, as a person saw."""
    return _act(number, Act.BOUNCED, actor, at, {"error": error}, last_error=error[:_LONGEST_ERROR])


def _answer(handed: Message, act: Act, actor: User, at: datetime, error: str, **changes: Any) -> None:
    """What became of a handing over. Of one that somebody else began meanwhile, or took back, only that is told."""
    error = error[:_LONGEST_ERROR]
    details = {"attempt": handed.attempts} | ({"error": error} if error else {})
    with transaction.atomic():
        message = _locked(handed.pk)
        if message.state != State.QUEUED or message.handed_at != handed.handed_at:
            _record(message, act, actor, at, details | {"late": True})
            return
        message.last_error = error
        for name, value in changes.items():
            setattr(message, name, value)
        _change(message, act, actor, at, details)


def _act(
    number: int, act: Act, actor: User, at: datetime, details: dict[str, Any],
    *, whatever_is_handed: bool = False, **changes: Any,
) -> Message:  # fmt: skip
    """An act of a person."""
    with transaction.atomic():
        message = _locked(number)
        is_handed = message.handed_at is not None and at - message.handed_at < HANDING
        if is_handed and not whatever_is_handed:
            raise WrongStateError("message_handed", f"{number} is being handed over", number=number)
        if message.handed_at is not None:
            details = details | {"unanswered": True}
        for name, value in changes.items():
            setattr(message, name, value)
        _change(message, act, actor, at, details)
    return message


def _change(
    message: Message, act: Act, actor: User, at: datetime, details: dict[str, Any], *, is_handed: bool = False
) -> None:
    message.state = after(message.state, act)
    if not is_handed:
        message.handed_at = None
    message.save()
    _record(message, act, actor, at, details)


def _withdraw_some(found: QuerySet[Message], reason: str, actor: User, at: datetime) -> int:
    count = 0
    for number in list(found.filter(state__in=UNSENT).order_by("pk").values_list("pk", flat=True)):
        try:
            withdraw(number, reason, actor, at)
            count += 1
        except WrongStateError:  # it is being handed over, or was taken meanwhile
            continue
    return count


def _locked(number: int) -> Message:
    """The message, which nobody else changes before this transaction ends. Raises RefusalError: `no_message`."""
    found: Callable[..., QuerySet[Message]] = Message.objects.select_related(
        "recipient", "recipient__node"
    ).filter
    message = found(pk=number).select_for_update(of=("self",)).first()
    if message is None:
        raise RefusalError("no_message", f"no message {number}", number=number)
    return message


def _record(message: Message, act: Act, actor: User, at: datetime, details: dict[str, Any]) -> None:
    MessageEvent.objects.create(message=message, kind=act, actor=actor, at=at, details=details)


def _name(letter: Letter, recipient: Recipient) -> dict[str, Any]:
    return {"purpose": letter.purpose, "edition": letter.edition, "recipient": recipient}


def _domain() -> str:
    """Where names of messages are of: who sends them decides."""
    settings = home_worked_for().settings.outbox
    return settings.domain if settings else "bbaj.invalid"
