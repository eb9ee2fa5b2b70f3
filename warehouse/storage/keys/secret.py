"""The secrets under which identifiers are turned into aliases, and persons' keys into those of a domain.

In: the folder `restricted/keys` and what a secret is for. Out: secrets by version, the newest last; the first is made
at first use. A file is `<purpose>-v<version>.key`: 32 random bytes in hexadecimal, readable by its owner alone.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingest.home import InstallationError
from warehouse.storage.files import fsync_folder

ALIAS = "alias"
"""The purpose of the vault's own secret; every other purpose is a domain of `domain_keys`."""
_NAME = re.compile(r"([a-z][a-z0-9_]*)-v(\d+)\.key")
_BLOCK = hashlib.sha256().block_size


class SecretError(InstallationError):
    """A secret that cannot be used: readable by others, damaged, or not the one the vault was filled with."""


@dataclass(frozen=True)
class Secret:
    """One version of the secret; `key` is 32 bytes."""

    version: int
    key: bytes

    @property
    def fingerprint(self) -> bytes:
        """What the vault keeps to recognise the secret; tells nothing about it."""
        return self.hmacs([b"bbaj vault"])[0]

    def hmacs(self, messages: Iterable[bytes]) -> list[bytes]:
        """HMAC-SHA-256 (RFC 2104) of each message, 32 bytes each.

        The two padded keys are hashed once and copied: half the time of one `hmac` call per message.
        """
        padded = self.key.ljust(_BLOCK, b"\0")
        inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
        digests = []
        for message in messages:
            first = inner.copy()
            first.update(message)
            second = outer.copy()
            second.update(first.digest())
            digests.append(second.digest())
        return digests


def secrets_in(folder: Path, purpose: str = ALIAS, *, may_create: bool) -> list[Secret]:
    """Every version of a purpose's secret, oldest first; makes version 1 where there is none and `may_create`.

    Raises SecretError for a file that others can read or that holds no secret, and for a missing first
    secret that may not be made.
    """
    found = _read_all(folder, purpose)
    if found:
        return found
    if not may_create:
        gone = SecretError(
            f"{folder}: the vault knows a secret {purpose} that is gone; restore it from the backup"
        )
        raise gone.of("secret_gone", path=folder / name_of(purpose, 1))
    add_secret(folder, 1, purpose)
    return _read_all(folder, purpose)


def name_of(purpose: str, version: int) -> str:
    """What the file of a secret is called."""
    return f"{purpose}-v{version}.key"


def add_secret(folder: Path, version: int, purpose: str = ALIAS) -> None:
    """Make the secret of that version durably; an existing one, made by whoever was first, stays."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    final = folder / name_of(purpose, version)
    draft = folder / f".{final.name}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, final)  # fails where another process was first, whose secret then holds for both
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    fsync_folder(folder)


def is_as_written(file: Path) -> bool:
    """Whether a secret stands in its file as this program writes it: another case of a letter means the same, and tells
    of a disk that begins to fail."""
    text = file.read_bytes().decode("ascii", "replace")
    return text == text.lower() and text == text.strip() + "\n"


def _read_all(folder: Path, purpose: str) -> list[Secret]:
    named = ((file, _NAME.fullmatch(file.name)) for file in folder.glob("*.key"))
    files = {int(match[2]): file for file, match in named if match and match[1] == purpose}
    return [_read(version, files[version]) for version in sorted(files)]


def _read(version: int, file: Path) -> Secret:
    if file.stat().st_mode & 0o077:
        open_to_others = f"{file}: others can read it; set its mode to 0600 and consider a new version"
        raise SecretError(open_to_others).of("secret_open", path=file)
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii"))
    except (ValueError, UnicodeDecodeError) as error:
        damaged = SecretError(f"{file}: holds no hexadecimal secret; restore it from the backup")
        raise damaged.of("secret_damaged", path=file) from error
    if len(key) != 32:
        short = SecretError(f"{file}: holds {len(key)} bytes instead of 32; restore it from the backup")
        raise short.of("secret_damaged", path=file)
    return Secret(version, key)
