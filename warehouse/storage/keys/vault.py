"""The identity vault: persons as random keys, their identifiers as keyed hashes.

In: identifiers of a kind (`iin`). Out: the `person_key` of each, issued once and for ever: 63 random bits
that say nothing about the person. The vault holds no identifier, only HMACs of them under a secret that lies
elsewhere; whoever has one of the two learns nothing. What happened to keys (issued, merged, split) is an
append-only list of events. Lives in `restricted/`; many processes may use it at once, and any may die.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import repeat
from types import TracebackType
from typing import Any, Self, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.home import Home
from warehouse.storage.keys.secret import Secret, SecretError, add_secret, secrets_in
from warehouse.storage.keys.vault_file import VaultError, open_file
from warehouse.storage.keys.vault_sums import add_up, take_off

# Keys begin above every twelve-digit number: none can be taken for an identifier, or hide one in a leak test.
LOWEST_KEY = 10**13
HIGHEST_KEY = 2**63 - 1
_TRIES = 8
# Aliases asked for in one statement; and from which share of all persons on reading all aliases is faster.
_CHUNK = 1000
_SCAN_FACTOR = 4

_ALL_ALIASES = "select hmac, person_key from alias where kind = ? and key_version = ?"


Texts: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"


class _OvertakenError(Exception):
    """Another process wrote first; look again."""


class _CollisionError(VaultError):
    """A key was drawn that somebody has; draw again."""


def draw_keys(count: int) -> list[int]:
    """That many random person keys, from the operating system's source."""
    numbers = np.frombuffer(os.urandom(8 * count), dtype=np.uint64)
    span = np.uint64(HIGHEST_KEY - LOWEST_KEY + 1)
    keys: list[int] = ((numbers % span) + np.uint64(LOWEST_KEY)).tolist()
    return keys


