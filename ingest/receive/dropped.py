"""What a collection meets and does: one file as it lay there, and the report of all.

In: a path with its state. Out: the name of the act of handing it in, and whether it is still as it was.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class CollectReport:
    """What one collection did. Paths are relative to the drop folder.

    `waiting`: files still being written; `received_anew`: files that grew after they had been received; `unsure`:
    received ones of which this machine cannot know whether somebody writes them; `left`: files that are no
    submissions (`bystanders`); `failed`: files this machine could not read or keep, with the
    reason: they stay where they are and are tried again.
    """

    received: list[int] = field(default_factory=list)
    duplicates: list[int] = field(default_factory=list)
    nil_returns: list[int] = field(default_factory=list)
    unidentified: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    received_anew: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Dropped:
    """One file as it lay there when the collection looked."""

    path: Path
    place: Path
    state: os.stat_result

    @property
    def shown(self) -> str:
        """Its place as text; a name in no known encoding stays readable where it can."""
        return shown_place(self.place)

    def key(self, sha256: str) -> str:
        """The name of this act of handing in: the same file left there by an interrupted collection has the
        same one, the same bytes put there again have another."""
        facts = f"|{self.state.st_ino}|{self.state.st_mtime_ns}|{sha256}"
        return hashlib.sha256(os.fsencode(self.place) + facts.encode()).hexdigest()

    def is_unchanged(self) -> bool:
        now = self.path.lstat()
        before = self.state
        return (now.st_ino, now.st_size, now.st_mtime_ns) == (
            before.st_ino,
            before.st_size,
            before.st_mtime_ns,
        )


def shown_place(place: Path) -> str:
    """A place as text; a name in no known encoding stays readable where it can."""
    return os.fsencode(place).decode("utf-8", "replace")
