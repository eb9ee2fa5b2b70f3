"""A ledger moved from its file to a PostgreSQL server: copied, compared, and from then on the installation's.

In: a home whose ledger is a file. Out: the address in its `bbaj.toml`, the file set aside under another name. Killed
anywhere, the file is the ledger still, or what was moved is found whole and the rest is done when it is repeated.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from ingest.home import SETTINGS_FILE, Home
from ingest.ledger.store.database import is_file, postgresql_database
from ingest.ledger.store.transfer import TransferError, transfer
from ingest.receive.failpoint import reach
from warehouse.storage.files import fsync_folder, written

MOVED = ".moved"


def move_ledger(home: Home, url: str) -> dict[str, int]:
    """Move it; table → rows. Raises TransferError, and LedgerUrlError for an address that is none."""
    require_movable(home, url)
    counts = transfer(home, url)
    reach("move:copied")
    _name_ledger(home.root / SETTINGS_FILE, url)
    reach("move:named")
    for suffix in ("", "-wal", "-shm"):
        file = home.ledger.with_name(home.ledger.name + suffix)
        if file.exists():
            file.rename(file.with_name(f"{home.ledger.name}{MOVED}{suffix}"))
    fsync_folder(home.root)
    return counts


def require_movable(home: Home, url: str) -> None:
    """Raises TransferError where the ledger is no file, and LedgerUrlError for an address that is none."""
    postgresql_database(url)
    if os.environ.get("BBAJ_LEDGER_URL"):
        raise TransferError("BBAJ_LEDGER_URL names a ledger").of("move_variable")
    if not is_file(home):
        raise TransferError("the ledger is on a server").of("move_moved")


def _name_ledger(settings: Path, url: str) -> None:
    """The line stands first: behind the name of a table it would belong to that."""
    text = settings.read_text(encoding="utf-8") if settings.exists() else ""
    text = re.sub(r"\A\ufeff", "", text)
    with written(settings, 0o600) as draft:  # the address has a password
        draft.write_text(f"ledger = {json.dumps(url)}\n{text}", encoding="utf-8")
