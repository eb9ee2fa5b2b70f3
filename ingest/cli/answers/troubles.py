"""What does not work, since when and what to do: what tasks kept of their failures, and what can be seen right now.

In: a home, with or without its ledger. Out: facts and parts of an answer; nothing where nothing is wrong.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ingest.cli.frame.answer import Line, Part, Sheet
from ingest.cli.frame.language import language
from ingest.cli.frame.speech import moment, phrase, phrases
from ingest.home import Home

if TYPE_CHECKING:
    from warehouse.services.troubles import Trouble

_FREE_BYTES = 1 << 30
_BY_HAND = {"build_warehouse": "build", "publish_warehouse": "publish"}
"""Tasks that are let be for a while when they fail again and again, and the command that does them at once."""


def trouble_facts(home: Home) -> list[dict[str, Any]]:
    """What tasks failed at, as a document says it."""
    from warehouse.services.tasks.pause import paused_until
    from warehouse.services.troubles import troubles

    return [
        {
            "task": each.task,
            "code": each.told.code,
            "message": _message(each, paused_until(home, each.task)),
            "since": each.since,
            "last": each.last,
            "times": each.times,
            "paused_until": paused_until(home, each.task),
        }
        for each in troubles(home)
    ]


def _message(trouble: Trouble, until: datetime | None) -> str:
    said = trouble.told.say(language())
    if until is None or trouble.task not in _BY_HAND:
        return said
    facts = {"failures": trouble.failures, "until": moment(until), "command": _BY_HAND[trouble.task]}
    return phrase("task_paused", said=said, **facts)


def trouble_parts(home: Home) -> list[Part]:
    """The same for people, with how the disk stands."""
    rows = [
        (_task(each["task"]), moment(each["since"]), each["times"], each["message"])
        for each in trouble_facts(home)
    ]
    headings = ("task_head", "since_head", "times_head", "what_to_do")
    parts: list[Part] = [Sheet("trouble", headings, rows, title="troubles")] if rows else []
    free = free_bytes(home)
    if free is not None and free < _FREE_BYTES:
        parts.append(Line(phrase("disk_nearly_full", free=free >> 20, home=home.root), name="disk"))
    return parts


def free_bytes(home: Home) -> int | None:
    """How much room the disk of a home has; None where that cannot be asked."""
    try:
        return shutil.disk_usage(home.root).free
    except OSError:
        return None


def build_parts(home: Home) -> list[Part]:
    """A build that is said to run, and that nobody works at."""
    from ingest.ledger.builds import running
    from ingest.locks import is_locked

    found = running()
    if not found or is_locked(home.builds / ".lock"):
        return []
    return [
        Line(phrase("build_interrupted", number=each.pk, since=moment(each.started_at)), name="build")
        for each in found
    ]


def _task(name: str) -> str:
    known = f"task_{name}"
    return phrase(known) if known in phrases() else name
