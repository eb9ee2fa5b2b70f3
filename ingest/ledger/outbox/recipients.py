"""Recipients: addresses of nodes, and what each of them is sent.

In: what an address is to be from now on, who decides so and when. Out: rows of the ledger, with an act for each
decision; the addresses a report of a node goes to. Raises RefusalError where it cannot be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from ingest.ledger.outbox import messages
from ingest.ledger.readers import reader
from ingest.ledger.records import Node, Recipient, RecipientEvent, User
from ingest.ledger.refusals import RefusalError

Kind = RecipientEvent.Kind
Attachment = Recipient.Attachment
LANGUAGES = ("kk", "ru")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_REPORT = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_TELEPHONE = re.compile(r"[0-9+()\-., ]{0,64}")
_LONGEST_PERSON, _LONGEST_ADDRESS, _LONGEST_NAME = 200, 254, 64
_SAID = ("person", "telephone", "channel", "address", "language", "reports", "attachment")


@dataclass(frozen=True)
class Wanted:
    """What a recipient is from now on. `channel`: `mail`, with an `address`; or the name of an address in the settings,
    without one. `account`: the name of a reader's account, where it is theirs."""

    node: Node
    address: str = ""
    reports: tuple[str, ...] = ()
    language: str = "kk"
    channel: str = Recipient.MAIL
    attachment: str = Attachment.FILE.value
    person: str = ""
    telephone: str = ""
    account: str = ""


def add(wanted: Wanted, actor: User, at: datetime) -> Recipient:
    """From now on it is sent these reports. Raises RefusalError: `recipient_…`."""
    checked = _checked(wanted)
    with transaction.atomic():
        _require_alone(checked, None)
        recipient = Recipient(node=checked.node, added_at=at, account=_account(checked.account))
        _write(recipient, checked, Kind.ADDED, actor, at)
    return recipient


def change(number: int, wanted: Wanted, actor: User, at: datetime) -> Recipient:
    """From now on it is so. What waits for it goes to the new address. Raises RefusalError."""
    checked = _checked(wanted)
    with transaction.atomic():
        recipient = require(number)
        _require_alone(checked, number)
        recipient.node, recipient.account = checked.node, _account(checked.account)
        _write(recipient, checked, Kind.CHANGED, actor, at)
    return recipient


def remove(number: int, reason: str, actor: User, at: datetime) -> int:
    """From now on it is sent nothing; of what waited for it how much is withdrawn. Raises RefusalError."""
    with transaction.atomic():
        recipient = require(number)
        recipient.is_active, recipient.removed_at = False, at
        recipient.removed_by, recipient.removal_reason = actor, reason.strip()[:1000]
        recipient.save()
        _record(recipient, Kind.REMOVED, actor, at, {"reason": recipient.removal_reason})
        return messages.withdraw_of(recipient, "recipient_removed", actor, at)


def of(report: str, node: Node) -> list[Recipient]:
    """To whom that report of that node goes, the one added first before. A node above or below has its own."""
    found = Recipient.objects.filter(node=node, is_active=True).order_by("pk")
    return [each for each in found if report in each.reports]


def listed(nodes: Iterable[int] | None = None, *, everybody: bool = False) -> list[Recipient]:
    """Recipients of these nodes, of every node where none are named; `everybody`: those that were removed too."""
    found = Recipient.objects.select_related("node", "account", "removed_by").order_by("node__code", "pk")
    if nodes is not None:
        found = found.filter(node__in=list(nodes))
    return list(found if everybody else found.filter(is_active=True))


def require(number: int) -> Recipient:
    """The recipient of that number, as long as it is one. Raises RefusalError: `no_recipient`."""
    found = Recipient.objects.select_related("node", "account").filter(pk=number, is_active=True).first()
    if found is None:
        raise RefusalError("no_recipient", f"no recipient {number}", number=number)
    return found


