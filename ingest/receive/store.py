"""The raw store: every received content once, unchanged, under its SHA-256.

In: a stream or a file. Out: `raw/ab/cd/<sha256>`, durable when `put` returns. The only module that knows how
bytes are kept, so that encryption and lawful erasure have one place.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from ingest.digests import is_whole
from ingest.home import REDACTED, Home, InstallationError
from ingest.receive.failpoint import reach

_CHUNK = 1 << 20
_LEFTOVER_SECONDS = 24 * 3600


class DamagedError(InstallationError):
    """Stored bytes that no longer have the SHA-256 they are kept under. Carries `sha256`."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"raw file {sha256} is damaged: restore it from a backup")
        self.of("raw_damaged", sha256=sha256)
        self.sha256 = sha256


@dataclass(frozen=True)
class StoredFile:
    """What was stored: SHA-256 in hex, size in bytes."""

    sha256: str
    size: int


class RawStore:
    """The raw store of one home."""

    def __init__(self, home: Home) -> None:
        self._root = home.raw
        self._incoming = home.raw / ".incoming"

    def path(self, sha256: str) -> Path:
        """Where that content is or would be kept."""
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def redacted_path(self, sha256: str) -> Path:
        """Where what is left of that content is or would be kept, once something was erased from it."""
        return self.path(sha256).with_name(sha256 + REDACTED)

    def kept_path(self, sha256: str) -> Path | None:
        """The content as received, or what is left of it; None where neither is kept."""
        paths = (self.path(sha256), self.redacted_path(sha256))
        return next((path for path in paths if path.is_file()), None)

    def is_redacted(self, sha256: str) -> bool:
        """Whether what is left of a content stands in its place."""
        return not self.path(sha256).is_file() and self.redacted_path(sha256).is_file()

    def put(self, source: BinaryIO | Path) -> StoredFile:
        """Store a content; storing it again is harmless. Raises OSError (disk full …) with nothing stored."""
        if isinstance(source, Path):
            with open_regular(source) as stream:
                return self._put(stream)
        return self._put(source)

    @contextmanager
    def open(self, sha256: str, *, verify: bool = False) -> Iterator[BinaryIO]:
        """The content for reading. Raises FileNotFoundError; with `verify` DamagedError."""
        with self.path(sha256).open("rb") as stored:
            if verify:
                if hashlib.file_digest(stored, "sha256").hexdigest() != sha256:
                    raise DamagedError(sha256)
                stored.seek(0)
            yield stored

    def problem_of(self, sha256: str) -> str | None:
        """What keeps a content, or what is left of it, from being read: missing or damaged; None where nothing does."""
        if self.is_redacted(sha256):
            return None if is_whole(self.redacted_path(sha256)) else "damaged"
        try:
            with self.open(sha256, verify=True):
                return None
        except DamagedError:
            return "damaged"
        except (FileNotFoundError, IsADirectoryError):
            return "missing"

    def sweep(self) -> int:
        """Remove what interrupted receipts left behind a day ago or more; how many."""
        oldest, swept = time.time() - _LEFTOVER_SECONDS, 0
        for leftover in self._incoming.glob("*"):
            if leftover.stat().st_mtime < oldest:
                leftover.unlink(missing_ok=True)
                swept += 1
        return swept

    def _put(self, stream: BinaryIO) -> StoredFile:
        make_folder(self._incoming)
        temporary = self._incoming / secrets.token_hex(16)
        try:
            stored = _copy(stream, temporary)
            reach("store:written")
            kept = self.path(stored.sha256)
            make_folder(kept.parent)
            if self.is_redacted(stored.sha256):
                temporary.unlink()  # a person was erased from these very bytes, who must not come back with them
                return stored
            # Replacing equal bytes by equal bytes also mends a file that a power cut or a bad disk damaged.
            temporary.replace(kept)
            reach("store:renamed")
            sync_folder(kept.parent)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return stored


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading, but no link: a link in the drop folder could name any file of the machine."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


def sha256_of(path: Path) -> str:
    """Of a file's bytes, in hexadecimal; of no link's. Raises OSError."""
    digest = hashlib.sha256()
    with open_regular(path) as content:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, durable."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def written_for_owner(path: Path) -> TextIO:
    """A new text in UTF-8 that nobody else may read, whatever the process lets others."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8")


def sync_folder(folder: Path) -> None:
    """Make renames and new entries in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy(stream: BinaryIO, target: Path) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
            size += len(chunk)
        out.flush()
        os.fsync(out.fileno())
    return StoredFile(digest.hexdigest(), size)
