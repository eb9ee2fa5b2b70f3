"""An installation made ready: folders, ledger, keys, the empty lake. Every step may be repeated.

In: a `Home`. Out: a home on which every other program of the system works.
"""

from __future__ import annotations

from ingest import ledger
from ingest.home import Home


def initialise(home: Home) -> None:
    """Make what is missing and bind this process to the home's ledger."""
    from warehouse.storage.land import write_empty

    home.create()
    ledger.migrate(home)
    write_empty(home)
