"""A workbook of 100,000 rows and six columns: reading it as a form, against fastexcel's bare load.

In: a school and a scratch folder. Out: a figure. Ours also finds the header, keeps every cell's address, sets
apart rows that are not data and looks for error values; typing comes after, at the speed of the csv.
"""

from __future__ import annotations

import csv
from pathlib import Path

import fastexcel
import xlsxwriter

from bench.attendance import FORM, School
from bench.attendance_csv import write_attendance_csv
from bench.figure import Figure
from bench.stopwatch import medians
from ingest.read import read

ROWS, COLUMNS = 100_000, 6
LIMIT = 2.5


def figure(school: School) -> Figure:
    """Measure."""
    file = school.folder / "attendance.xlsx"
    write_workbook(file, ROWS, COLUMNS)

    def ours() -> None:
        reading = read(file, FORM)
        if reading.rows_data != ROWS:
            raise AssertionError(f"{reading.rows_data} rows read of {ROWS}")

    taken = medians({"floor": lambda: fastexcel.read_excel(str(file)).load_sheet(0).to_arrow(), "ours": ours})
    what = f"attendance xlsx, {ROWS:,} rows × {COLUMNS} columns: read, against fastexcel's bare load"
    return Figure(what, taken["ours"], taken["floor"], LIMIT)


def write_workbook(path: Path, rows: int, columns: int | None = None, first: int = 0) -> None:
    """A workbook as a program of a school writes it: texts as texts, counts as numbers.

    `first`: from which row of the large csv on; `columns`: how many of the form's columns, by default all.
    """
    source = path.with_suffix(".source.csv")
    write_attendance_csv(source, first + rows)
    with source.open(encoding="utf-8", newline="") as lines:
        records = list(csv.reader(lines))
    source.unlink()
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, record in enumerate([records[0], *records[first + 1 :]]):
        cells = record[:columns]
        sheet.write_row(number, 0, cells[:3] + [int(c) if c.isdigit() else c for c in cells[3:]])
    book.close()
