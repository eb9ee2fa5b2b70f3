"""Cells that keep 0.95 and show 95 %: the sign does not get lost, and what is meant is asked."""

from __future__ import annotations

import zipfile
from array import array
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from ingest.read.workbook.formats.percent_formats import percent_cells
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of
from tests.ingest.read.samples import HEADER, ROW, read_whole, typed

MISSED = HEADER.index("lessons_missed") + 1


@pytest.mark.parametrize("shown", ["0%", "0.00%", '#,##0.0" "%', "0%;[Red]-0%"])
def test_a_number_shown_in_per_cent_is_asked_about(tmp_path: Path, attendance: Contract, shown: str) -> None:
    book = openpyxl.Workbook()
    (sheet,) = book.worksheets
    sheet.title = "Есеп & «1»"
    sheet.cell(3, 3, "Есеп")
    for column, name in enumerate(HEADER, start=2):
        sheet.cell(5, column, name)
        sheet.cell(6, column, ROW[column - 2])
        sheet.cell(7, column, ROW[column - 2])
    sheet.cell(7, MISSED + 1, 0.07).number_format = shown
    sheet.cell(6, MISSED + 1, 3)
    book.save(path := tmp_path / "percent.xlsx")
    rows, findings = typed(read_whole(path, attendance), attendance)
    assert [row["lessons_missed"] for row in rows] == [3, None]
    assert [(f.code, f.cell, f.value, f.suggestion) for f in findings] == [("percent_sign", "H7", "7%", "7")]


@pytest.mark.parametrize("shown", ["0.00", "General", '0" %"', "0\\%", "@"])
def test_a_sign_that_is_only_written_beside_the_number_changes_nothing(
    tmp_path: Path, attendance: Contract, shown: str
) -> None:
    book = openpyxl.Workbook()
    (sheet,) = book.worksheets
    sheet.append(HEADER)
    sheet.append([*ROW[:6], 3, *ROW[7:]])
    sheet.cell(2, MISSED).number_format = shown
    book.save(path := tmp_path / "plain.xlsx")
    rows, findings = typed(read_whole(path, attendance), attendance)
    assert (rows[0]["lessons_missed"], findings) == (3, [])


def test_texts_in_cells_of_per_cent_stay_texts(tmp_path: Path) -> None:
    path = tmp_path / "texts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, other = book.add_worksheet("А"), book.add_worksheet("Ә")
        percent = book.add_format({"num_format": "0%"})
        sheet.write_string(0, 0, "0.5", percent)
        sheet.write_blank(1, 0, None, percent)
        other.write_number(2, 27, 0.5, percent)
        other.write_formula(3, 0, "=1/2", percent, 0.5)
    assert percent_cells(path) == {"Ә": {28: array("i", [3]), 1: array("i", [4])}}


def test_many_cells_are_found_across_pieces(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        percent = book.add_format({"num_format": 10})
        for row in range(60_000):
            sheet.write_number(row, 0, row / 1000)
            sheet.write_number(row, 1, row / 1000, percent)
    (found,) = percent_cells(path).values()
    assert found == {2: array("i", range(1, 60_001))}


def test_other_kinds_of_files_have_none(write_csv: Callable[..., Path], tmp_path: Path) -> None:
    assert percent_cells(write_csv([HEADER, ROW])) == {}
    with_nothing = tmp_path / "plain.xlsx"
    openpyxl.Workbook().save(with_nothing)
    assert percent_cells(with_nothing) == {}


def test_a_number_column_says_it_too(write_xlsx: Callable[..., Path]) -> None:
    contract = contract_of("regional_indicators")
    example = [field.example for field in contract.fields]
    path = write_xlsx([[field.name for field in contract.fields], example])
    book = openpyxl.load_workbook(path)
    cell = book.worksheets[0].cell(2, [field.name for field in contract.fields].index("value") + 1)
    cell.value, cell.number_format = 0.956, "0.0%"
    book.save(path)
    _, findings = typed(read_whole(path, contract), contract)
    assert [(f.code, f.value, f.suggestion) for f in findings] == [("percent_sign", "95.6%", "95,6")]


def test_damage_is_for_others_to_say(tmp_path: Path) -> None:
    path = tmp_path / "percent.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_number(0, 0, 0.5, book.add_format({"num_format": "0%"}))
    assert list(percent_cells(path)) == ["Sheet1"]
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "part.xlsx", "w") as part:
        for entry in whole.infolist():
            if not entry.filename.startswith("xl/worksheets"):
                part.writestr(entry, whole.read(entry))
    assert percent_cells(tmp_path / "part.xlsx") == {}
