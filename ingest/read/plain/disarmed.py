"""A plain csv of ours in which no spreadsheet program computes anything.

In: a csv as `csv_bytes` writes it. Out: the same file with an apostrophe before each cell that would be computed.
"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

from ingest.read.cells.live_formulas import disarmed
from ingest.read.text.rows.csv_bytes import csv_bytes

_ROWS = 10_000


def disarm(file: Path) -> None:
    """Write the file anew in its place; it is never there in half."""
    csv.field_size_limit(sys.maxsize)
    beside = file.with_name(f".{os.urandom(8).hex()}.part")
    try:
        with file.open(encoding="utf-8", newline="") as lines, beside.open("xb") as target:
            some: list[list[str]] = []
            for row in csv.reader(lines):
                some.append([disarmed(cell) for cell in row])
                if len(some) == _ROWS:
                    target.write(csv_bytes(some))
                    some.clear()
            target.write(csv_bytes(some))
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
