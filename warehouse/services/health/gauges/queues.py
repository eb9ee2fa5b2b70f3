"""What waits, how much of it, and since when the oldest does: from the drop folder to the publication."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from warehouse.services.health.gauge import Measured, gauge, state_of
from warehouse.services.health.ledger_facts import Waiting
from warehouse.services.health.sight import Sight

_HOUR, _DAY = 3600.0, 86400.0
_QUEUE = "none waiting"


@gauge(says="none waiting unreachable", drop_hours=2, drop_broken_hours=24)
def drop(sight: Sight) -> Iterator[Measured]:
    """Files in the drop folder that nobody has received."""
    from ingest.receive.bystanders import is_left_by_program
    from ingest.receive.entries import Unreached, entries_below

    count, unreached, oldest = 0, 0, None
    for entry in entries_below(sight.home.drop):
        if isinstance(entry, Unreached):
            unreached += 1
        elif not is_left_by_program(entry.name, sight.settings.not_submissions):
            count, oldest = count + 1, _older(oldest, _changed(entry))
    waiting = Waiting(count, oldest)
    measured = _queue(sight, waiting, "drop", of_act=False)
    if unreached and measured.state == "well":
        yield Measured("attention", "unreachable", {"count": unreached})
    else:
        yield measured


@gauge(says=_QUEUE, received_hours=2, received_broken_hours=24)
def received(sight: Sight) -> Iterator[Measured]:
    """Submissions that wait for their verdict."""
    yield _queue(sight, sight.ledger.received, "received")


@gauge(says=_QUEUE)
def set_aside(sight: Sight) -> Iterator[Measured]:
    """Submissions the program failed at: each of them needs somebody."""
    found = sight.ledger.set_aside
    if found.count:
        facts = {"count": found.count, "age_seconds": sight.age(found.since, of_act=True)}
        yield Measured("attention", "waiting", facts)
    else:
        yield Measured("well", "none")


@gauge(says=_QUEUE, unidentified_days=7)
def unidentified(sight: Sight) -> Iterator[Measured]:
    """Files nobody knows whose they are, until somebody takes them away."""
    from ingest.receive.drop import UNIDENTIFIED

    count, oldest = 0, None
    for folder, _, names in os.walk(sight.home.drop / UNIDENTIFIED):
        for name in names:
            if not name.endswith(".json"):
                count, oldest = count + 1, _older(oldest, _changed(Path(folder, name)))
    if not count:
        yield Measured("well", "none")
        return
    age = sight.age(oldest) or 0
    state = state_of(age, sight.limit("unidentified_days") * _DAY)
    yield Measured(state, "waiting", {"count": count, "age_seconds": age})


@gauge(says=_QUEUE, unbuilt_hours=3, unbuilt_broken_hours=24)
def unbuilt(sight: Sight) -> Iterator[Measured]:
    """Acts that the last build does not reflect."""
    yield _queue(sight, sight.ledger.unbuilt, "unbuilt")


@gauge(says=_QUEUE, unpublished_hours=3, unpublished_broken_hours=24)
def unpublished(sight: Sight) -> Iterator[Measured]:
    """A finished build that is newer than what is shown, and that nobody has taken back."""
    yield _queue(sight, sight.ledger.unpublished, "unpublished")


@gauge(says="none waiting not_set_up bounced", outbox_hours=12, outbox_broken_hours=72)
def outbox(sight: Sight) -> Iterator[Measured]:
    """Messages that wait to be sent, over night too, and those that did not arrive: somebody has to be called."""
    unsent, bounced = sight.ledger.unsent, sight.ledger.bounced
    if bounced:
        yield Measured("attention", "bounced", {"count": bounced}, subject="bounced")
    if unsent.count and sight.settings.outbox is None:
        yield Measured("attention", "not_set_up", {"count": unsent.count})
    elif unsent.count or not bounced:
        yield _queue(sight, unsent, "outbox")


def _queue(sight: Sight, waiting: Waiting, limit: str, *, of_act: bool = True) -> Measured:
    if not waiting.count:
        return Measured("well", "none")
    age = sight.age(waiting.since, of_act=of_act) or 0
    state = state_of(age, sight.limit(f"{limit}_hours") * _HOUR, sight.limit(f"{limit}_broken_hours") * _HOUR)
    return Measured(state, "waiting", {"count": waiting.count, "age_seconds": age})


def _older(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)


def _changed(path: Path) -> datetime | None:
    """When a file came to its place: a copy may bring an old time of change along, its inode's own is of this disk."""
    try:
        seen = path.lstat()
    except OSError:  # gone by now
        return None
    return datetime.fromtimestamp(seen.st_ctime, UTC)
