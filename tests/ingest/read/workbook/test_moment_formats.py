"""A cell that shows a day with a time keeps its midnight; a bare day gets none."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.plain.reader import read_general
from ingest.read.workbook.formats.moment_formats import moments_among

_OF_MOMENTS = (
    "yyyy-mm-dd hh:mm",
    "dd.mm.yyyy h:mm:ss",
    "m/d/yy h:mm",
    '[$-419]d" числа в "h:mm',
    "D MMM YYYY, HH:MM",
)
_OF_DAYS = ("dd.mm.yyyy", "yyyy-mm-dd", "mm-dd-yy", 'd" ч. "mmmm yyyy', "[h]:mm" + ";@")


def _read(path: Path) -> list[list[str]]:
    return list(read_general(path).sheets[0].csv_rows())


@pytest.mark.parametrize("code", _OF_MOMENTS)
@pytest.mark.parametrize("hour", [0, 8])
def test_a_midnight_shown_as_a_time_is_one(tmp_path: Path, code: str, hour: int) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Аты", "Қашан", "Күні"])
    for name in ("Нұра", "Абай", "Көл"):
        sheet.append([name, datetime(2026, 9, 1, hour), datetime(2026, 9, 2)])
    for row in range(2, 5):
        sheet.cell(row, 2).number_format = code
        sheet.cell(row, 3).number_format = _OF_DAYS[row - 2]
    book.save(tmp_path / "a.xlsx")
    rows = _read(tmp_path / "a.xlsx")
    assert [row[1] for row in rows[1:]] == [f"2026-09-01 {hour:02}:00:00"] * 3
    assert [row[2] for row in rows[1:]] == ["2026-09-02"] * 3


def test_where_no_format_is_known_the_other_cells_of_the_column_tell(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Парақ")
    moment, day = xlwt.easyxf(num_format_str="DD.MM.YYYY HH:MM"), xlwt.easyxf(num_format_str="DD.MM.YYYY")
    for column, name in enumerate(("Аты", "Қашан", "Күні")):
        sheet.write(0, column, name)
    for row, hour in enumerate((0, 8, 0), 1):
        sheet.write(row, 0, "Абай")
        sheet.write(row, 1, datetime(2026, 9, row, hour), moment)
        sheet.write(row, 2, datetime(2026, 9, row), day)
    book.save(str(tmp_path / "a.xls"))
    rows = _read(tmp_path / "a.xls")
    assert [row[1] for row in rows[1:]] == [
        "2026-09-01 00:00:00",
        "2026-09-02 08:00:00",
        "2026-09-03 00:00:00",
    ]
    assert [row[2] for row in rows[1:]] == ["2026-09-01", "2026-09-02", "2026-09-03"]


@given(st.lists(st.lists(st.none() | st.integers() | st.text() | st.datetimes(), max_size=4), max_size=6))
@settings(deadline=None)
def test_only_moments_of_columns_with_a_time_of_day_are_places(values: list[list[object]]) -> None:
    for column, numbers in moments_among(values).items():
        cells = [values[number - 1][column - 1] for number in numbers]
        assert all(isinstance(cell, date) for cell in cells)
        assert any(cell.time() for cell in cells if isinstance(cell, datetime))
