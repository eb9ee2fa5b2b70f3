"""The accounts of readers, told to the dashboards: at once to those who ask for rows, and to Superset's own accounts.

In: a home, the accounts as the ledger has them. Out: `superset/accounts.json`, which decides from that moment what an
account reads; the same accounts in Superset, where it was ever set up. It need not run.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ingest.home import Home
from ingest.private import UMASK
from ingest.serve.service import PROJECT, NotReadyError
from ingest.serve.superset import Superset
from signin.first_password import is_set_up

if TYPE_CHECKING:  # the scheduler of Airflow imports this package, and must not load the ledger
    from ingest.ledger.persons.purposes import Purpose
    from ingest.ledger.readers import Reader


def synchronise_readers(home: Home, readers: Iterable[Reader]) -> bool:
    """Tell who reads what; whether Superset has the accounts by now. Where it was never set up it gets them then.

    Raises NotReadyError with the log of why, where it cannot take them; whoever was ended reads nothing all the same.
    """
    _write(home, readers)
    if not is_set_up(home.root, "superset"):
        return False
    superset = Superset(home)
    log = home.logs / "accounts.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        done = subprocess.run(
            [str(superset.python), "-m", "dashboards.install", "--accounts"],
            env=superset.environment(), cwd=PROJECT, stdout=out, stderr=out, umask=UMASK, check=False,
        )  # fmt: skip
    if done.returncode:
        raise NotReadyError("service_ended", log, name="superset", exit=done.returncode)
    return True


def tell_purposes(home: Home) -> None:
    """Tell those who ask for rows which purposes are in force; Superset's own accounts stay as they are."""
    from ingest.ledger.readers import readers

    _write(home, readers())


def _write(home: Home, readers: Iterable[Reader]) -> None:
    from ingest.ledger.persons.purposes import in_force

    given = {each.account: each for each in in_force(home.now())}
    told = {"accounts": [_told(each) | _purpose(given.get(each.name)) for each in readers]}
    folder = home.root / "superset"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".accounts.{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(told, out, ensure_ascii=False, indent=1)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(folder / "accounts.json")


def _purpose(purpose: Purpose | None) -> dict[str, object]:
    if purpose is None:
        return {}
    return {"purpose": purpose.number, "purpose_ends_at": purpose.ends_at.timestamp()}


def _told(reader: Reader) -> dict[str, object]:
    from ingest.ledger.readers import oblast_of

    return {
        "name": reader.name,
        "role": reader.role,
        "territory": reader.node,
        "oblast": oblast_of(reader.node) if reader.node else None,
        "language": reader.language,
        "ended_at": reader.since.timestamp() if reader.ended else None,
    }
