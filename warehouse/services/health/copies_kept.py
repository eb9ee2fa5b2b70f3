"""What backups and drills wrote down of themselves: the last of each, read from their log.

In: a home. Out: the last one of a kind; None where there was none, or nothing is written down.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.home import Home

LOG = "backups.jsonl"
_LAST_BYTES = 1 << 20


@dataclass(frozen=True)
class Kept:
    """One of them: when it ended and whether it succeeded."""

    at: datetime
    succeeded: bool


def last_kept(home: Home, kind: str) -> Kept | None:
    """The last line of that `kind` (backup or drill). A line that was cut is passed over."""
    try:
        with (home.root / LOG).open("rb") as log:
            log.seek(max(0, log.seek(0, 2) - _LAST_BYTES))
            lines = log.read().splitlines()
    except OSError:
        return None
    return next(filter(None, (_kept_of(line, kind) for line in reversed(lines))), None)


def _kept_of(line: bytes, kind: str) -> Kept | None:
    try:
        said = json.loads(line)
        if said["kind"] != kind:
            return None
        at = datetime.fromisoformat(said["at"])
        return Kept(at if at.tzinfo else at.replace(tzinfo=UTC), bool(said["succeeded"]))
    except (ValueError, KeyError, TypeError):
        return None
