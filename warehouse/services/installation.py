"""An installation made ready: folders, ledger, keys, the empty lake. Every step may be repeated.

In: a `Home`. Out: a home on which every other program of the system works.
"""

from __future__ import annotations

from ingest import ledger
from ingest.home import Home


def initialise(home: Home) -> None:
    """Make what is missing and bind this process to the home's ledger."""
    from warehouse.storage.land import write_empty
    from warehouse.storage.period_folders import rename_terms

    home.create()
    ledger.migrate(home)
    for kept in (home.lake, home.reference):
        rename_terms(kept)
    write_empty(home)
