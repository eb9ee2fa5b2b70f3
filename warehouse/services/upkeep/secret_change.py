"""A new secret for the vault or for a domain of keys, begun so that it can be interrupted anywhere and gone on with.

In: a home, whose secret, and who acts. Out: the version in force from then on. The ledger says first that the
change was begun and last that it was made; a begun one is gone on with, never begun twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.home import Home
from ingest.ledger.records import InstallationEvent, User
from ingest.receive.failpoint import reach
from warehouse.storage.keys.domain_keys import begin_version, domain_keys
from warehouse.storage.keys.vault import Vault

_Kind = InstallationEvent.Kind


@dataclass(frozen=True)
class SecretChange:
    """From which version of the secret to which. `resumed`: it had been begun before and was interrupted.

    `domain`: whose keys change at once; None for the secret of the vault, under which nobody's key changes.
    """

    before: int
    after: int
    resumed: bool
    domain: str | None = None


def planned_change(home: Home, domain: str | None = None) -> SecretChange:
    """What a change of the secret would do now. Changes nothing, but makes the first secret where there is none."""
    begun = _unfinished(domain)
    if begun is not None:
        return SecretChange(begun.details["from"], begun.details["to"], resumed=True, domain=domain)
    if domain is not None:
        version = domain_keys(home, domain).version
    else:
        with Vault(home) as vault:
            version = vault.secret_version
    return SecretChange(version, version + 1, resumed=False, domain=domain)


def change_secret(home: Home, planned: SecretChange, actor: User) -> SecretChange:
    """Begin the new version. Identifiers move to the vault's as they are seen again; a domain's keys are all made anew
    by the next build."""
    details: dict[str, object] = {"from": planned.before, "to": planned.after}
    if planned.domain is not None:
        details["domain"] = planned.domain
    if not planned.resumed:
        InstallationEvent.objects.create(
            kind=_Kind.SECRET_CHANGE_BEGUN, actor=actor, at=home.now(), details=details
        )
    reach("secret:begun")
    if planned.domain is not None:
        begin_version(home, planned.domain, planned.after)
    else:
        with Vault(home) as vault:
            vault.rotate(planned.after)
    reach("secret:made")
    InstallationEvent.objects.create(kind=_Kind.SECRET_CHANGED, actor=actor, at=home.now(), details=details)
    return planned


def _unfinished(domain: str | None) -> InstallationEvent | None:
    """The change of that secret that was begun and not finished."""
    changes = InstallationEvent.objects.filter(kind__in=(_Kind.SECRET_CHANGE_BEGUN, _Kind.SECRET_CHANGED))
    last = next(
        (each for each in changes.order_by("-pk").iterator() if each.details.get("domain") == domain), None
    )
    return last if last is not None and last.kind == _Kind.SECRET_CHANGE_BEGUN else None
