"""Who may be told what is held of a person, and may erase it: officers named by a recorded act.

In: names of accounts, who names them and why. Out: events of the installation; whether an account is an officer today.
Nobody is one from the start, whoever runs the installation included: an act has to say so first.
"""

from __future__ import annotations

from datetime import datetime

from ingest.ledger.records import InstallationEvent, User

Kind = InstallationEvent.Kind
_ACTS = (Kind.PERSON_OFFICER_NAMED, Kind.PERSON_OFFICER_DISMISSED)


def name_officer(account: str, actor: User, reason: str, at: datetime) -> InstallationEvent:
    """From now on this account may; once more changes nothing but is written down."""
    return _write(Kind.PERSON_OFFICER_NAMED, account, actor, reason, at)


def dismiss_officer(account: str, actor: User, reason: str, at: datetime) -> InstallationEvent:
    """From now on this account may not."""
    return _write(Kind.PERSON_OFFICER_DISMISSED, account, actor, reason, at)


def officers() -> list[InstallationEvent]:
    """The acts that named those who may today, in the order of their accounts."""
    latest = {
        act.details["account"]: act
        for act in InstallationEvent.objects.filter(kind__in=_ACTS).select_related("actor").order_by("pk")
    }
    return [act for _, act in sorted(latest.items()) if act.kind == Kind.PERSON_OFFICER_NAMED]


def is_officer(account: str) -> bool:
    """Whether this account may today."""
    return any(act.details["account"] == account for act in officers())


def record_refusal(actor: User, reason: str, at: datetime) -> InstallationEvent:
    """Write down that somebody asked who may not; of whom is not looked at."""
    return InstallationEvent.objects.create(
        kind=Kind.PERSON_REFUSED, actor=actor, at=at, details={"reason": reason}
    )


def _write(kind: str, account: str, actor: User, reason: str, at: datetime) -> InstallationEvent:
    return InstallationEvent.objects.create(
        kind=kind, actor=actor, at=at, details={"account": account, "reason": reason}
    )
