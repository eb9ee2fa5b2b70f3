"""The journal of what was asked under a written purpose: one line a question, one for its answer, none ever changed.

In: who asks, under which purpose, in which words; how many rows were handed out. Out: lines of JSON, each with a digest
over itself and the digest of the line before it, durable before anybody gets an answer. A line that was altered or
taken out is found by whoever reads; that the last ones are gone, by the act of the ledger that closed a purpose.
Of what was answered the journal has the number of rows and nothing else.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

FILE = "asked.jsonl"
"""What it is called in the folder of purposes."""
_BEGUN = "0" * 64
_AT_ONCE = 1 << 16
_LONGEST_WAIT = 5.0
"""Seconds that a question waits for others to be noted."""


@dataclass(frozen=True)
class Question:
    """One question. `way`: by which it was asked (`asked`, `taken_along`, `structure`); `rows`: how many were handed
    out, None where there was no answer."""

    number: str
    at: datetime
    account: str
    purpose: int
    way: str
    sql: str
    rows: int | None = None


@dataclass(frozen=True)
class Read:
    """All of a journal. `lines`: how many; `digest`: of the last; `broken`: the first line that is not as written."""

    questions: tuple[Question, ...]
    lines: int
    digest: str
    broken: int | None


def ask(folder: Path, number: str, account: str, purpose: int, way: str, sql: str) -> None:
    """Write down, durably, that this is asked. Raises OSError."""
    at = datetime.now(UTC).isoformat()
    _append(
        folder / FILE,
        {"question": number, "at": at, "account": account, "purpose": purpose, "way": way, "sql": sql},
    )


def answer(folder: Path, number: str, rows: int) -> None:
    """Write down, durably, that so many rows are about to be handed out. Raises OSError."""
    _append(folder / FILE, {"question": number, "rows": rows})


def read(folder: Path) -> Read:
    """Everything that was written; nothing where nobody asked. What comes after a broken line is read still."""
    found: dict[str, Question] = {}
    before, lines, broken = _BEGUN, 0, None
    for line in _lines(folder / FILE):
        lines += 1
        text, _, digest = line.rpartition(" ")
        if digest != _digest(before, text) and broken is None:
            broken = lines
        before = digest
        try:
            _take(found, json.loads(text))
        except (ValueError, KeyError, TypeError):
            broken = broken or lines
    return Read(tuple(found.values()), lines, before, broken)


def _take(found: dict[str, Question], told: dict[str, object]) -> None:
    number = str(told["question"])
    if "sql" in told:
        at = datetime.fromisoformat(str(told["at"]))
        words = str(told["account"]), int(str(told["purpose"])), str(told["way"]), str(told["sql"])
        found[number] = Question(number, at, *words)
        return
    asked = found[number]
    rows = (asked.rows or 0) + int(str(told["rows"]))
    found[number] = Question(*(number, asked.at, asked.account, asked.purpose, asked.way, asked.sql), rows)


def _append(file: Path, told: dict[str, object]) -> None:
    text = json.dumps(told, ensure_ascii=False)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as out:
        _hold(out)
        before = _last_digest(out)
        out.write(f"{text} {_digest(before, text)}\n".encode())
        out.flush()
        os.fsync(out.fileno())


def _hold(out: BinaryIO) -> None:
    """Lock the journal against others who write. Raises BlockingIOError where that takes too long: what is asked is not
    noted then, and nothing is answered."""
    until = time.monotonic() + _LONGEST_WAIT
    while True:
        try:
            return fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.01)


def _last_digest(out: BinaryIO) -> str:
    """Of the last whole line, with the file at its end: a line without an end is of a process that died before it
    answered, and goes."""
    end = out.seek(0, os.SEEK_END)
    begin, tail = end, b""
    while begin and tail.count(b"\n") < 2:
        step = min(_AT_ONCE, begin)
        begin = out.seek(begin - step)
        tail = out.read(step) + tail
    whole = tail.rfind(b"\n") + 1
    if whole < len(tail):
        out.truncate(begin + whole)
    out.seek(0, os.SEEK_END)
    lines = tail[:whole].splitlines()
    return lines[-1].rpartition(b" ")[2].decode("ascii", "replace") if lines else _BEGUN


def _digest(before: str, text: str) -> str:
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def _lines(file: Path) -> Iterator[str]:
    try:
        with file.open(encoding="utf-8", errors="replace", newline="\n") as stream:
            for line in stream:
                yield line.rstrip("\n")
    except FileNotFoundError:
        return
