"""A workbook, or a web page that stands for one, read without a contract → plain csv files in a folder.

In: a path, its kind and a folder. Out: `Written`. Apart from `writer`, whose texts need none of these libraries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ingest.read.plain.output_file import write_rows
from ingest.read.plain.reader import read_grids
from ingest.read.plain.written import Sheet, Written, not_written
from ingest.read.workbook.grids import DamagedError, grids_of
from ingest.schema.texts.finding import Finding

Kind = Literal["workbook", "markup"]


def write_tables(path: Path, kind: Kind, folder: Path) -> Written:
    """Write the tables of each sheet."""
    reading = read_grids(path, kind)
    sheets = [Sheet(sheet.name, write_rows(folder, sheet.csv_rows())) for sheet in reading.sheets]
    return Written(tuple(sheets), reading.findings, reading.rows_in, reading.rows_written, reading.unreadable)


def write_grids(path: Path, kind: Kind, folder: Path) -> Written:
    """Write each sheet as it stands, row by row from the first on."""
    try:
        grids, _ = grids_of(path, kind, fill_merged=False)
    except DamagedError:
        return not_written(Finding("damaged_file"))
    sheets = [Sheet(grid.name, write_rows(folder, (row.cells for row in grid.rows))) for grid in grids]
    rows = sum(len(grid.rows) for grid in grids)
    return Written(tuple(sheets), rows_in=rows, rows_written=rows)
