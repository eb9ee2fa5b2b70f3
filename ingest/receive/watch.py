"""Files that were received a short while ago: bytes may still reach one through a handle that was open before.

In: the drop folder and what lay there when a file was received. Out: a journal, one line a file, that outlives the
process. Who is on it is looked at again by the next collections, until nobody can write to it any more or a day has
gone by.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ingest.receive.store import sha256_of, sync_folder, written_for_owner
from ingest.receive.writers import writers_of

_JOURNAL = ".watched.jsonl"
# A writer who was kept waiting while the file was moved has begun by then.
_SETTLED_SECONDS = 90.0
_LONGEST_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Watched:
    """One received file: where it lay and lies, relative to the drop folder, and its state when it was received.

    `sha256`: of what was received, where it could be read.
    """

    place: str
    moved_to: str
    inode: int
    size: int
    mtime_ns: int
    since: float
    sha256: str = ""

    def has_changed(self, drop: Path) -> bool:
        """Whether bytes came after it was received. Raises FileNotFoundError where it was taken away."""
        now = (drop / self.moved_to).lstat()
        return (now.st_ino, now.st_size, now.st_mtime_ns) != (self.inode, self.size, self.mtime_ns)

    def as_copied(self, drop: Path) -> Watched | None:
        """The same bytes in another file, as after the home was copied or restored; None where they are others."""
        now = (drop / self.moved_to).lstat()
        if not self.sha256 or now.st_size != self.size or sha256_of(drop / self.moved_to) != self.sha256:
            return None
        return replace(self, inode=now.st_ino, mtime_ns=now.st_mtime_ns)

    def is_settled(self, drop: Path) -> bool:
        """Whether no byte can come any more, or none has for so long that none is waited for."""
        age = abs(time.time() - self.since)
        if age >= _LONGEST_SECONDS:
            return True
        return age >= _SETTLED_SECONDS and writers_of(drop / self.moved_to) == "none"


def watch(drop: Path, received: Watched) -> None:
    """Put a file on the journal, durably: before it is moved, so that no end of the process loses it."""
    line = json.dumps(asdict(received)) + "\n"
    descriptor = os.open(drop / _JOURNAL, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line.encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def watched(drop: Path) -> list[Watched]:
    """Everything on the journal; a line that a power cut left half written is passed over."""
    try:
        lines = (drop / _JOURNAL).read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            found.append(Watched(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def keep_watching(drop: Path, kept: Iterable[Watched]) -> None:
    """Replace the journal."""
    draft = drop / f"{_JOURNAL}.part"
    with written_for_owner(draft) as out:
        out.writelines(json.dumps(asdict(each)) + "\n" for each in kept)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(drop / _JOURNAL)
    sync_folder(drop)
