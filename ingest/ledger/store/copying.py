"""A ledger copied into an SQLite file of its own, as it is at one moment, while others go on writing to it.

In: a home whose ledger is a file or a database of a server, and a file that is not there yet. Out: the file. Nothing of
the ledger is changed.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from ingest.home import Home
from ingest.ledger.store.connection import bind, bind_to
from ingest.ledger.store.database import database_of, is_file
from ingest.ledger.store.transfer import copied_from


def copy_into(home: Home, file: Path) -> None:
    """Make the copy. Afterwards this process is bound to the home's ledger, as it was."""
    if is_file(home):
        address = f"file:{quote(str(home.ledger))}?mode=ro"
        with (
            closing(sqlite3.connect(address, uri=True, timeout=30)) as source,
            closing(sqlite3.connect(file)) as to,
        ):
            source.backup(to)
        return
    from django.core.management import call_command

    bind_to({"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": {"timeout": 30}})
    try:
        call_command("migrate", interactive=False, verbosity=0)
        copied_from(database_of(home))
    finally:
        bind(home)
