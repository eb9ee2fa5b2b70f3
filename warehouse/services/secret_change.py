"""A new secret for the vault, begun so that it can be interrupted anywhere and gone on with.

In: a home and who acts. Out: the version in force from then on. The ledger says first that the change was begun and
last that it was made; a begun one is gone on with, never begun twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.home import Home
from ingest.ledger.records import InstallationEvent, User
from ingest.receive.failpoint import reach
from warehouse.storage.vault import Vault

_Kind = InstallationEvent.Kind


@dataclass(frozen=True)
class SecretChange:
    """From which version of the secret to which. `resumed`: it had been begun before and was interrupted."""

    before: int
    after: int
    resumed: bool


def planned_change(home: Home) -> SecretChange:
    """What a change of the secret would do now. Changes nothing, but makes the first secret of an empty vault."""
    begun = _unfinished()
    if begun is not None:
        return SecretChange(begun.details["from"], begun.details["to"], resumed=True)
    with Vault(home) as vault:
        version = vault.secret_version
    return SecretChange(version, version + 1, resumed=False)


def change_secret(home: Home, planned: SecretChange, actor: User) -> SecretChange:
    """Begin the new version; identifiers move to it as they are seen again."""
    details = {"from": planned.before, "to": planned.after}
    if not planned.resumed:
        InstallationEvent.objects.create(
            kind=_Kind.SECRET_CHANGE_BEGUN, actor=actor, at=home.now(), details=details
        )
    reach("secret:begun")
    with Vault(home) as vault:
        vault.rotate(planned.after)
    reach("secret:made")
    InstallationEvent.objects.create(kind=_Kind.SECRET_CHANGED, actor=actor, at=home.now(), details=details)
    return planned


def _unfinished() -> InstallationEvent | None:
    """The change that was begun and not finished."""
    last = InstallationEvent.objects.order_by("-pk").first()
    return last if last is not None and last.kind == _Kind.SECRET_CHANGE_BEGUN else None
