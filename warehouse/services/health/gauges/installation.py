"""Whether the installation itself can be worked with: its settings, its ledger, the tasks of its clockwork."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ingest.authored import AuthorError
from warehouse.services.health.gauge import Measured, gauge
from warehouse.services.health.sight import Sight
from warehouse.services.troubles import troubles

_SCHEMA = {"ledger_older": "older", "ledger_newer": "newer"}


@gauge(says="followed unknown_limits wrong")
def settings(sight: Sight) -> Iterator[Measured]:
    """`bbaj.toml` can be followed, and every limit in it is one of a gauge."""
    try:
        named = set(sight.home.settings.watching.limits)
    except (AuthorError, OSError):
        yield Measured("broken", "wrong")
        return
    unknown = named - set(sight.defaults)
    if unknown:
        yield Measured("attention", "unknown_limits", {"count": len(unknown)})
    else:
        yield Measured("well", "followed")


@gauge(says="read older newer away missing")
def ledger(sight: Sight) -> Iterator[Measured]:
    """The ledger can be read, and its tables are those of this version of the program."""
    from ingest.told import told_of

    found = sight.ledger_read
    if isinstance(found, FileNotFoundError):
        yield Measured("broken", "missing")
    elif isinstance(found, Exception):
        told = told_of(found)
        code = told.code if told else "our_fault"
        yield Measured("broken", _SCHEMA.get(code, "away"), {"code": code})
    else:
        yield Measured("well", "read", {"migration": found.migration or "—"})


@gauge(says="own root another")
def user(sight: Sight) -> Iterator[Measured]:
    """Nothing of ours runs as root, and the home belongs to whoever works in it."""
    if sight.settings.demo or not hasattr(os, "geteuid"):
        yield Measured("well", "own")
    elif os.geteuid() == 0:
        yield Measured("attention", "root")
    else:
        is_own = sight.home.root.stat().st_uid == os.geteuid()
        yield Measured("well" if is_own else "attention", "own" if is_own else "another")


@gauge(says="work fails")
def tasks(sight: Sight) -> Iterator[Measured]:
    """What the clockwork failed at, a measurement for each task that does not work."""
    found = troubles(sight.home)
    for each in found:
        facts = {"since_seconds": sight.age(each.since), "times": each.times, "code": each.told.code}
        yield Measured("attention", "fails", facts, subject=each.task)
    if not found:
        yield Measured("well", "work")
