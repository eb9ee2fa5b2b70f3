"""The rows of the ledger held against their seals: which of them say something else than when they were written, and
which are gone.

In: a home. Out: each such row, by its table and number. Of a file whose very structure is damaged nothing is said here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice

from ingest.home import Home
from ingest.ledger.seals.broken import broken_rows, gone_rows, sealed_models
from warehouse.services.verify.found import Found

_NEWEST = 10_000
"""Of each table so many rows are looked at where not every byte is."""
_MOST = 1000
"""Rows that are named."""


def seal_damage(home: Home, every_byte: bool) -> Iterator[Found]:
    """Of every sealed table; the rows written last alone where not every byte is to be read, and none that is gone."""
    named = 0
    try:
        for broken in broken_rows(home, sealed_models(), None if every_byte else _NEWEST):
            place = f"{broken.table} {broken.row}"
            yield Found("ledger", place, "altered", "ledger_row", {"table": broken.table, "row": broken.row})
            named += 1
            if named == _MOST:
                return
        for table, row in islice(gone_rows(home) if every_byte else (), _MOST):
            yield Found("ledger", f"{table} {row}", "missing", "ledger_row", {"table": table, "row": row})
    except sqlite3.DatabaseError:
        return
