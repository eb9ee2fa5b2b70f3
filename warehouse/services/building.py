"""A build of what holds now: what follows from the ledger follows first, so that a build equals a rebuild.

In: a home. Out: what `warehouse.storage.build` gives. This is the only door to a build (tests hold it): whoever builds
without it would show reports as they were asked and settled yesterday.
"""

from __future__ import annotations

from ingest.home import Home
from ingest.progress import Tell, tell_nobody
from warehouse.services.registers import keep_obligations
from warehouse.storage import build as builds
from warehouse.storage.build import BuildResult


def build(home: Home, *, force: bool = False, tell: Tell = tell_nobody) -> BuildResult:
    """Build what counts now. Raises as `warehouse.storage.build.build`, and SettingsError."""
    keep_obligations(home)
    return builds.build(home, force=force, tell=tell)


def is_due(home: Home) -> bool:
    """Whether a build made now would say anything else than the last one."""
    keep_obligations(home)
    return builds.is_due(home)
