"""Keys of persons by domain: what leaves the vault in one place cannot be joined to what leaves it in another.

In: keys of the vault and the name of a domain (the published warehouse, open data, one outside receiver). Out: other
keys: a keyed hash of the vault's under a secret that only that domain has. The same person has the same key in every
release of a domain, so that a learner can be followed there, and another one in each other domain. A new version of a
domain's secret changes all of its keys at once.

The vault remembers each domain's secrets by their fingerprints: one that is gone is never made anew in silence, which
would give everybody a new key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from ingest.home import Home, InstallationError
from warehouse.storage.keys.secret import ALIAS, Secret, SecretError, add_secret, name_of, secrets_in
from warehouse.storage.keys.vault import HIGHEST_KEY, LOWEST_KEY
from warehouse.storage.keys.vault_file import open_file

PUBLICATION = "publication"
"""The domain of everything that is published under `BBAJ_HOME`."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class KeyCollisionError(InstallationError):
    """Two persons would have one key: once in a million countries, and then a new version of the secret helps."""


@dataclass(frozen=True)
class DomainKeys:
    """The keys of one domain under one version of its secret."""

    domain: str
    secret: Secret

    @property
    def version(self) -> int:
        """The version of the secret the keys are made under."""
        return self.secret.version

    @property
    def mark(self) -> str:
        """Tells whether keys are made as they were, and nothing about the secret."""
        return f"{self.domain}-v{self.version}-{self.secret.fingerprint.hex()}"

    def of(self, persons: Iterable[int]) -> dict[int, int]:
        """Key of the vault → key of the domain, both positive. Raises KeyCollisionError.

        Keys begin above every twelve-digit number, as the vault's do: none can be taken for an identifier.
        """
        wanted = np.fromiter(persons, dtype=np.int64)
        begun = hashlib.blake2b(f"{self.domain}\0".encode(), key=self.secret.key, digest_size=8)
        digests = bytearray()
        for person in wanted.tolist():
            digest = begun.copy()
            digest.update(person.to_bytes(8, "big"))
            digests += digest.digest()
        span = np.uint64(HIGHEST_KEY - LOWEST_KEY + 1)
        numbers = np.frombuffer(bytes(digests), dtype=">u8").astype(np.uint64) % span + np.uint64(LOWEST_KEY)
        keys: dict[int, int] = dict(zip(wanted.tolist(), numbers.tolist(), strict=True))
        if len(set(keys.values())) < len(keys):
            collided = KeyCollisionError(f"two persons have one key in {self.domain} v{self.version}")
            raise collided.of("keys_collide", domain=self.domain)
        return keys


def domain_keys(home: Home, domain: str) -> DomainKeys:
    """The keys of a domain under the newest version of its secret, which is made at first use.

    Raises SecretError where a secret the vault knows is gone, damaged or another one.
    """
    _require_name(domain)
    with closing(open_file(home.vault)) as vault:
        vault.execute("begin immediate")
        known = dict(
            vault.execute("select version, fingerprint from domain_secret where domain = ?", (domain,))
        )
        secrets = secrets_in(home.keys, domain, may_create=not known)
        for secret in secrets:
            if known.get(secret.version, secret.fingerprint) != secret.fingerprint:
                file = name_of(domain, secret.version)
                another = SecretError(f"{file} is not the secret this vault knows")
                raise another.of("secret_of_another", path=file)
        newest = secrets[-1]
        if newest.version < max(known, default=1):
            file = name_of(domain, max(known))
            raise SecretError(f"{file} is gone").of("secret_gone", path=home.keys / file)
        new = [(domain, each.version, each.fingerprint) for each in secrets if each.version not in known]
        vault.executemany("insert into domain_secret values (?, ?, ?)", new)
        vault.execute("commit")
    return DomainKeys(domain, newest)


def begin_version(home: Home, domain: str, version: int) -> DomainKeys:
    """Begin a version of a domain's secret; one that was begun already is only taken up. All keys of what is made
    from then on are other ones."""
    if version > domain_keys(home, domain).version:
        add_secret(home.keys, version, domain)
    return domain_keys(home, domain)


def _require_name(domain: str) -> None:
    if domain == ALIAS or not _NAME.fullmatch(domain):
        raise InstallationError(f"{domain!r} is no name of a domain").of("no_domain", domain=domain)
