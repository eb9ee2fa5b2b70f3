"""Builds whose processes died, for whoever opens an installation: nothing of what builds is loaded for that.

In: a home. Out: their records in the ledger say that they failed.
"""

from __future__ import annotations

from contextlib import suppress

from ingest.home import Home
from ingest.ledger import builds
from ingest.locks import BusyError, locked


def end_interrupted_builds(home: Home) -> None:
    """Builds whose processes died do not stay "running". Waits for nobody."""
    if builds.running():
        with suppress(BusyError), locked(home.builds / ".lock"):
            builds.end_interrupted(home.now())
