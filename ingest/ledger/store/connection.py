"""Django configured once per process, and its one database bound to one home at a time.

In: a `Home`. Out: a configured Django whose `default` database is that home's ledger.
"""

from __future__ import annotations

import os
from typing import Any

from ingest.home import Home, work_for
from ingest.ledger.store.database import database_of
from ingest.locks import locked

SETTINGS = "ingest.ledger.settings"
# Longer than the migrations of a country take.
_WAIT_SECONDS = 1800.0
# Connections a forked child inherited. SQLite forbids carrying one across a fork, and closing it in the
# child would drop the parent's file locks: they are kept here, untouched, until the child ends.
_inherited: list[Any] = []


def configure() -> None:
    """Configure Django if nobody has (a site with settings of its own has). Opens no database."""
    from django.apps import apps
    from django.conf import settings

    if apps.apps_ready:
        return
    if not settings.configured:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def bind(home: Home) -> None:
    """Make `home`'s ledger the database of this process; does nothing when it already is."""
    work_for(home)
    bind_to(database_of(home))


def bind_to(wanted: dict[str, Any]) -> None:
    """Make a database, in Django's words, that of this process; does nothing when it already is."""
    configure()
    from django.db import connections

    current = connections.settings["default"]
    if all(current.get(key) == value for key, value in wanted.items()):
        return
    connections["default"].close()
    del connections["default"]
    # The handler's settings are shared by all threads; each thread's wrapper is made from them at first use.
    connections.settings = connections.configure_settings({"default": wanted})


def close() -> None:
    """Close this thread's connection, if it has one: the next query opens another."""
    configure()
    from django.db import connections

    connections.close_all()


def bring_up_to_date(home: Home) -> None:
    """Run the migrations that have not run, one process at a time. Raises BusyError where another one does not end, and
    UnreadableLedgerError for a ledger of a newer program, which is left as it is."""
    from django.core.management import call_command

    from ingest.ledger.store.version import refuse_newer

    with locked(home.root / ".ledger.lock", _WAIT_SECONDS):
        refuse_newer(home)
        call_command("migrate", interactive=False, verbosity=0)


def _forget_inherited_connection() -> None:
    from django.db import connections

    for wrapper in connections.all(initialized_only=True):
        _inherited.append(wrapper)
        del connections[wrapper.alias]


def _after_fork() -> None:
    import sys

    if "django.db" in sys.modules:
        _forget_inherited_connection()


os.register_at_fork(after_in_child=_after_fork)
