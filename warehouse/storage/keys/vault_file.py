"""The vault's file: its tables, its journal, and whose it is.

In: a path. Out: an open connection to a vault whose tables are there; or, without creating anything, the installation
it belongs to. Many processes may open a new one at once.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from ingest.home import Home, InstallationError

_WAIT_SECONDS = 120
_LOOK_AGAIN_SECONDS = 0.02

_SCHEMA = """
create table if not exists secret (version integer primary key, fingerprint blob not null);
create table if not exists domain_secret (
    domain text not null, version integer not null, fingerprint blob not null, primary key (domain, version)
) without rowid;
create table if not exists issued (person_key integer primary key, at integer not null);
create table if not exists change (
    id integer primary key autoincrement, kind text not null check (kind in ('merged', 'split')),
    person_key integer not null, other_key integer not null, hmac blob, at integer not null
);
create table if not exists alias (
    kind text not null, key_version integer not null, hmac blob not null, person_key integer not null,
    primary key (kind, key_version, hmac)
) without rowid;
create table if not exists installation (
    only integer primary key check (only = 1), uid text not null, issued integer not null
);
create view if not exists event as
    select 'issued' as kind, person_key, null as other_key, at from issued
    union all select kind, person_key, other_key, at from change;
create trigger if not exists issued_is_not_changed before update on issued
begin select raise(abort, 'events of the vault are append-only'); end;
create trigger if not exists issued_is_not_deleted before delete on issued
begin select raise(abort, 'events of the vault are append-only'); end;
create trigger if not exists issued_is_not_replaced before insert on issued
when exists (select 1 from issued where person_key = new.person_key)
begin select raise(abort, 'events of the vault are append-only'); end;
create trigger if not exists change_is_not_replaced before insert on change
when exists (select 1 from change where id = new.id)
begin select raise(abort, 'events of the vault are append-only'); end;
create trigger if not exists change_is_not_changed before update on change
begin select raise(abort, 'events of the vault are append-only'); end;
create trigger if not exists change_is_not_deleted before delete on change
begin select raise(abort, 'events of the vault are append-only'); end;
"""


class VaultError(InstallationError):
    """Something asked of the vault that it cannot do, such as splitting off an identifier it never saw."""


def open_file(path: Path) -> sqlite3.Connection:
    """Open the vault, made with its tables where there is none; transactions are begun by hand."""
    from warehouse.storage.keys.vault_sums import keep_sums

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # private from its first byte
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
    try:
        _keep_a_write_ahead_log(connection)
        connection.execute("pragma synchronous = full")
        connection.execute("pragma temp_store = memory")
        connection.execute("pragma cache_size = -200000")  # KiB: the pages a large batch comes back to
        connection.execute("begin immediate")
        for statement in _statements(_SCHEMA):
            connection.execute(statement)
        keep_sums(connection)
        connection.execute("commit")
    except BaseException:
        connection.close()
        raise
    return connection


def standing_of(home: Home) -> tuple[str, int] | None:
    """The id of the installation the home's vault belongs to and how many persons it has; None where there is no vault
    or it belongs to none. Creates nothing.

    Raises VaultError where the file is no vault.
    """
    if not home.vault.exists():
        return None
    with closing(
        sqlite3.connect(f"file:{quote(str(home.vault))}?mode=ro", uri=True, timeout=_WAIT_SECONDS)
    ) as found:
        try:
            row = found.execute("select uid, issued from installation").fetchone()
        except sqlite3.OperationalError:
            return None  # from before a vault said so
        except sqlite3.DatabaseError as error:
            raise VaultError(f"{home.vault.name} is damaged: {error}").of(
                "vault_damaged", path=home.vault
            ) from error
    return (row[0], row[1]) if row else None


def _keep_a_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch a new vault to its lasting journal.

    SQLite waits for no lock while it switches, whatever time-out a connection has: of several processes that
    open a new vault at once all but one are refused, and have only to look again.
    """
    give_up = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(_LOOK_AGAIN_SECONDS)


def _statements(script: str) -> list[str]:
    """A script's statements one by one, since sqlite3's executescript would end the running transaction."""
    found: list[str] = []
    rest = ""
    for line in script.strip().splitlines(keepends=True):
        rest += line
        if sqlite3.complete_statement(rest):
            found.append(rest)
            rest = ""
    return found