def as_wanted(recipient: Recipient) -> Wanted:
    """What it is now, for whoever changes a part of it."""
    told: dict[str, Any] = {name: getattr(recipient, name) for name in _SAID}
    account = recipient.account.username if recipient.account else ""
    return Wanted(recipient.node, account=account, **(told | {"reports": tuple(recipient.reports)}))


def _write(recipient: Recipient, wanted: Wanted, kind: Kind, actor: User, at: datetime) -> None:
    for name in _SAID:
        value = getattr(wanted, name)
        setattr(recipient, name, list(value) if isinstance(value, tuple) else value)
    try:
        with transaction.atomic():
            recipient.save()
    except IntegrityError:  # somebody else was first
        raise _known_already(wanted) from None
    details = {name: getattr(recipient, name) for name in _SAID}
    _record(recipient, kind, actor, at, details | {"node": wanted.node.code, "account": wanted.account})


def _record(recipient: Recipient, kind: Kind, actor: User, at: datetime, details: dict[str, Any]) -> None:
    RecipientEvent.objects.create(recipient=recipient, kind=kind, actor=actor, at=at, details=details)


def _checked(wanted: Wanted) -> Wanted:
    """The same, written as it is kept. Raises RefusalError."""
    address, reports = wanted.address.strip(), tuple(dict.fromkeys(wanted.reports))
    person, telephone = " ".join(wanted.person.split()), " ".join(wanted.telephone.split())
    if wanted.channel == Recipient.MAIL:
        address = _mail_address(address)
    elif not _NAME.fullmatch(wanted.channel) or address:
        raise RefusalError("recipient_channel", f"{wanted.channel!r} with an address", channel=wanted.channel)
    if wrong := [each for each in reports if not _REPORT.fullmatch(each)]:
        raise RefusalError("recipient_report", f"{wrong[0]!r} is no name of a report", report=wrong[0])
    if not reports:
        raise RefusalError("recipient_reports", "no report is named")
    if wanted.language not in LANGUAGES or wanted.attachment not in Attachment.values:
        raise RefusalError("recipient_words", "no such language, or no such way")
    if not _TELEPHONE.fullmatch(telephone):
        raise RefusalError("recipient_telephone", "no telephone number", telephone=telephone)
    if len(person) > _LONGEST_PERSON or not person.isprintable():
        raise RefusalError("recipient_person", "no name of a person", most=_LONGEST_PERSON)
    return replace(wanted, address=address, reports=reports, person=person, telephone=telephone)


def _mail_address(said: str) -> str:
    """As mail servers take it: the name in ASCII, the domain in its own letters made ASCII. Raises RefusalError."""
    name, _, domain = said.rpartition("@")
    try:
        address = f"{name}@{domain.encode('idna').decode('ascii').lower()}"
        validate_email(address)
        address.encode("ascii")
    except (UnicodeError, ValidationError):
        raise RefusalError("recipient_address", f"{said!r} is no mail address", address=said) from None
    if len(address) > _LONGEST_ADDRESS or len(name) > _LONGEST_NAME:
        raise RefusalError("recipient_address", "longer than an address may be", address=said)
    return address


def _account(name: str) -> User | None:
    if not name:
        return None
    known = reader(name)
    found: User | None = User.objects.filter(username=name).first()
    if known is None or known.ended or found is None:
        raise RefusalError("no_user", f"{name} reads nothing", user=name)
    return found


def _require_alone(wanted: Wanted, but: int | None) -> None:
    """Nobody is sent the same twice: an address in other capitals is the same."""
    same = Recipient.objects.filter(node=wanted.node, channel=wanted.channel, is_active=True)
    if same.filter(address__iexact=wanted.address).exclude(pk=but or 0).exists():
        raise _known_already(wanted)


def _known_already(wanted: Wanted) -> RefusalError:
    address = wanted.address or wanted.channel
    return RefusalError("recipient_exists", "it is one already", address=address, node=wanted.node.code)
