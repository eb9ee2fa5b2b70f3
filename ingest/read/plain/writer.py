"""One file, read without a contract → plain csv files in a folder, and what is to be said of it.

In: a path and a folder. Out: `Written`: the files, named as those of the reading process are, one for each sheet,
the main one first. A file of which nothing can be read is an outcome too, also where the fault is the reader's
own: then the finding says so. Only a file that cannot be opened, or a folder that cannot be written to, raises
(OSError).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

from ingest.read.files.any_kind import general_kind
from ingest.read.plain.reader import read_grids
from ingest.read.plain.stream import write_text
from ingest.read.sandbox.protocol import prefix_of
from ingest.read.text.csv_bytes import csv_bytes
from ingest.read.workbook.grids import DamagedError, grids_of
from ingest.schema.finding import Finding

_BUFFER = 1 << 20
_ROWS = 10_000


@dataclass(frozen=True)
class Sheet:
    """`name`: None for a text. `file`: the name of its csv in the folder."""

    name: str | None
    file: str


@dataclass(frozen=True)
class Written:
    """What was written of a file. `rows_in == rows_written + rows_not_data`, always."""

    sheets: tuple[Sheet, ...] = ()
    findings: tuple[Finding, ...] = ()
    rows_in: int = 0
    rows_written: int = 0
    unreadable: bool = False

    @property
    def rows_not_data(self) -> int:
        return self.rows_in - self.rows_written


def not_written(finding: Finding) -> Written:
    """The outcome of a file of which nothing can be said but why."""
    return Written(findings=(finding,), unreadable=True)


def reader_failed(fault: str) -> Finding:
    """The finding of a file that met a fault of the reader's own. `fault`: its kind, never what the file holds."""
    return Finding("reader_failed", params={"fault": fault})


def write_plain(path: Path, folder: Path) -> Written:
    """Read one file and write what it holds into the folder. Raises OSError, MemoryError and RecursionError."""
    kind = general_kind(path)
    if isinstance(kind, Finding):
        return Written(findings=(kind,), unreadable=kind.code != "empty_file")
    if kind == "text":
        with _new_file(folder) as file:
            found = write_text(path.read_bytes(), file)
        sheet = Sheet(None, Path(file.name).name)
        return Written((sheet,), tuple(found.findings), found.rows_in, found.rows_written)
    reading = read_grids(path, kind)
    sheets = [Sheet(sheet.name, _csv(folder, sheet.csv_rows())) for sheet in reading.sheets]
    return Written(tuple(sheets), reading.findings, reading.rows_in, reading.rows_written, reading.unreadable)


def write_whole(path: Path, folder: Path) -> Written:
    """Write the sheets of a workbook as they stand, row by row from the first on, each as a csv."""
    kind = general_kind(path)
    if isinstance(kind, Finding):
        return not_written(kind)
    if kind == "text":
        raise ValueError("a text has no sheets")
    try:
        grids, _ = grids_of(path, kind, fill_merged=False)
    except DamagedError:
        return not_written(Finding("damaged_file"))
    sheets = [Sheet(grid.name, _csv(folder, (row.cells for row in grid.rows))) for grid in grids]
    rows = sum(len(grid.rows) for grid in grids)
    return Written(tuple(sheets), rows_in=rows, rows_written=rows)


def _csv(folder: Path, rows: Iterable[Sequence[str]]) -> str:
    with _new_file(folder) as file:
        some: list[Sequence[str]] = []
        for row in rows:
            some.append(row)
            if len(some) == _ROWS:
                file.write(csv_bytes(some))
                some.clear()
        file.write(csv_bytes(some))
    return Path(file.name).name


def _new_file(folder: Path) -> IO[bytes]:
    return (folder / f"{prefix_of(os.getpid())}{uuid4().hex}").open("xb", buffering=_BUFFER)
