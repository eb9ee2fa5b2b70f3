"""The ledger and the vault looked into: are they there, can they be read to their end, do their parts fit each other.

In: a home. Out: what is damaged. Nothing is created, migrated or written. What a database does not say of itself is
found by comparing it with the files: the names of the raw store, the counts of the lake, the hashes of publications.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from ingest.home import NOTE, OWNER, Home, InstallationError
from ingest.ledger.store.database import is_file
from warehouse.services.verify.found import Found
from warehouse.services.verify.known import Known
from warehouse.storage.keys.secret import ALIAS, SecretError, is_as_written, name_of, secrets_in
from warehouse.storage.keys.vault_sums import parts_that_differ

_LEDGER_TABLES = ("django_migrations", "ledger_submission", "ledger_submissionevent", "ledger_verdict")


def ledger_damage(home: Home, every_byte: bool) -> Iterator[Found]:
    """Of a ledger that is a file. One of a server is read by its server, which says itself what it cannot read."""
    if not is_file(home):
        return
    damage = _sqlite_damage(home.ledger, every_byte, _LEDGER_TABLES)
    if damage:
        yield Found("ledger", home.ledger.name, damage, "ledger")


def vault_damage(home: Home, known: Known | None, every_byte: bool) -> Iterator[Found]:
    """The vault, whether it has all persons the ledger knows of, and the keys it was filled with."""
    place = str(home.vault.relative_to(home.root))
    if not home.vault.exists():
        if known is None or known.keys_issued:
            yield Found("vault", place, "missing", "vault")
        return
    damage = _sqlite_damage(home.vault, every_byte, ("secret", "issued", "alias", "installation"))
    if damage:
        yield Found("vault", place, damage, "vault")
        return
    with closing(_open(home.vault)) as con:
        row = con.execute("SELECT issued FROM installation").fetchone()
        issued = row[0] if row else 0
        if known is not None and known.keys_issued > issued:
            yield Found("vault", place, "older", "vault")
        elif every_byte and (
            parts_that_differ(con) or con.execute("SELECT count(*) FROM issued").fetchone() != (issued,)
        ):
            yield Found("vault", place, "altered", "vault")
        fingerprints = {ALIAS: dict(con.execute("SELECT version, fingerprint FROM secret"))}
        with suppress(sqlite3.OperationalError):  # a vault from before there were domains
            for domain, version, told in con.execute(
                "SELECT domain, version, fingerprint FROM domain_secret"
            ):
                fingerprints.setdefault(domain, {})[version] = told
    for purpose, versions in fingerprints.items():
        yield from _key_damage(home, purpose, versions)


def _key_damage(home: Home, purpose: str, fingerprints: dict[int, bytes]) -> Iterator[Found]:
    try:
        secrets = secrets_in(home.keys, purpose, may_create=False) if fingerprints else []
    except (SecretError, OSError) as error:
        told = getattr(error, "details", {}).get("path", home.keys)
        code = getattr(error, "code", "")
        damage = {"secret_gone": "missing", "secret_open": "open"}.get(code, "altered")
        yield Found("vault", str(Path(told).relative_to(home.root)), damage, "key")
        return
    kept = {secret.version: secret.fingerprint for secret in secrets}
    for version, fingerprint in sorted(fingerprints.items()):
        file = home.keys / name_of(purpose, version)
        if version not in kept:
            yield Found("vault", str(file.relative_to(home.root)), "missing", "key")
        elif kept[version] != fingerprint or not is_as_written(file):
            yield Found("vault", str(file.relative_to(home.root)), "altered", "key")


def note_damage(home: Home) -> Iterator[Found]:
    """What the home remembers of its stores, and its settings."""
    from warehouse.storage import identity

    note = home.root / NOTE
    try:
        uid = identity.uid_of(home)
    except InstallationError:
        yield Found("home", note.name, "altered", "note")
        return
    if uid is None:
        yield Found("home", note.name, "missing", "note")
    for folder in (home.raw, home.lake, home.published):
        owner = identity.owner_of(folder)
        if uid is not None and owner != uid:
            damage = "missing" if owner is None else "altered"
            yield Found("home", str((folder / OWNER).relative_to(home.root)), damage, "owner")


def _sqlite_damage(path: Path, every_byte: bool, tables: tuple[str, ...]) -> str | None:
    if not path.exists():
        return "missing"
    try:
        with closing(_open(path)) as con:
            return _damage_within(con, every_byte, tables)
    except sqlite3.DatabaseError:
        return "unopenable"
    except OSError:
        return "unreadable"


def _damage_within(con: sqlite3.Connection, every_byte: bool, tables: tuple[str, ...]) -> str | None:
    there = {name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not set(tables) <= there:
        return "other_tables"
    check = "integrity_check" if every_byte else "quick_check"
    is_whole = con.execute(f"PRAGMA {check}(1)").fetchone() == ("ok",)
    is_joined = not every_byte or con.execute("PRAGMA foreign_key_check").fetchone() is None
    return None if is_whole and is_joined else "altered"


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=30)
