"""Reading without a form: a cell merged downwards stands in every record it covers, whatever the workbook's kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.read.plain.reader import read_general
from tests.ingest.read.writers import WRITERS

CELLS = [
    ["Аудан", "Мектеп", "Оқушы"],
    ["Абай", "№ 1 мектеп", 10],
    ["", "№ 2 мектеп", 20],
    ["", "№ 3 мектеп", 30],
    ["Мақат", "№ 4 мектеп", 40],
    ["", "№ 5 мектеп", 50],
]


@pytest.mark.parametrize("writer", ["openpyxl", "xlsxwriter", "xlwt", "odfpy", "xlsb", "html"])
def test_its_text_is_in_every_record(tmp_path: Path, writer: str) -> None:
    path = WRITERS[writer](tmp_path / "file", CELLS, [(1, 0, 3, 0), (4, 0, 5, 0)])
    reading = read_general(path)
    assert [row[0] for row in reading.sheets[0].csv_rows()] == ["Аудан", *["Абай"] * 3, *["Мақат"] * 2]
    said = [f for f in reading.findings if f.code == "merged_cells_filled"]
    assert [(f.cell, f.params["rows"], f.params["count"], f.severity) for f in said] == [
        ("A2", "3–4, 6", 3, "note")
    ]
    assert "A" in said[0].message["ru"]


@pytest.mark.parametrize("writer", ["xlsxwriter", "odfpy"])
def test_blank_rows_below_it_stay_blank_and_headers_as_they_were(tmp_path: Path, writer: str) -> None:
    cells = [*CELLS, ["", "", ""], ["", "", ""], ["Жем", "№ 6 мектеп", 1]]
    path = WRITERS[writer](tmp_path / "file", cells, [(1, 0, 3, 0), (4, 0, 7, 0)])
    reading = read_general(path)
    rows = [row for row in reading.sheets[0].csv_rows() if row[0] != "Аудан"]
    assert [row[0] for row in rows] == [*["Абай"] * 3, *["Мақат"] * 2, "Жем"]
    assert reading.rows_in == reading.rows_written + reading.rows_not_data
