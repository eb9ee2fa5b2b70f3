"""A home restored from a backup into an empty folder, so that it works.

In: repositories, and where to. Out: everything the backup held, in its place; the lake and the lists of persons made
again from it; every byte looked at. Interrupted, it may be repeated into the same folder: nothing else is there.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.home import Home
from ingest.ledger.store.database import database_of, is_file, postgresql_database
from ingest.locks import BusyError
from ingest.private import close_to_others, keep_private
from ingest.progress import Tell, tell_nobody
from ingest.receive.failpoint import reach
from ingest.settings.services import DATABASE_IN, SERVICES
from warehouse.services.backup.databases import LEDGER_DUMP, SERVICE_DUMP, fill, tables_in
from warehouse.services.backup.repositories import DATA, VAULT, Repositories, keep_password
from warehouse.services.backup.restic import BackupError, Snapshot
from warehouse.services.backup.staging import CONTENTS, FORMAT, Contents
from warehouse.services.backup.take import OF, TAG, VAULT_AT
from warehouse.services.verify.found import Found
from warehouse.storage.keys.erasures import bring_list, unfinished

_AT_WORK, _NEWEST = ".restoring", "latest"


@dataclass(frozen=True)
class Restored:
    """`contents`: what the backup said of itself; `submissions`, `rows`: what was made again of the lake; `receipts`:
    the number of the last receipt of the backup, and `next_receipt` from which on new ones are numbered; `later`:
    contents that were received after its ledger was copied, by SHA-256, of which no receipt tells here; `damaged`: what
    was found."""

    contents: Contents
    submissions: int
    rows: int
    receipts: int
    next_receipt: int
    later: tuple[str, ...]
    damaged: tuple[Found, ...]


def chosen(repositories: Repositories, named: str | None = None) -> Snapshot:
    """The newest backup, for `latest` too, or the one of that name. Raises BackupError."""
    found = [each for each in repositories.data.snapshots(TAG) if each.tag(VAULT_AT)]
    if named not in (None, _NEWEST):
        assert named is not None
        found = [each for each in found if each.id.startswith(named.lower())]
        if len(found) != 1:
            raise BackupError(f"no backup {named}").of("backup_no_such", snapshot=named)
        return found[0]
    if not found:
        raise BackupError("no backup yet").of("backup_none", repository=repositories.data.address)
    if len({each.tag(OF) for each in found}) > 1:
        newest = {each.tag(OF): each.id[:8] for each in found}
        listed = ", ".join(f"{snapshot} ({uid})" for uid, snapshot in newest.items())
        raise BackupError("several installations").of("backup_of_several", listed=listed)
    return found[-1]


def restore(repositories: Repositories, snapshot: Snapshot, to: Path, tell: Tell = tell_nobody) -> Restored:
    """Restore into a folder that is empty or not there, bind this process to it and leave it working.

    Whatever is made is its owner's alone. Raises BackupError for a folder that is not empty, and whatever keeps the
    backup from being read.
    """
    keep_private()
    with _empty(to) as lock:
        contents = _fetch(repositories.holding(lock), snapshot, to)
        home = Home(to)
        _require_place_for_ledger(home, contents)
        services = _require_places_for_services(home)
        _put_in_place(to)
        reach("restore:placed")
        if contents.ledger == LEDGER_DUMP:
            fill(database_of(home), to / LEDGER_DUMP)
            (to / LEDGER_DUMP).unlink()
        for service, database in services.items():
            fill(database, to / service / SERVICE_DUMP)
            (to / service / SERVICE_DUMP).unlink()
        keep_password(home, DATA, repositories.data.password)
        keep_password(home, VAULT, repositories.vault.password)
        bring_list(Home.from_environment(), home)
        restored = _made_working(home, contents, tell)
    (to / _AT_WORK).unlink()
    return restored


def refuse_filled(to: Path) -> None:
    """Before anything is asked of a repository. Raises BackupError where the folder has other content than ours."""
    is_filled = any(to.iterdir()) and not (to / _AT_WORK).exists() if to.is_dir() else to.exists()
    if is_filled:
        raise BackupError(f"{to} is not empty").of("restore_not_empty", folder=to)


@contextmanager
def _empty(to: Path) -> Iterator[int]:
    """The folder, empty but for the lock of who restores into it, which says too that what is there is unfinished."""
    refuse_filled(to)
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(to / _AT_WORK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(to / _AT_WORK) from None
        for each in to.iterdir():  # of a restore that was interrupted: it began with an empty folder
            if each.name != _AT_WORK:
                shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
        yield lock
    finally:
        os.close(lock)


def _fetch(repositories: Repositories, snapshot: Snapshot, to: Path) -> Contents:
    vault = snapshot.tag(VAULT_AT)
    assert vault is not None
    repositories.vault.restore(vault, to / ".fetched" / VAULT)
    reach("restore:vault")
    repositories.data.restore(snapshot.id, to / ".fetched" / DATA)
    file = to / ".fetched" / DATA / "backup" / "staging" / DATA / CONTENTS
    try:
        contents = Contents.of(file)
    except (OSError, ValueError, TypeError):
        damaged = BackupError(f"{CONTENTS} of {snapshot.id} cannot be read")
        raise damaged.of("backup_damaged", repository=repositories.data.address, why=CONTENTS) from None
    if contents.format != FORMAT:
        newer = BackupError(f"a backup of format {contents.format}")
        raise newer.of("backup_newer", program=contents.program)
    return contents


def _require_place_for_ledger(home: Home, contents: Contents) -> None:
    """The ledger goes where the settings of the backup say, or the environment; never over one that is there."""
    settings = home.root / ".fetched" / DATA / "backup" / "staging" / DATA / "bbaj.toml"
    if settings.exists():
        shutil.copy2(settings, home.root / "bbaj.toml")
    if is_file(home) != (contents.ledger != LEDGER_DUMP):
        kind = "restore_ledger_server" if is_file(home) else "restore_ledger_file"
        raise BackupError("the ledger has another place in the backup").of(kind)
    if not is_file(home) and tables_in(database_of(home)):
        raise BackupError("the ledger's database is not empty").of("restore_ledger_filled")


def _require_places_for_services(home: Home) -> dict[str, dict[str, Any]]:
    """The empty databases into which services are restored that had one of a server. Raises BackupError."""
    staged, found = home.root / ".fetched" / DATA / "backup" / "staging" / DATA, {}
    for service in SERVICES:
        address = home.settings.services.database_of(service)
        if not (staged / service / SERVICE_DUMP).exists():
            continue  # a file of the home; where the settings name a database now, the service begins anew in it
        if address is None:
            missing = BackupError(f"no database for {service}")
            raise missing.of("restore_service_server", service=service, variable=DATABASE_IN[service])
        found[service] = postgresql_database(address)
        if tables_in(found[service]):
            filled = BackupError(f"the database of {service} is not empty")
            raise filled.of("restore_service_filled", service=service, variable=DATABASE_IN[service])
    return found


def _put_in_place(to: Path) -> None:
    fetched = to / ".fetched"
    data = fetched / DATA
    restricted = to / "restricted"
    restricted.mkdir(mode=0o700)
    moves = [(data / "raw", to / "raw"), (data / "restricted" / "findings", restricted / "findings")]
    moves += [(data / name, to / name) for name in ("drop", "editions") if (data / name).is_dir()]
    moves += [(each, to / each.name) for each in (data / "backup" / "staging" / DATA).iterdir()]
    moves += [(each, restricted / each.name) for each in (fetched / VAULT).iterdir()]
    for source, final in moves:
        if source.exists() or source.is_symlink():
            source.rename(final)
    shutil.rmtree(fetched)
    (to / "backup").mkdir(mode=0o700)
    (to / CONTENTS).rename(to / "backup" / "restored.json")


def _made_working(home: Home, contents: Contents, tell: Tell) -> Restored:
    from ingest.ledger.accounts import PIPELINE
    from ingest.ledger.outbox.messages import hold_all
    from ingest.ledger.receipts.receipt_numbers import leave_out_numbers
    from warehouse.services.persons.erase import finish_erasures
    from warehouse.services.upkeep.installation import initialise
    from warehouse.services.upkeep.rebuild import relay
    from warehouse.services.verify.known import Known
    from warehouse.services.verify.look import look_through
    from warehouse.storage.shown.publish import follow_ledger

    initialise(home)
    close_to_others(home.root)
    follow_ledger(home)
    # What waited when the backup was taken may have been sent since: a person says what is to be sent again.
    hold_all("restored", PIPELINE, home.now())
    receipts, next_receipt = leave_out_numbers()
    submissions, rows = relay(home, tell)
    if unfinished(home):  # what was erased since: its publication needs the lake
        finish_erasures(home)
    known = Known.of_ledger()
    looked = look_through(home, known, every_byte=True, tell=tell)
    later = _without_receipt(home, {*known.raw, *known.redacted})
    return Restored(contents, submissions, rows, receipts, next_receipt, later, tuple(looked.damaged))


def _without_receipt(home: Home, known: Collection[str]) -> tuple[str, ...]:
    stored = (
        each.name.partition(".")[0]
        for each in home.raw.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")
        if each.is_file()
    )
    return tuple(sorted(set(stored) - set(known)))
