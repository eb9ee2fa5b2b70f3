"""What a backup consists of, laid ready so that its parts fit each other while the installation goes on working.

In: a home. Out: `backup/staging/data` and `backup/staging/vault`, and the names of what is read from its place.

The order is what makes it consistent. The ledger is copied first, then all that it names: received files, findings and
keys of the vault are written before the ledger tells of them and never changed, so whatever the copy of the ledger
names is there when it is read later. What came in between is in the backup without a receipt; a restore tells of it.
Publications and the ledger are taken under the lock of publishing; their files never change, so links to them do.

The lake, the lists of persons and builds are left out: all of them are made again from the rest, which each restore and
each drill does; and rows under keys of the vault beside the received files would tell whose key is whose, so they have
no place in the backup of the data. What is published of single persons goes with the vault for the same reason.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.home import NOTE, OWNER, SETTINGS_FILE, Home
from ingest.ledger.receipts.aside import program
from ingest.ledger.store.database import postgresql_database
from ingest.locks import locked
from ingest.receive.drop import UNIDENTIFIED
from ingest.receive.failpoint import reach
from ingest.settings.services import SERVICES
from signin import asked
from warehouse.services.backup.databases import SERVICE_DUMP, copy_ledger, copy_sqlite, dump, is_sqlite
from warehouse.services.backup.repositories import DATA, VAULT
from warehouse.storage.files import PARTIAL
from warehouse.storage.identity import uid_of
from warehouse.storage.keys.erasures import ERASURES
from warehouse.storage.shown.publish import CURRENT

CONTENTS = "backup.json"
FORMAT = 1
_WAIT_SECONDS = 600.0
# Of services: what they make anew, and what SQLite keeps beside a database that is open.
_MADE_ANEW = ("-wal", "-shm", "-journal", ".log", ".pid", ".lock", ".err", ".out", PARTIAL)


@dataclass(frozen=True)
class Contents:
    """What a backup says of itself. `uid`: whose it is; `at`: when its ledger was copied; `ledger`: the copy's file;
    `shown`: the publication shown; `inputs`: what that one was built from, where that was known still."""

    uid: str
    at: str
    program: str
    ledger: str
    shown: int | None
    inputs: str | None
    format: int = FORMAT

    @classmethod
    def of(cls, file: Path) -> Contents:
        """As it was written. Raises ValueError, TypeError."""
        read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return cls(**read)


def staging_of(home: Home) -> Path:
    """Where a backup at work lays its parts ready."""
    return home.backup / "staging"


def lay_ready(home: Home, at: str) -> Contents:
    """Lay both parts ready; whatever an interrupted backup left there is gone. Only under the backup's lock."""
    root = staging_of(home)
    shutil.rmtree(root, ignore_errors=True)
    data, vault = root / DATA, root / VAULT
    for folder in (data, vault):
        folder.mkdir(parents=True, mode=0o700)
    _copy(
        home.root / NOTE, data / NOTE
    )  # it remembers how far the others were: first, so that they are no less
    with locked(home.published / ".lock", _WAIT_SECONDS):
        ledger = copy_ledger(home, data)
        reach("backup:ledger")
        shown = _shown(home)
        _link_publications(home.published, data / "published", shown)
        _link_publications(home.persons, vault / "persons", None)
    _copy_vault(home, vault)
    _copy(home.root / SETTINGS_FILE, data / SETTINGS_FILE)
    for name in ("superset", "airflow", "first_passwords"):
        _copy_service(home.root / name, data / name)
    for service in SERVICES:
        if address := home.settings.services.database_of(service):
            (data / service).mkdir(mode=0o700, exist_ok=True)
            dump(postgresql_database(address), data / service / SERVICE_DUMP)
    contents = Contents(uid_of(home) or "", at, program(), ledger, shown, _inputs(home, shown))
    (data / CONTENTS).write_text(json.dumps(asdict(contents), indent=1), encoding="utf-8")
    reach("backup:laid_ready")
    return contents


def read_in_place(home: Home) -> list[str]:
    """What of the home is read from where it is, and the data laid ready, by their names below its root."""
    aside = home.drop / UNIDENTIFIED
    maybe = [each for each in (aside, home.editions) if each.is_dir()]
    places = [home.raw, home.findings, staging_of(home) / DATA, *maybe]
    return [str(each.relative_to(home.root)) for each in places]


def _shown(home: Home) -> int | None:
    link = home.published / CURRENT
    return int(link.readlink().name) if link.is_symlink() else None


def _inputs(home: Home, shown: int | None) -> str | None:
    """What the shown publication was built from, as its build noted it."""
    from warehouse.storage.builds.build import inputs_of

    if shown is None:
        return None
    manifest = home.published / str(shown) / "manifest.json"
    try:
        return inputs_of(home, int(json.loads(manifest.read_text(encoding="utf-8"))["build"]))
    except (OSError, ValueError, KeyError):
        return None


def _link_publications(source: Path, to: Path, shown: int | None) -> None:
    """Links to the files of each finished publication: they take no room, and the files never change."""
    to.mkdir(mode=0o700)
    if (source / OWNER).exists():
        _copy(source / OWNER, to / OWNER)
    for folder in source.iterdir() if source.is_dir() else ():
        if folder.name.isdigit():
            _link_folder(folder, to / folder.name)
    if shown is not None:
        (to / CURRENT).symlink_to(str(shown), target_is_directory=True)


def _link_folder(folder: Path, to: Path) -> None:
    to.mkdir(mode=0o700)
    for each in folder.iterdir():
        if each.is_dir():
            _link_folder(each, to / each.name)
        else:
            _link(each, to / each.name)


def _link(file: Path, to: Path) -> None:
    try:
        os.link(file, to)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(file, to)  # publications lie on a disk of their own


def _copy_vault(home: Home, to: Path) -> None:
    """The vault before its keys: a new key is there before the vault names it."""
    if home.vault.exists():
        copy_sqlite(home.vault, to / home.vault.name)
    reach("backup:vault")
    if (home.restricted / ERASURES).is_dir():
        (to / ERASURES).mkdir(mode=0o700)
        for listed in (home.restricted / ERASURES).glob("*.json"):
            _copy(listed, to / ERASURES / listed.name)
    # Who asked what stays known; what was given goes with its purpose.
    if (home.purposes / asked.FILE).exists():
        (to / home.purposes.name).mkdir(mode=0o700)
        _copy(home.purposes / asked.FILE, to / home.purposes.name / asked.FILE)
    keys = to / home.keys.name
    keys.mkdir(mode=0o700)
    for key in home.keys.glob("[!.]*"):
        _copy(key, keys / key.name)


def _copy_service(source: Path, to: Path) -> None:
    """Databases, keys and passwords of a service; not what it logs, caches and makes anew."""
    if not source.is_dir():
        return
    to.mkdir(mode=0o700)
    for file in sorted(source.iterdir()):
        if not file.is_file() or file.is_symlink() or file.name.endswith(_MADE_ANEW):
            continue
        (copy_sqlite if is_sqlite(file) else _copy)(file, to / file.name)


def _copy(source: Path, to: Path) -> None:
    if source.exists():
        shutil.copy2(source, to)
        to.chmod(0o600)
