"""A build of what holds now: what follows from the ledger follows first, so that a build equals a rebuild.

In: a home. Out: what `warehouse.storage.builds.build` gives. This is the only door to a build (tests hold it):
whoever builds without it would show reports as they were asked and settled yesterday.
"""

from __future__ import annotations

import json

from django.db.models import Max

from ingest.home import Home
from ingest.ledger.records import SubmissionEvent
from ingest.progress import Tell, tell_nobody
from warehouse.services.hierarchy.bringing_up import bring_up, decided_by, noted
from warehouse.storage.builds import build as builds
from warehouse.storage.builds.build import BuildResult
from warehouse.storage.files import written

_NOTE = ".current.json"
_LATE = 5_000
"""So many acts may be written down between the number one of them got and its own writing."""


def build(
    home: Home,
    *,
    force: bool = False,
    whole: bool = False,
    tell: Tell = tell_nobody,
    engine: str | None = None,
) -> BuildResult:
    """Build what counts now. Raises as `warehouse.storage.builds.build.build`, which has the arguments, and
    SettingsError."""
    bring_up(home)
    return builds.build(home, force=force, whole=whole, tell=tell, engine=engine)


def is_due(home: Home) -> bool:
    """Whether a build made now would say anything else than the last one.

    Asked every minute: the ledger is held against the last build only where an act, a directive, a day, a setting or a
    program came in between.
    """
    note, moved, last = home.builds / _NOTE, _moved_by(home), builds.standing(home)
    if last is not None and noted(note) == [moved, last]:
        return False
    bring_up(home)
    due = builds.is_due(home)
    if not due:
        with written(note, 0o600) as draft:
            draft.write_text(json.dumps([moved, last]), encoding="utf-8")
    return due


def _moved_by(home: Home) -> list[object]:
    """What a build can change by, but for the build itself."""
    return [_acts(), decided_by(home)]


def _acts() -> list[int]:
    """The number of the last act, and how many of the numbers before it are there: a server may write down an act after
    another that has a later number. However long the ledger is, no more than these are looked at."""
    last = SubmissionEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    return [last, SubmissionEvent.objects.filter(pk__gt=last - _LATE).count()]
