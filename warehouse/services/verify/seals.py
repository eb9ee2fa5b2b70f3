"""The rows of the ledger held against their seals: which of them say something else than when they were written, which
are gone, and which tables hold others than were written to them.

In: a home. Out: each such row, by its table and number. Of a file whose very structure is damaged nothing is said here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice

from ingest.home import Home
from ingest.ledger.seals.broken import broken_rows, gone_rows, other_tables, sealed_models
from warehouse.services.verify.found import Found

_NEWEST = 10_000
"""Of each table so many rows are looked at where not every byte is."""
_MOST = 1000
"""Rows that are named."""


def seal_damage(home: Home, every_byte: bool) -> Iterator[Found]:
    """Of every sealed table; where not every byte is to be read the rows written last alone, and no gap is told."""
    named, tables = 0, set[str]()
    try:
        for broken in broken_rows(home, sealed_models(), None if every_byte else _NEWEST):
            place = f"{broken.table} {broken.row}"
            yield Found("ledger", place, "altered", "ledger_row", {"table": broken.table, "row": broken.row})
            tables.add(broken.table)
            named += 1
            if named == _MOST:
                return
        for table, row in islice(gone_rows(home) if every_byte else (), _MOST):
            yield Found("ledger", f"{table} {row}", "missing", "ledger_row", {"table": table, "row": row})
            tables.add(table)
        for other in other_tables(home, sealed_models()):
            if other.table not in tables:  # or it was told already, row by row
                words = "ledger_table_rows" if other.written != other.found else "ledger_table_others"
                yield Found("ledger", other.table, "altered", words, dict(other.details))
    except sqlite3.DatabaseError:
        return
