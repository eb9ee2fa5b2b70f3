"""Alerts: what changed since the last look is told once, to the log and to the command that the settings name.

In: a home and its `Health`. Out: the changes, each of them told. What was told last is remembered in `health.json`
under the home, in room it took when all was well, so that a full disk can still be told of, and once. Each telling has
the number behind that of the last one remembered: who is told again what nobody could remember having told, since the
process ended in between, knows it by its number.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ingest.home import Home, InstallationError
from ingest.schema.forms.contract import LANGUAGES
from warehouse.services.health.gauge import State
from warehouse.services.health.look import UNMEASURED, Health
from warehouse.services.health.wording import Row, rows_of

log = logging.getLogger(__name__)
MEMORY = "health.json"
_ROOM = 16 * 1024
_SECONDS = 30.0
# What a program needs to run; nothing of ours, which may hold passwords.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME")


class AlertError(InstallationError):
    """The command could not be run, took too long or said that it failed: what changed is told again next time."""


@dataclass(frozen=True)
class Change:
    """What one gauge says of one subject, and its state at the last look, None where that was the first.

    `rows`: the same in words, by language; none where a subject is gone, which is well.
    """

    key: str
    before: State | None
    after: State
    rows: Mapping[str, Row]

    def to_json(self) -> dict[str, Any]:
        """As the command is told."""
        gauge, _, subject = self.key.partition(" ")
        texts = {language: f"{row.name}: {row.said}" for language, row in self.rows.items()}
        remedies = {language: row.remedy for language, row in self.rows.items() if row.remedy}
        return {
            "gauge": gauge,
            "subject": subject or None,
            "before": self.before,
            "after": self.after,
            "text": texts,
            "remedy": remedies,
        }


def tell_changes(home: Home, health: Health) -> list[Change]:
    """Tell what changed since this was called last, and remember it. Two at once: the second leaves it to the first.

    Raises AlertError; then nothing is remembered, so that it is told again.
    """
    slot = _opened(home)
    try:
        if slot is not None and not _is_ours(slot):
            return []
        before, number = _remembered(slot)
        now, changes = _compared(before, health)
        for change in changes:
            log.warning("health: %s", _line(change))
        if changes:
            _run(home.settings.watching.alert_command, health, changes, number + 1)
        if changes or now != before:
            _remember(slot, now, number + bool(changes))
        return changes
    finally:
        if slot is not None:
            os.close(slot)


def _compared(before: Mapping[str, State], health: Health) -> tuple[dict[str, State], list[Change]]:
    """The states to remember, and what differs. What could not be measured is as it was; nothing is told of it, since
    what kept it from being measured has a gauge of its own."""
    rows = {language: rows_of(health, language) for language in LANGUAGES}
    now: dict[str, State] = {}
    changes = []
    for place, (name, measured) in enumerate(health.measured):
        key = " ".join((name, *measured.subject.split()[:1]))
        if measured.said == UNMEASURED:
            now |= {known: state for known, state in before.items() if known.partition(" ")[0] == name}
            continue
        now[key] = measured.state
        if measured.state != before.get(key, "well"):
            said: dict[str, Row] = {language: rows[language][place] for language in LANGUAGES}
            changes.append(Change(key, before.get(key), measured.state, said))
    gone = {key: state for key, state in before.items() if key not in now and state != "well"}
    return now, changes + [Change(key, state, "well", {}) for key, state in gone.items()]


def _line(change: Change) -> str:
    said = change.rows["en"].said if change.rows else "gone"
    return f"{change.key}: {change.before or 'unknown'} → {change.after}: {said}"


def _run(command: Sequence[str], health: Health, changes: Sequence[Change], number: int) -> None:
    """Without a shell, in an environment that holds nothing of ours, what changed on its standard input."""
    if not command:
        return
    said = {
        "number": number,
        "at": health.at.isoformat(),
        "state": health.state,
        "changes": [each.to_json() for each in changes],
    }
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        with subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=passed,
            cwd="/",
            start_new_session=True,
        ) as program:
            _told(program, json.dumps(said, ensure_ascii=False).encode())
            code = program.returncode
    except OSError as error:
        raise AlertError(f"{command[0]}: {error.strerror}").of("alert_not_run") from error
    log.info("health: the alert command ended with %s", code)
    if code:
        raise AlertError(f"exit code {code}").of("alert_failed", exit=code)


def _told(program: subprocess.Popen[bytes], said: bytes) -> None:
    try:
        program.communicate(said, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):  # with what it began
            os.killpg(program.pid, signal.SIGKILL)
        seconds = round(_SECONDS)
        raise AlertError(f"no end within {seconds} seconds").of("alert_too_long", seconds=seconds) from None


def _opened(home: Home) -> int | None:
    """The file, with its room taken; None where there can be none: then what is wrong is told at each look."""
    try:
        slot = os.open(home.root / MEMORY, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        log.warning("%s cannot be written: %s", MEMORY, error.strerror)
        return None
    if os.fstat(slot).st_size < _ROOM:
        with suppress(OSError):
            os.posix_fallocate(slot, 0, _ROOM)
    return slot


def _is_ours(slot: int) -> bool:
    try:
        fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remembered(slot: int | None) -> tuple[dict[str, State], int]:
    """What was told last, and its number; nothing where that is lost or damaged."""
    try:
        kept = json.loads(os.pread(slot, 1 << 20, 0).rstrip(b"\0")) if slot is not None else {}
        states = kept["states"] if kept else {}
        known = {str(key): state for key, state in states.items() if state in ("well", "attention", "broken")}
        return known, int(kept.get("number", 0))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}, 0


def _remember(slot: int | None, states: Mapping[str, State], number: int) -> None:
    """In place. Padded, so that nothing of a longer one stays."""
    if slot is None:
        return
    text = json.dumps({"states": states, "number": number}).encode()
    try:
        os.pwrite(slot, text.ljust(max(_ROOM, os.fstat(slot).st_size)), 0)
        os.fsync(slot)
    except OSError as error:
        log.warning("what was told could not be kept: %s", error.strerror)
