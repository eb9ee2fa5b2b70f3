"""The ledger: who reports what and when, what was received, and what became of it.

In: a `Home`. Out: Django models over SQLite (or PostgreSQL by BBAJ_LEDGER_URL) and typed functions on them,
one module per noun: `nodes`, `submissions`, `approvals`, `winners`, `waiting`, `obligations`, `exemptions`,
`nil_returns`, `builds`, `publications`, `receipt_problems`, `accounts`.

Importing this package imports no Django; importing one of its modules configures Django but opens nothing.
Call `setup(home)` before the first query: it says which installation's ledger is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.home import Home


def setup(home: Home | None = None) -> None:
    """Bind this process to the ledger of `home` (default: the home BBAJ_HOME names). Idempotent, cheap.

    One home at a time in a process: binding to another one closes the calling thread's connection and every
    later query goes there. Bind from the main thread while no other thread queries.
    """
    from ingest.home import Home
    from ingest.ledger.store.connection import bind

    bind(home or Home.from_environment())


def migrate(home: Home | None = None) -> None:
    """`setup(home)`, then create or update the ledger's tables and the republic's node. Idempotent.

    Several processes may call it at once: they wait for each other.
    """
    from ingest.home import Home
    from ingest.ledger.store.connection import bind, bring_up_to_date

    home = home or Home.from_environment()
    bind(home)
    bring_up_to_date(home)
