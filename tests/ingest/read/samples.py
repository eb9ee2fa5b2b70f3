"""A good row of attendance, and what tests ask of a reading.

In: readings. Out: their finding codes, their typed rows; that no row of theirs is lost.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from ingest.read import Reading, read, type_batch
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding

HEADER = (
    "bin", "iin", "date", "grade", "letter", "lessons_scheduled", "lessons_missed", "lessons_missed_valid",
    "is_late", "absence_reason",
)  # fmt: skip
ROW = ("650140000007", "090101700000", "2026-09-07", "1", "А", "5", "0", "0", "no", "")


def changed(**cells: str) -> tuple[str, ...]:
    """A good row of attendance with these cells instead."""
    return tuple(cells.get(name, value) for name, value in zip(HEADER, ROW, strict=True))


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def reconciled(reading: Reading) -> Reading:
    """The reading, its rows counted: none may be gone."""
    assert reading.rows_in == reading.rows_data + reading.rows_not_data
    return reading


def read_whole(path: Path, contract: Contract) -> Reading:
    return reconciled(read(path, contract))


def typed(reading: Reading, contract: Contract) -> tuple[list[dict[str, Any]], list[Finding]]:
    """The rows of `batch` as mappings, and the findings on cells."""
    with duckdb.connect(config={"threads": 1}) as con:  # as a small batch is judged
        findings = type_batch(con, contract, [(1, reading)])
        cursor = con.execute("SELECT * FROM batch ORDER BY _table, _row")
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()], findings.get(1, [])
