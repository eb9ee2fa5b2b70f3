"""The command that moves the ledger from its file to a server.

In: the address of an empty database. Out: what was moved and compared; the address in the installation's settings.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import typer

from ingest.cli.frame.answer import Answer, Line
from ingest.cli.frame.confirm import confirm
from ingest.cli.frame.options import AgreedOption
from ingest.cli.frame.speech import phrase, refuse
from ingest.cli.frame.working import working
from ingest.cli.session import open_existing
from ingest.home import SETTINGS_FILE


def move_ledger(url: Annotated[str, typer.Argument()], agreed: AgreedOption = False) -> Answer:
    """Move the ledger from its SQLite file to an empty PostgreSQL database."""
    from ingest.ledger.store.database import LedgerUrlError, postgresql_database
    from warehouse.services.upkeep.ledger_move import MOVED, move_ledger, require_movable

    home = open_existing()
    try:
        postgresql_database(url)
    except LedgerUrlError:
        raise refuse("bad_ledger_address") from None
    require_movable(home, url)
    parts = urlsplit(url)
    server = f"{parts.hostname or ''}{parts.path}"
    confirm(phrase("will_move_ledger", file=home.ledger, server=server), agreed)
    with working("work_moving_ledger"):
        counts = move_ledger(home, url)
    facts = {
        "tables": len(counts),
        "rows": sum(counts.values()),
        "settings": str(home.root / SETTINGS_FILE),
        "file": f"{home.ledger}{MOVED}",
    }
    return Answer({**facts, "counts": counts, "server": server}, [Line(phrase("ledger_moved", **facts))])
