"""What an account may open under a written purpose, and by which ways: SQL Lab and no other.

In: the accounts as the ledger has them, the moment, the page by which somebody asks. Out: the file of the purpose, or
None: then the account reads what it reads without one. The moment is looked at each time a file is opened, so that a
purpose ends by itself. This module runs in every process of Superset and imports nothing of it.
"""

from __future__ import annotations

import time
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboards.access.readers import ANALYST, readers
from dashboards.places import Places

ASKED, TAKEN_ALONG, STRUCTURE = "asked", "taken_along", "structure"
WAYS = {
    "SqlLabRestApi.execute_sql_query": ASKED,
    "SqlLabRestApi.export_csv": TAKEN_ALONG,
    "DatabaseRestApi.schemas": STRUCTURE,
    "DatabaseRestApi.tables": STRUCTURE,
    "DatabaseRestApi.table_metadata": STRUCTURE,
    "DatabaseRestApi.select_star": STRUCTURE,
}
"""The pages of Superset that open the file of a purpose: a question in SQL Lab, its rows as a file, and the names of
tables and columns beside the question. Charts, dashboards, datasets and whatever comes new do not."""


@dataclass(frozen=True)
class Given:
    """The file of a purpose, to whom and by which way."""

    file: Path
    account: str
    purpose: int
    way: str


def given_to(places: Places, user: str | None, endpoint: str | None) -> Given | None:
    """What is opened for whoever asks by that page, None where no purpose gives anything."""
    way = WAYS.get(endpoint or "")
    found = readers(places).get(user or "")
    if way is None or found is None or not found.is_open or found.role != ANALYST:
        return None
    if found.purpose is None or found.purpose_ends_at is None or now(places) >= found.purpose_ends_at:
        return None
    try:
        publication = places.warehouse.resolve(strict=True).parent.name
    except OSError:
        return None
    file = places.purposes / str(int(found.purpose)) / publication / places.warehouse.name
    return Given(file, found.name, found.purpose, way) if file.is_file() else None


def now(places: Places) -> float:
    """This moment in seconds since 1970; of a demonstration the one that its settings fix, by which its acts are told.

    Where the settings cannot be understood every purpose is over.
    """
    try:
        said = tomllib.loads(places.settings.read_text(encoding="utf-8-sig"))
        fixed = said.get("now") if said.get("demo") is True else None
        if fixed is None:
            return time.time()
        moment = datetime.fromisoformat(fixed) if isinstance(fixed, str) else fixed
        return float(moment.timestamp())
    except FileNotFoundError:
        return time.time()
    except (OSError, ValueError, AttributeError):
        return float("inf")