class Vault:
    """An open vault; use it as a context manager. `draw` is replaced in tests to make keys collide.

    Raises SecretError when the secrets do not belong to the vault's content.
    """

    def __init__(self, home: Home, draw: Callable[[int], list[int]] = draw_keys) -> None:
        self._folder = home.keys
        self._draw = draw
        self._connection = open_file(home.vault)
        try:
            self._load_secrets()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def person_keys(self, kind: str, identifiers: Texts) -> pa.Int64Array:
        """The person key (int64) of each identifier, in order; null for null. Unknown ones are issued a key.

        All of it in one durable transaction; repeated identifiers get one key.
        """
        whole = identifiers.combine_chunks() if isinstance(identifiers, pa.ChunkedArray) else identifiers
        distinct = whole.unique().drop_null()
        messages = [str(text).encode("utf-8") for text in distinct.to_pylist()]
        keys = pa.array(self._keys_of(kind, messages), type=pa.int64())
        return keys.take(pc.index_in(whole, value_set=distinct))

    def known_keys(self, kind: str, identifiers: Texts) -> pa.Int64Array:
        """The person key (int64) of each identifier, in order; null where the vault knows nobody. Issues none."""
        whole = identifiers.combine_chunks() if isinstance(identifiers, pa.ChunkedArray) else identifiers
        distinct = whole.unique().drop_null()
        messages = [str(text).encode("utf-8") for text in distinct.to_pylist()]
        found: dict[bytes, int] = {}
        for secret in reversed(self._secrets):
            hmacs = secret.hmacs(messages)
            known = self._look_up(kind, secret, hmacs)
            for message, hmac in zip(messages, hmacs, strict=True):
                if hmac in known:
                    found.setdefault(message, known[hmac])
        keys = pa.array([found.get(message) for message in messages], type=pa.int64())
        return keys.take(pc.index_in(whole, value_set=distinct))

    def aliases_of(self, kind: str, identifiers: Sequence[str]) -> list[tuple[str, int, bytes]]:
        """What each identifier is or would be called in the vault, by kind, version of the secret and HMAC."""
        messages = [identifier.encode("utf-8") for identifier in identifiers]
        return [(kind, secret.version, hmac) for secret in self._secrets for hmac in secret.hmacs(messages)]

    def keys_of_aliases(self, aliases: Sequence[tuple[str, int, bytes]]) -> list[int]:
        """The keys these lead to; none where the vault has forgotten them."""
        query = "select person_key from alias where kind = ? and key_version = ? and hmac = ?"
        found = (self._connection.execute(query, alias).fetchone() for alias in aliases)
        return sorted({row[0] for row in found if row})

    def forget(self, aliases: Sequence[tuple[str, int, bytes]]) -> None:
        """Destroy these: nobody can say any more whose their keys are. Nothing of them stays in the file.

        That a key was issued stays written down: a random number, which leads to nobody.
        """
        self._connection.execute("pragma secure_delete = on")
        with self._writing() as connection:
            which = "kind = ? and key_version = ? and hmac = ?"
            for alias in aliases:
                found = list(
                    connection.execute(
                        f"select kind, key_version, hmac, person_key from alias where {which}", alias
                    )
                )
                take_off(connection, "alias", found)
                connection.execute(f"delete from alias where {which}", alias)
        self._connection.execute("pragma wal_checkpoint(truncate)")

    def issued(self) -> Iterator[int]:
        """Every key there is, that of nobody any more included."""
        return (key for (key,) in self._connection.execute("select person_key from issued"))

    def issued_among(self, numbers: np.ndarray) -> np.ndarray:
        """Those of these numbers that are keys, that of nobody any more included. To look for some of them is faster
        than to read millions."""
        [(count,)] = self._connection.execute("select count(*) from issued")
        if len(numbers) * _SCAN_FACTOR > count:
            return np.intersect1d(numbers, np.fromiter(self.issued(), dtype=np.int64))
        found: list[int] = []
        for first in range(0, len(numbers), _CHUNK):
            sought = numbers[first : first + _CHUNK].tolist()
            query = f"select person_key from issued where person_key in ({', '.join('?' * len(sought))})"
            found += (key for (key,) in self._connection.execute(query, sought))
        return np.unique(np.asarray(found, dtype=np.int64))

    def merge(self, absorbed: int, survivor: int) -> None:
        """Two keys turn out to be one person: every alias of `absorbed` leads to `survivor` from now on."""
        with self._writing():
            self._require_person(absorbed)
            self._require_person(survivor)
            self._record("merged", absorbed, survivor, None)
            self._lead_to(survivor, "person_key = ?", (absorbed,))

    def split(self, kind: str, identifier: str) -> int:
        """One key turns out to be two persons: the identifier gets a new key, which is returned."""
        secret = self._secrets[-1]
        [hmac] = secret.hmacs([identifier.encode("utf-8")])
        self._keys_of(kind, [identifier.encode("utf-8")])
        with self._writing() as connection:
            [(old,)] = connection.execute(
                "select person_key from alias where kind = ? and key_version = ? and hmac = ?",
                (kind, secret.version, hmac),
            )
            [new] = self._issue(1)
            self._record("split", old, new, hmac)
            for each in self._secrets:
                named = (kind, each.version, each.hmacs([identifier.encode("utf-8")])[0])
                self._lead_to(new, "kind = ? and key_version = ? and hmac = ?", named)
        return new

    def belong_to(self, uid: str) -> int:
        """Write down which installation this vault belongs to; how many persons it has."""
        with self._writing() as connection:
            [(persons,)] = connection.execute("select count(*) from issued")
            connection.execute("insert or replace into installation values (1, ?, ?)", (uid, persons))
        return int(persons)

    @property
    def secret_version(self) -> int:
        """The version of the secret that new aliases are made under."""
        return self._secrets[-1].version

    def rotate(self, version: int | None = None) -> int:
        """Begin a new version of the secret and return it; identifiers move to it as they are seen again.

        `version`: the one to begin, by default the next; one that was begun already is only taken up.
        """
        wanted = version or self.secret_version + 1
        if wanted > self.secret_version:
            add_secret(self._folder, wanted)
        self._load_secrets()
        return wanted

    def _load_secrets(self) -> None:
        """Read the secrets and make sure that they are those the aliases were made with."""
        with self._writing() as connection:
            known = dict(connection.execute("select version, fingerprint from secret"))
            self._secrets = secrets_in(self._folder, may_create=not known)
            fingerprints = {secret.version: secret.fingerprint for secret in self._secrets}
            for version, fingerprint in known.items():
                if fingerprints.get(version) != fingerprint:
                    another = SecretError(
                        f"alias-v{version}.key is not the secret this vault was filled with"
                    )
                    raise another.of("secret_of_another", path=f"alias-v{version}.key")
            new = [(version, value) for version, value in fingerprints.items() if version not in known]
            connection.executemany("insert into secret values (?, ?)", new)
            add_up(connection, "secret", new)

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[sqlite3.Connection]:
        """One transaction, or a part of the one that is running."""
        if self._connection.in_transaction:
            yield self._connection
            return
        self._connection.execute(f"begin {kind}")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """A transaction that may write from its beginning, so that it cannot fail half way."""
        return self._transaction("immediate")

    def _keys_of(self, kind: str, messages: list[bytes]) -> list[int]:
        """Keys of distinct identifiers, in order."""
        for _ in range(_TRIES):
            hmacs = self._secrets[-1].hmacs(messages)
            known = self._look_up(kind, self._secrets[-1], hmacs)
            missing = {
                hmac: message for hmac, message in zip(hmacs, messages, strict=True) if hmac not in known
            }
            if not missing:
                return [known[hmac] for hmac in hmacs]
            with suppress(_OvertakenError, _CollisionError):
                known.update(self._add(kind, missing))
                return [known[hmac] for hmac in hmacs]
        busy = VaultError(f"keys collided, or other processes were faster, {_TRIES} times")
        raise busy.of("vault_busy")

    def _look_up(self, kind: str, secret: Secret, hmacs: list[bytes]) -> dict[bytes, int]:
        """The keys of those aliases that the vault has."""
        connection = self._connection
        [(persons,)] = connection.execute("select count(*) from issued")
        if len(hmacs) * _SCAN_FACTOR > persons:
            return dict(connection.execute(_ALL_ALIASES, (kind, secret.version)))
        found: dict[bytes, int] = {}
        ordered = sorted(hmacs)  # each then lies near the one before
        for start in range(0, len(ordered), _CHUNK):
            chunk = ordered[start : start + _CHUNK]
            query = f"{_ALL_ALIASES} and hmac in ({','.join('?' * len(chunk))})"
            found.update(connection.execute(query, (kind, secret.version, *chunk)))
        return found

    def _add(self, kind: str, missing: dict[bytes, bytes]) -> dict[bytes, int]:
        """Give every missing alias (hash → identifier) a key: that of an older secret, or a new one.

        Raises _OvertakenError when another process was faster with one of them or has begun a new secret, and
        _CollisionError when keys must be drawn again.
        """
        with self._writing() as connection:
            newest = self._secrets[-1].version
            if connection.execute("select 1 from secret where version > ?", (newest,)).fetchone():
                self._load_secrets()
                raise _OvertakenError
            keys: dict[bytes, int] = {}
            for secret in reversed(self._secrets[:-1]):
                older = dict(zip(secret.hmacs(missing.values()), missing, strict=True))
                found = self._look_up(kind, secret, list(older))
                keys = {older[hmac]: key for hmac, key in found.items() if hmac in older} | keys
            unknown = [hmac for hmac in missing if hmac not in keys]
            keys.update(zip(unknown, self._issue(len(unknown)), strict=True))
            rows = sorted((kind, newest, hmac, key) for hmac, key in keys.items())
            try:
                connection.executemany("insert into alias values (?, ?, ?, ?)", rows)
            except sqlite3.IntegrityError as error:
                raise _OvertakenError from error
            add_up(connection, "alias", rows)
            return keys

    def _issue(self, count: int) -> list[int]:
        """New persons. Raises _CollisionError should a key drawn be somebody's already, or be drawn twice.

        The whole transaction then goes back and draws again: a savepoint around the rows would cost more than
        the rows themselves, since SQLite keeps a copy of each page for each of them.
        """
        keys = self._draw(count)
        rows = list(zip(sorted(keys), repeat(_now()), strict=False))
        try:
            self._connection.executemany("insert into issued values (?, ?)", rows)
        except sqlite3.IntegrityError as error:
            raise _CollisionError from error
        add_up(self._connection, "issued", rows)
        self._connection.execute("update installation set issued = issued + ?", (count,))
        return keys

    def _require_person(self, key: int) -> None:
        if not self._connection.execute("select 1 from issued where person_key = ?", (key,)).fetchone():
            raise VaultError(f"no person has the key {key}").of("vault_no_person", key=key)

    def _record(self, kind: str, person_key: int, other_key: int, hmac: bytes | None) -> None:
        row = (kind, person_key, other_key, hmac, _now())
        added = self._connection.execute(
            "insert into change (kind, person_key, other_key, hmac, at) values (?, ?, ?, ?, ?)", row
        )
        add_up(self._connection, "change", [(added.lastrowid, *row)])

    def _lead_to(self, person_key: int, which: str, named: tuple[Any, ...]) -> None:
        """Let some aliases lead to another person from now on."""
        connection = self._connection
        led = list(
            connection.execute(f"select kind, key_version, hmac, person_key from alias where {which}", named)
        )
        take_off(connection, "alias", led)
        connection.execute(f"update alias set person_key = ? where {which}", (person_key, *named))
        add_up(connection, "alias", [(*row[:3], person_key) for row in led])


def _now() -> int:
    """Seconds since 1970, the true time also in a demo country."""
    return int(time.time())
