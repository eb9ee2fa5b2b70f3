"""Troubles: which task of the clockwork failed at last, since when, and what to do; kept outside the ledger.

In: a task at work. Out: one small file for each task under `BBAJ_HOME/troubles`, read by `bbaj status`. It is written
in place, into room it took when all was well, so that a full disk can still be told of; it is locked while the task
works, so that one that was killed is told from one that works. It needs no database: that may be what is away.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.home import Home
from ingest.locks import stopped_holders
from ingest.told import Told, told_of

log = logging.getLogger(__name__)
FOLDER = "troubles"
_ROOM, _TRIES = 4096, 20
_KILLED = Told("task_killed")


@dataclass(frozen=True)
class Trouble:
    """`task` failed at `last`, and `times` since `since` for the same reason; `told` says why. `failures`: how often in
    a row, for whatever reasons."""

    task: str
    told: Told
    since: datetime
    last: datetime
    times: int
    failures: int = 1


@contextmanager
def watched(home: Home, task: str) -> Iterator[None]:
    """While a task works. What it raises is kept until it succeeds; raised on, whatever becomes of the keeping."""
    slot, is_alone = _opened(home, task)
    before = _read(slot)
    if is_alone and before.get("state") == "running":
        before = _ended_half_way(before)
    try:
        _write(slot, {**before, "state": "running", "started": _now()})
        yield
    except (Exception, SystemExit) as fault:
        if is_success(fault):
            _write(slot, {"state": "idle", "done": _now()})
        else:
            _write(slot, _failed(before, told_of_task(fault)))
        raise
    except BaseException:
        _write(slot, {**before, "state": "stopped"} if before else {"state": "idle"})
        raise
    else:
        _write(slot, {"state": "idle", "done": _now()})
    finally:
        if slot is not None:
            os.close(slot)


def settled(home: Home, *tasks: str) -> None:
    """Somebody did by hand, and with success, what these tasks do."""
    for task in tasks:
        if (home.root / FOLDER / f"{task}.json").exists():
            with watched(home, task):
                pass


def last_success(home: Home, task: str) -> datetime | None:
    """When a task last succeeded; None where that was never, or is not known. Writes nothing."""
    try:
        kept = json.loads((home.root / FOLDER / f"{task}.json").read_bytes())
        return datetime.fromisoformat(kept["done"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def troubles(home: Home) -> list[Trouble]:
    """What is wrong now, the oldest first. Writes nothing."""
    kept = [_trouble(file) for file in sorted((home.root / FOLDER).glob("*.json"))]
    found = [each for each in kept if each] + _held_by_stopped(home)
    return sorted(found, key=lambda trouble: trouble.since)


def _held_by_stopped(home: Home) -> list[Trouble]:
    """Locks whose holders were stopped: who needs one waits, and each says only that another is at work."""
    return [
        Trouble("lock", Told("lock_holder_stopped", {"process": holder.process, "path": path.name}), *at, 1)
        for path, holder in stopped_holders(home)
        for at in [(holder.since, holder.since)]
    ]


def told_of_task(fault: BaseException) -> Told:
    """Why a task failed; a fault of the program by its kind alone."""
    code, facts = getattr(fault, "code", None), getattr(fault, "facts", None)
    if isinstance(code, str) and isinstance(facts, dict):  # a refusal to publish
        return Told(f"publication_{code}", {name: str(value) for name, value in facts.items()})
    return told_of(fault) or Told("our_fault", {"kind": type(fault).__name__})


def is_success(fault: BaseException) -> bool:
    """Whether a task only said that there was nothing to do."""
    return type(fault).__name__ == "AirflowSkipException"


def _failed(before: dict[str, Any], why: Told) -> dict[str, Any]:
    is_same = before.get("told", {}).get("code") == why.code
    return {
        "state": "failed",
        "told": why.to_json(),
        "since": before["since"] if is_same else _now(),
        "last": _now(),
        "times": before.get("times", 0) + 1 if is_same else 1,
        "failures": before.get("failures", before.get("times", 0)) + 1,
        **({"done": before["done"]} if "done" in before else {}),
    }


def _ended_half_way(kept: dict[str, Any]) -> dict[str, Any]:
    """Of a task that was ended without a chance to say anything."""
    is_same = kept.get("told", {}).get("code") == _KILLED.code
    started = kept["started"]
    return {
        "state": "failed",
        "told": _KILLED.to_json(),
        "since": kept["since"] if is_same else started,
        "last": started,
        "times": kept.get("times", 0) + 1 if is_same else 1,
        "failures": kept.get("failures", kept.get("times", 0)) + 1,
        **({"done": kept["done"]} if "done" in kept else {}),
    }


def _trouble(file: Path) -> Trouble | None:
    try:
        slot = os.open(file, os.O_RDONLY)
    except OSError:
        return None
    try:
        kept = _read(slot)
        if kept.get("state") == "running" and not _is_locked(slot):
            kept = _ended_half_way(kept)
        if "told" not in kept:
            return None
        since, last = (datetime.fromisoformat(kept[name]) for name in ("since", "last"))
        failures = int(kept.get("failures", kept["times"]))
        return Trouble(file.stem, Told.from_json(kept["told"]), since, last, int(kept["times"]), failures)
    except (KeyError, ValueError, TypeError):
        return None
    finally:
        os.close(slot)


def _opened(home: Home, task: str) -> tuple[int | None, bool]:
    """The task's file, locked and with its room taken, None where that cannot be; whether nobody else is at it."""
    file = home.root / FOLDER / f"{task}.json"
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        slot = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        log.warning("%s cannot be written: %s", file, error)
        return None, False
    is_alone = False
    for _ in range(
        _TRIES
    ):  # whoever looks holds it for a moment; the same task at work elsewhere tells as well
        with suppress(BlockingIOError):
            fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_alone = True
            break
        time.sleep(0.02)
    if os.fstat(slot).st_size < _ROOM:
        _write(slot, {"state": "idle"})
    return slot, is_alone


def _is_locked(slot: int) -> bool:
    try:
        fcntl.flock(slot, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _read(slot: int | None) -> dict[str, Any]:
    try:
        kept = json.loads(os.pread(slot, _ROOM, 0)) if slot is not None else {}
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(slot: int | None, said: dict[str, Any]) -> None:
    """In place, in one block of the disk: whoever reads meanwhile finds the old or the new one."""
    if slot is None:
        return
    text = json.dumps(said, ensure_ascii=False).encode()
    if len(text) > _ROOM:  # a list of thousands: its name says enough
        told = {"code": said["told"]["code"], "facts": {}, "texts": {}}
        text = json.dumps({**said, "told": told}).encode()
    try:
        os.pwrite(slot, text.ljust(_ROOM), 0)
        os.fsync(slot)
    except OSError as error:
        log.warning("what became of a task could not be kept: %s", error)


def _now() -> str:
    """The true time, also in a demo country."""
    return datetime.now(UTC).isoformat()
