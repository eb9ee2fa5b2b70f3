"""A space typed far away costs a workbook nothing; a word there is not lost."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from ingest.read.plain.reader import read_general
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import cell_address
from tests.ingest.read.samples import HEADER, ROW, codes, read_whole

BLANKS = (" ", "\u00a0", " \t ", "\n", "\u200b", "\u3000  ")


def _book(path: Path, far: dict[str, str]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (HEADER, ROW, ROW):
        sheet.append(row)
    for address, text in far.items():
        sheet[address] = text
    book.save(path)
    return path


@pytest.mark.parametrize("seed", range(8))
def test_blank_cells_far_away_change_nothing(tmp_path: Path, attendance: Contract, seed: int) -> None:
    chance = random.Random(seed)
    corners = ["A1048576", "XFD1", "XFD1048576", "AZ900000"]
    others = [
        f"{get_column_letter(chance.randint(30, 16_000))}{chance.randint(9, 1_000_000)}" for _ in range(5)
    ]
    chosen = chance.sample([*corners, *others], chance.randint(1, 5))
    path = _book(tmp_path / "far.xlsx", {address: chance.choice(BLANKS) for address in chosen})
    near = _book(tmp_path / "near.xlsx", {})
    found, plain = read_whole(path, attendance), read_whole(near, attendance)
    assert found.tables[0].text.equals(plain.tables[0].text)
    assert (codes(found), found.rows_in) == (codes(plain), plain.rows_in)
    general = read_general(path)
    assert (general.rows_in, general.rows_written) == (3, 2)


def test_inline_and_computed_blanks_and_colours_are_blank_too(tmp_path: Path, attendance: Contract) -> None:
    path = tmp_path / "file.xlsx"
    with xlsxwriter.Workbook(path, {"in_memory": False, "constant_memory": True}) as book:
        sheet = book.add_worksheet("Парақ")
        for number, row in enumerate((HEADER, ROW, ROW)):
            sheet.write_row(number, 0, row)
        sheet.write_string(1_048_000, 3, "  ")
        sheet.write_formula(1_048_010, 2, '=""', value="")
        sheet.write_blank(1_048_020, 2, None, book.add_format({"bold": True}))
    assert read_whole(path, attendance).rows_in == 2
    assert read_general(path).rows_in == 3


def test_a_word_far_away_is_not_lost(tmp_path: Path, attendance: Contract) -> None:
    path = _book(tmp_path / "file.xlsx", {"B30000": "Ескерту", "A1048576": " "})
    reading = read_whole(path, attendance)
    assert [(f.code, f.cell, f.value) for f in reading.findings] == [("signature_row", "B30000", "Ескерту")]
    assert (reading.rows_data, reading.rows_in) == (2, 29_999)


@pytest.mark.parametrize(
    "strays",
    [["XFD1"], ["AZ1048576"], ["XFD1048576"], ["BAZ5", "XFD2", "CZZ3"], ["XFC1", "XFD1", "AZ1040000"]],
)
def test_a_few_stray_cells_cost_nothing_but_themselves(
    tmp_path: Path, attendance: Contract, strays: list[str]
) -> None:
    path = _book(tmp_path / "far.xlsx", dict.fromkeys(strays, "x"))
    near = read_whole(_book(tmp_path / "near.xlsx", {}), attendance)
    reading = read_whole(path, attendance)
    assert reading.tables[0].text.equals(near.tables[0].text)
    assert codes(reading) == [*codes(near), "stray_cells"]
    general = read_general(path)
    assert (general.rows_in, general.rows_written) == (3, 2)
    for findings in (reading.findings, general.findings):
        said = next(finding for finding in findings if finding.code == "stray_cells")
        assert set(str(said.params["cells"]).split(", ")) == set(strays)


def test_a_table_too_far_away_is_still_refused(tmp_path: Path, attendance: Contract) -> None:
    wide = {f"{get_column_letter(1_500 + place)}{row}": "x" for place in range(4) for row in range(1, 6)}
    assert codes(read_whole(_book(tmp_path / "a.xlsx", wide), attendance)) == ["too_many_columns"]
    spread = {f"{get_column_letter(300 * place)}1": "x" for place in range(1, 40)}
    assert codes(read_whole(_book(tmp_path / "c.xlsx", spread), attendance)) == ["too_many_columns"]
    far = {f"AZ{1_048_000 + row}": "x" for row in range(20)}
    assert codes(read_whole(_book(tmp_path / "b.xlsx", far), attendance)) == ["oversized_file"]


def test_spaces_within_the_table_stay_as_they_are(tmp_path: Path, attendance: Contract) -> None:
    far = _book(tmp_path / "far.xlsx", {"E2": " ", "C3": "  7 ", "A1048576": " "})
    near = _book(tmp_path / "near.xlsx", {"E2": " ", "C3": "  7 "})
    assert read_whole(far, attendance).tables[0].text.equals(read_whole(near, attendance).tables[0].text)


def test_a_coloured_cell_far_away_is_no_content(tmp_path: Path, attendance: Contract) -> None:
    path = _book(tmp_path / "file.xlsx", {})
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A1048576"].fill = PatternFill("solid", fgColor="FFFF00")
    book.save(path)
    assert read_whole(path, attendance).rows_in == 2


def _old_book(path: Path, far: dict[tuple[int, int], object]) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Парақ")
    for number, row in enumerate((HEADER, ROW, ROW)):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    for (row, column), cell in far.items():
        sheet.write(row, column, cell)
    book.save(str(path))
    return path


@pytest.mark.parametrize(
    "far",
    [
        {(60_000, 255): " "}, {(65_535, 255): 5, (65_534, 254): "x"}, {(60_000, 200): xlwt.Formula('"a"&"b"')},
        {(40_000, 100): 1, (40_000, 101): 2, (40_000, 102): 3},
    ],
)  # fmt: skip
def test_stray_cells_of_an_old_workbook_cost_nothing_but_themselves(
    tmp_path: Path, attendance: Contract, far: dict[tuple[int, int], object]
) -> None:
    near = read_whole(_old_book(tmp_path / "near.xls", {}), attendance)
    path = _old_book(tmp_path / "far.xls", far)
    reading = read_whole(path, attendance)
    assert reading.tables[0].text.equals(near.tables[0].text)
    assert codes(reading) == [*codes(near), "stray_cells"]
    cells = {cell_address(column + 1, row + 1) for row, column in far}
    (said,) = (finding for finding in reading.findings if finding.code == "stray_cells")
    assert set(said.params["cells"].split(", ")) == cells
    assert read_general(path).rows_written == 2


@pytest.mark.parametrize("stray", ["GR100000", "AE500001", "DD40000"])
def test_one_stray_cell_at_a_middle_distance_costs_nothing_but_itself(
    tmp_path: Path, attendance: Contract, stray: str
) -> None:
    near = read_whole(_book(tmp_path / "near.xlsx", {}), attendance)
    reading = read_whole(_book(tmp_path / "far.xlsx", {stray: "x"}), attendance)
    assert reading.tables[0].text.equals(near.tables[0].text)
    assert [(finding.code, finding.cell) for finding in reading.findings] == [("stray_cells", stray)]
