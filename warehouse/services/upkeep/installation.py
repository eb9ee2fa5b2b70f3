"""An installation made ready: folders, ledger, keys, the empty lake. Every step may be repeated.

In: a `Home`. Out: a home on which every other program of the system works.
"""

from __future__ import annotations

from ingest import ledger
from ingest.home import Home
from ingest.private import keep_private


def initialise(home: Home) -> None:
    """Make what is missing and bind this process to the home's ledger. Raises StrangerError where the stores are not
    one installation's."""
    from warehouse.storage.builds.interrupted import end_interrupted_builds
    from warehouse.storage.first_digests import give_digests
    from warehouse.storage.identity import recognise, refuse_another_ledger
    from warehouse.storage.keys.erasures import keep_beside, unfinished

    keep_private()
    home.create()
    ledger.setup(home)
    refuse_another_ledger(home)
    ledger.migrate(home)
    recognise(home)
    _make_lake(home)
    give_digests(home)
    end_interrupted_builds(home)
    keep_beside(home)
    if unfinished(home):
        from warehouse.services.persons.erase import finish_erasures

        finish_erasures(home)


def adopt(home: Home, actor_name: str, reason: str) -> list[tuple[str, str]]:
    """Take the home's stores, as they are, for one installation's; what had been wrong: pairs of store and problem."""
    from ingest.ledger.accounts import account
    from warehouse.services.hierarchy.bringing_up import forget_brought_up
    from warehouse.storage import identity

    keep_private()
    home.create()
    ledger.migrate(home)
    found = identity.adopt(home, account(actor_name), reason)
    forget_brought_up(home)
    _make_lake(home)
    return [(each.store, each.problem) for each in found]


def _make_lake(home: Home) -> None:
    from warehouse.storage.lake.empty import write_empty
    from warehouse.storage.lake.period_folders import rename_terms

    for kept in (home.lake, home.reference):
        rename_terms(kept)
    write_empty(home)
