"""The csv files that a reading process writes into the folder it is given.

In: a folder and rows. Out: a file of a name nobody else uses, which tells whose it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from ingest.read.sandbox.protocol import prefix_of
from ingest.read.text.rows.csv_bytes import csv_bytes

_BUFFER = 1 << 16
_ROWS = 10_000


def new_file(folder: Path) -> IO[bytes]:
    """An open file to write to."""
    return (folder / f"{prefix_of(os.getpid())}{os.urandom(16).hex()}").open("xb", buffering=_BUFFER)


def write_rows(folder: Path, rows: Iterable[Sequence[str]]) -> str:
    """Write the rows as a csv; the name of the file."""
    with new_file(folder) as file:
        some: list[Sequence[str]] = []
        for row in rows:
            some.append(row)
            if len(some) == _ROWS:
                file.write(csv_bytes(some))
                some.clear()
        file.write(csv_bytes(some))
    return Path(file.name).name
