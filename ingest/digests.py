"""Digests of stored files: what a file was when it was made, written beside it, compared when it is used.

In: a file that is whole. Out: `<name>.digest` beside it, one line of JSON: folder and name, size, SHA-256, and what
its maker wants remembered of it; then a digest of that line itself. A file that was altered, cut, exchanged for
another, or has lost its digest is damaged. Of a large database the SHA-256 may be of what it says of its own blocks
(`ingest.block_digests`): then it need not be read through to be begun with.

The digest is there before the file has its name, so that no file is ever without one; whoever dies in between leaves a
digest of nothing. The raw store needs none: there the name is the SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from ingest.block_digests import blocks_hold, stated, states_its_blocks
from ingest.home import InstallationError

SUFFIX = ".digest"
Damage: TypeAlias = Literal["missing", "undigested", "cut", "altered", "exchanged", "unreadable"]
"""Gone; without a digest that can be read; of another size; of other bytes; another file than its digest speaks of;
not to be read from the disk."""
By: TypeAlias = Literal["bytes", "blocks"]
"""What a digest is taken of: every byte, or what a database states of each of its blocks."""


class DamagedFileError(InstallationError):
    """A stored file is not what it was when it was made. Carries `path` and the `damage`."""

    def __init__(self, path: Path, damage: Damage) -> None:
        super().__init__(f"{path}: {damage}")
        self.of("file_damaged", file=path, damage=damage)
        self.path, self.damage = path, damage


@dataclass(frozen=True)
class Digest:
    """Of one file. `name`: its folder and its own; `facts`: what else its maker said of it; `by`: of what the SHA-256
    is."""

    name: str
    size: int
    sha256: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    by: By = "bytes"

    def line(self) -> str:
        """As it is written: there is one way to write each, and it carries a digest of itself."""
        said = {"name": self.name, "size": self.size, "sha256": self.sha256, "facts": dict(self.facts)}
        if self.by != "bytes":
            said["by"] = self.by
        text = json.dumps(said, ensure_ascii=False, sort_keys=True)
        return f"{text} {hashlib.sha256(text.encode()).hexdigest()}\n"


def digest_path(file: Path) -> Path:
    """Where the digest of a file is kept."""
    return file.with_name(file.name + SUFFIX)


def write_digest(
    file: Path, content: Path | None = None, folder: str | None = None, *, by: By = "bytes", **facts: Any
) -> Digest:
    """Write down, durably, what a file is. `content`: where its bytes are as yet, a file that will be renamed;
    `folder`: what its folder will be called; `by`: what of it, every byte in any case where it states no blocks."""
    name, written = f"{folder or file.parent.name}/{file.name}", content or file
    said = stated(written) if by == "blocks" and states_its_blocks(written) else None
    digest = Digest(name, *said, facts, "blocks") if said else Digest(name, *measured(written), facts)
    final = digest_path(file)
    draft = final.with_name(f"{final.name}.{os.getpid()}-{secrets.token_hex(4)}.partial")
    try:
        opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as out:
            out.write(digest.line())
            out.flush()
            os.fsync(out.fileno())
        draft.replace(final)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    above = os.open(final.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(above)
    finally:
        os.close(above)
    return digest


def read_digest(file: Path) -> Digest | None:
    """What was written down of a file; None where nothing was, or where that is damaged itself."""
    try:
        line = digest_path(file).read_bytes().decode("utf-8")
        found = Digest(**json.loads(line.rpartition(" ")[0]))
        return found if found.line() == line else None
    except (OSError, ValueError, TypeError):
        return None


def damage_of(file: Path, *, every_byte: bool = True) -> Damage | None:
    """What is wrong with a file, None where nothing is. Without `every_byte` its bytes are not read, only counted, and
    what it states of its blocks is compared where its digest is of that."""
    try:
        return _damage_of(file, every_byte)
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError:
        return "unreadable"


def _damage_of(file: Path, every_byte: bool) -> Damage | None:
    size = file.stat().st_size
    digest = read_digest(file)
    if digest is None:
        return "undigested"
    if digest.name != _name_of(file):
        return "exchanged"
    if size != digest.size:
        return "cut"
    if digest.by == "blocks":
        is_whole = stated(file) == (digest.size, digest.sha256) and (not every_byte or blocks_hold(file))
        return None if is_whole else "altered"
    return "altered" if every_byte and measured(file) != (digest.size, digest.sha256) else None


def require_whole(file: Path) -> None:
    """Before a file is used. Raises DamagedFileError.

    A process reads the bytes of one and the same file once: what is compared with many times is not read each time.
    """
    try:
        state, noted = file.stat(), digest_path(file).stat()
    except OSError:
        _require_whole(file, ())
    else:
        seen = (state.st_ino, state.st_size, state.st_mtime_ns, noted.st_ino, noted.st_mtime_ns)
        _require_whole(file, seen)


def is_whole(file: Path) -> bool:
    """Whether a file may be used; its bytes are read once a process, too."""
    try:
        require_whole(file)
    except DamagedFileError:
        return False
    return True


@lru_cache(maxsize=4096)
def _require_whole(file: Path, state: tuple[int, ...]) -> None:
    """What it raises is not remembered, and asked anew."""
    if damage := damage_of(file):
        raise DamagedFileError(file, damage)


def _name_of(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def measured(file: Path) -> tuple[int, str]:
    """The size of a file and its SHA-256."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
        return content.tell(), digest
