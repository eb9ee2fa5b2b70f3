"""Where the backups of a home go: one repository for the data, one of its own for the identity vault.

In: a home's settings, or addresses and passwords that somebody kept. Out: two repositories. Each has a password of its
own: whoever holds the backup of the data cannot tell which person a key belongs to. A password is made at first use,
kept in `restricted/backup` for its owner alone and said once, so that it can be kept elsewhere, too: without it a
backup is worth nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.home import Home
from ingest.locks import locked
from signin.first_password import generate
from warehouse.services.backup.restic import BackupError, Repository
from warehouse.storage.files import written

DATA, VAULT = "data", "vault"
PARTS = (DATA, VAULT)
PASSWORD_IN = {DATA: "BBAJ_BACKUP_PASSWORD", VAULT: "BBAJ_BACKUP_VAULT_PASSWORD"}
"""The environment variables that bring passwords to a machine that has lost its own."""
_SCHEME = re.compile(r"(sftp|rest|s3|b2|azure|gs|swift|rclone):")
_WAIT_SECONDS = 5.0


@dataclass(frozen=True)
class Repositories:
    """Of one installation."""

    data: Repository
    vault: Repository

    def holding(self, lock: int) -> Repositories:
        """The same, whose programs hold on to a lock as long as they run."""
        return Repositories(replace(self.data, held=(lock,)), replace(self.vault, held=(lock,)))


@contextmanager
def alone(home: Home) -> Iterator[int]:
    """While a backup of this home is at work; yields the lock. Raises BusyError."""
    _make_private(home.backup)
    with locked(home.backup / ".lock", _WAIT_SECONDS) as lock:
        yield lock


def addresses_of(home: Home) -> dict[str, str]:
    """What the settings name, paths made absolute. Raises BackupError."""
    settings = home.settings.backup
    if settings is None:
        raise BackupError("no repository is set").of("backup_not_set", settings=home.root / "bbaj.toml")
    named = {DATA: settings.repository, VAULT: settings.vault}
    found = {part: absolute(address, home.root) for part, address in named.items()}
    for address in found.values():
        if is_path(address) and Path(address).is_relative_to(home.root):
            raise BackupError(f"{address} is inside the home").of("backup_inside", repository=address)
    return found


def absolute(address: str, beside: Path) -> str:
    """An address as restic takes it wherever it runs."""
    address = address.removeprefix("local:")
    return str((beside / address).resolve()) if is_path(address) else address


def is_path(address: str) -> bool:
    """Whether it is a folder of this machine."""
    return not _SCHEME.match(address)


def ready(home: Home) -> Repositories:
    """The repositories of a home, made where there are none yet. Only under its lock. Raises BackupError."""
    found = {part: _ready(home, part, address) for part, address in addresses_of(home).items()}
    return Repositories(found[DATA], found[VAULT])


def known(home: Home) -> Repositories:
    """The same for who only reads them: nothing is made. Raises BackupError."""
    addresses = addresses_of(home)
    return opened(addresses, {part: password_of(home, part) for part in PARTS}, home.backup / "cache")


def opened(addresses: Mapping[str, str], passwords: Mapping[str, str | None], cache: Path) -> Repositories:
    """Of these addresses and passwords. Raises BackupError where a password is not known."""
    found = {}
    for part in PARTS:
        password = passwords[part]
        if password is None:
            lost = BackupError(f"no password for {addresses[part]}")
            raise lost.of("backup_password_unknown", repository=addresses[part], variable=PASSWORD_IN[part])
        found[part] = Repository(addresses[part], password, cache)
    return Repositories(found[DATA], found[VAULT])


def password_of(home: Home, part: str) -> str | None:
    """What the environment says goes before what is kept."""
    if said := os.environ.get(PASSWORD_IN[part]):
        return said
    try:
        return password_file(home, part).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def keep_password(home: Home, part: str, password: str) -> None:
    """Keep it for its owner alone."""
    _make_private(password_file(home, part).parent)
    with written(password_file(home, part), 0o600) as draft:
        draft.write_text(password + "\n", encoding="utf-8")


def password_file(home: Home, part: str) -> Path:
    """Where the password of a part is kept."""
    return home.restricted / "backup" / f"{part}.password"


def say_passwords(home: Home) -> list[dict[str, str]]:
    """Those nobody was told yet; from now on nobody can ask for them again."""
    said = []
    for part in PARTS:
        note = _unsaid(home, part)
        password = password_of(home, part)
        if note.exists() and password is not None:
            note.unlink(missing_ok=True)
            said.append({"part": part, "repository": addresses_of(home)[part], "password": password})
    return said


def are_unsaid(home: Home) -> bool:
    """Whether passwords were made that nobody was told."""
    return any(_unsaid(home, part).exists() for part in PARTS)


def _ready(home: Home, part: str, address: str) -> Repository:
    """One that was there once is never made anew: a disk that is not mounted would get an empty one in its place.

    The file of a new password is there before the repository: one that nobody can open would be worse.
    """
    password, is_new = password_of(home, part), False
    if password is None:
        password, is_new = generate(), True
        keep_password(home, part, password)
        _unsaid(home, part).touch(mode=0o600)
    repository = Repository(address, password, home.backup / "cache")
    made = home.restricted / "backup" / f"{part}.made"
    if made.exists() and made.read_text(encoding="utf-8") == address:
        return repository
    if is_path(address):
        _make_private(Path(address))
    try:
        repository.create()
    except BackupError as error:
        if error.code != "backup_exists":
            raise
        if is_new:
            password_file(home, part).unlink()
            _unsaid(home, part).unlink()
            lost = BackupError(f"no password for {address}")
            raise lost.of("backup_password_unknown", repository=address, variable=PASSWORD_IN[part]) from None
    with written(made, 0o600) as draft:
        draft.write_text(address, encoding="utf-8")
    return repository


def _unsaid(home: Home, part: str) -> Path:
    return home.restricted / "backup" / f"{part}.unsaid"


def _make_private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
