"""Who reads the dashboards, as what and of which territory: accounts opened, changed and ended by recorded acts.

In: names, roles, nodes, who acts. Out: events of the installation; the accounts as they are today. A reader is one as
long as the last act about that name does not end it; every act stays in the ledger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ingest.ledger.accounts import account
from ingest.ledger.records import InstallationEvent, Node, User
from ingest.ledger.refusals import RefusalError

Kind = InstallationEvent.Kind
MINISTRY, OBLAST, DISTRICT, ANALYST, ADMINISTRATOR = (
    "ministry",
    "oblast",
    "district",
    "analyst",
    "administrator",
)
ROLES = (MINISTRY, OBLAST, DISTRICT, ANALYST, ADMINISTRATOR)
_OF_A_TERRITORY = (OBLAST, DISTRICT)
_ACTS = (Kind.READER_OPENED, Kind.READER_CHANGED, Kind.READER_ENDED)
_RESERVED = ("admin", "none")
"""The first administrator of a service, and the file of who has no territory."""
_NAME = re.compile("[a-z0-9][a-z0-9._@-]{1,62}")


@dataclass(frozen=True)
class Reader:
    """One account today. `node`: of an oblast's or a district's reader; `since`: the last act; `ended`: by that act."""

    name: str
    role: str
    node: str | None
    language: str
    since: datetime
    by: str
    ended: bool


def open_reader(
    name: str, role: str, of: Node | None, language: str, actor: User, at: datetime
) -> InstallationEvent:
    """From now on this account reads. Raises RefusalError: `bad_user_name`, `user_exists`, `user_node`."""
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise RefusalError("bad_user_name", f"{name!r} is no name of an account", user=name)
    with transaction.atomic():
        known = reader(name)
        if known is not None and not known.ended:
            raise RefusalError("user_exists", f"{name} reads already", user=name)
        return _write(Kind.READER_OPENED, name, role, of, language, actor, at)


def change_reader(
    name: str, role: str | None, of: Node | None, language: str | None, actor: User, at: datetime
) -> InstallationEvent:
    """From now on this account reads so; what is not named stays. Raises RefusalError: `no_user`, `user_node`."""
    with transaction.atomic():
        known = require_reader(name)
        if of is None and known.node and (role or known.role) == known.role:
            of = Node.objects.get(code=known.node)
        return _write(
            Kind.READER_CHANGED, name, role or known.role, of, language or known.language, actor, at
        )


def end_reader(name: str, actor: User, at: datetime) -> InstallationEvent:
    """From now on this account reads nothing. Raises RefusalError: `no_user`."""
    with transaction.atomic():
        known = require_reader(name)
        of = Node.objects.get(code=known.node) if known.node else None
        return _write(Kind.READER_ENDED, name, known.role, of, known.language, actor, at)


def readers() -> list[Reader]:
    """Every account there ever was, as it is today, by name."""
    acts = InstallationEvent.objects.filter(kind__in=_ACTS).select_related("actor").order_by("pk")
    latest = {act.details["account"]: act for act in acts}
    return [_reader(act) for _, act in sorted(latest.items())]


def reader(name: str) -> Reader | None:
    """The account of that name, ended or not."""
    return next((each for each in readers() if each.name == name), None)


def oblast_of(code: str) -> str | None:
    """The code of the oblast that a department of an oblast or a district belongs to."""
    found = Node.objects.select_related("parent").filter(code=code).first()
    while found is not None and found.kind != Node.Kind.OBLAST:
        found = found.parent
    return found.code if found else None


def require_reader(name: str) -> Reader:
    """The account of that name that is open. Raises RefusalError: `no_user`."""
    known = reader(name)
    if known is None or known.ended:
        raise RefusalError("no_user", f"{name} reads nothing", user=name)
    return known


def _reader(act: InstallationEvent) -> Reader:
    told = act.details
    ended = act.kind == Kind.READER_ENDED
    return Reader(
        told["account"], told["role"], told["node"], told["language"], act.at, act.actor.username, ended
    )


def _write(
    kind: str, name: str, role: str, of: Node | None, language: str, actor: User, at: datetime
) -> InstallationEvent:
    """Raises RefusalError where the role and the node do not go together."""
    wanted = role if role in _OF_A_TERRITORY else None
    if (of.kind if of else None) != wanted:
        facts = {"user": name, "role": role, "node": of.code if of else None}
        raise RefusalError("user_node", f"{role} and {of} do not go together", **facts)
    account(name, of)  # whoever acts later under that name is one and the same in the ledger
    details = {"account": name, "role": role, "node": of.code if of else None, "language": language}
    return InstallationEvent.objects.create(kind=kind, actor=actor, at=at, details=details)
