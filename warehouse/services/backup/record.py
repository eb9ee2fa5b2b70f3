"""What became of each backup and each drill: one line of JSON each, kept, the newest last.

In: how it ended. Out: `backups.jsonl` of the home, read by whoever tells how the installation stands. A line has
`kind` (`backup` or `drill`), `at` (when it began), `succeeded`, `seconds`, and what else there is to say of it: of a
drill how long each of its steps took.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from ingest.home import Home

Kind = Literal["backup", "drill"]
LOG = "backups.jsonl"
_LOOKED_AT = 1 << 20


def log_of(home: Home) -> Path:
    """Where the lines are."""
    return home.root / LOG


@contextmanager
def recorded(home: Home, kind: Kind) -> Iterator[dict[str, Any]]:
    """While it is at work; what is put into the dictionary is kept in its line, also where it fails."""
    began, line = (
        monotonic(),
        {"kind": kind, "at": datetime.now(UTC).isoformat(timespec="seconds"), "succeeded": False},
    )
    try:
        yield line
        line["succeeded"] = True
    except BaseException as fault:
        line["code"] = getattr(fault, "code", None) or type(fault).__name__
        raise
    finally:
        line["seconds"] = round(monotonic() - began, 1)
        with suppress(OSError):  # a full disk is told by what failed
            _append(log_of(home), line)


def last(home: Home, kind: Kind, *, succeeded: bool | None = None) -> dict[str, Any] | None:
    """The newest line of a kind, or of those that ended well (or badly); None where there is none. Writes nothing."""
    for line in reversed(_lines(log_of(home))):
        with suppress(ValueError):
            said = json.loads(line)
            if (
                isinstance(said, dict)
                and said.get("kind") == kind
                and succeeded in (None, said.get("succeeded"))
            ):
                return said
    return None


@dataclass(frozen=True)
class Kept:
    """One of them: when it began and whether it succeeded."""

    at: datetime
    succeeded: bool


def last_kept(home: Home, kind: Kind) -> Kept | None:
    """The newest of a kind; None where there was none, or nothing is written down."""
    said = last(home, kind)
    try:
        at = datetime.fromisoformat(said["at"]) if said else None
        return (
            Kept(at if at.tzinfo else at.replace(tzinfo=UTC), bool(said["succeeded"]))
            if said and at
            else None
        )
    except (ValueError, KeyError, TypeError):
        return None


def _lines(file: Path) -> list[bytes]:
    try:
        with file.open("rb") as kept:
            kept.seek(max(os.fstat(kept.fileno()).st_size - _LOOKED_AT, 0))
            return kept.read().splitlines()
    except OSError:
        return []


def _append(file: Path, line: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(opened).st_size
        broken = size and os.pread(opened, 1, size - 1) != b"\n"  # whoever wrote it died half way
        os.write(opened, (b"\n" if broken else b"") + json.dumps(line, ensure_ascii=False).encode() + b"\n")
        os.fsync(opened)
    finally:
        os.close(opened)
