"""A build of what holds now: what follows from the ledger follows first, so that a build equals a rebuild.

In: a home. Out: what `warehouse.storage.builds.build` gives. This is the only door to a build (tests hold it):
whoever builds without it would show reports as they were asked and settled yesterday.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.db.models import Max

from ingest.home import SETTINGS_FILE, Home
from ingest.ledger.receipts.aside import program
from ingest.ledger.records import Directive, SubmissionEvent
from ingest.progress import Tell, tell_nobody
from ingest.schema.values.period import LOCAL_TIME
from warehouse.services.hierarchy.registers import keep_obligations
from warehouse.storage.builds import build as builds
from warehouse.storage.builds.build import BuildResult
from warehouse.storage.files import written

_KEPT = ".kept.json"


def build(home: Home, *, force: bool = False, tell: Tell = tell_nobody) -> BuildResult:
    """Build what counts now. Raises as `warehouse.storage.builds.build.build`, and SettingsError."""
    keep_obligations(home)
    return builds.build(home, force=force, tell=tell)


def is_due(home: Home) -> bool:
    """Whether a build made now would say anything else than the last one.

    Asked every minute: obligations are kept only where an act, a day or a setting came in between. A build keeps them
    always, and does not read what is noted here.
    """
    note, seen = home.builds / _KEPT, _seen(home)
    if _noted(note) != seen:
        keep_obligations(home)
        with written(note, 0o600) as draft:
            draft.write_text(json.dumps(seen), encoding="utf-8")
    return builds.is_due(home)


def _seen(home: Home) -> list[object]:
    """What obligations can change by: acts, directives, the day, the settings, the program."""
    settings = home.root / SETTINGS_FILE
    return [
        SubmissionEvent.objects.aggregate(last=Max("pk"))["last"],
        Directive.objects.aggregate(last=Max("pk"))["last"],
        home.now().astimezone(LOCAL_TIME).date().isoformat(),
        settings.read_text(encoding="utf-8") if settings.exists() else "",
        program(),
    ]


def _noted(note: Path) -> object:
    try:
        return json.loads(note.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # lost, or damaged: the same
        return None
