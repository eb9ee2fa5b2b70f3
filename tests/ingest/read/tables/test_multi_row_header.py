"""Headers over two and three rows, merged across and down, as official forms have them."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from ingest.read.form.header.header_match import find_header
from ingest.read.reading import Reading
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from tests.ingest.read.samples import HEADER, ROW, codes, read_whole


def _labels(contract: Contract) -> list[str]:
    return [contract.field(name).labels.kk for name in HEADER]


def _two_rows(contract: Contract) -> list[list[str]]:
    labels = _labels(contract)
    upper = [
        labels[0],
        "Оқушы",
        labels[2],
        "Сыныбы",
        "",
        "Сабақ туралы мәлімет",
        "",
        "",
        labels[8],
        labels[9],
    ]
    lower = ["", labels[1], "", labels[3], labels[4], labels[5], labels[6], labels[7], "", ""]
    return [upper, lower]


def _with_openpyxl(rows: list[list[Any]], merged: list[str], path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Парақ"
    for row in rows:
        sheet.append([cell or None for cell in row])
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(path)


def _with_xlsxwriter(rows: list[list[Any]], merged: list[str], path: Path) -> None:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Парақ")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                sheet.write(number, column, cell)
    for cells in merged:
        first = openpyxl.utils.cell.coordinate_from_string(cells.split(":")[0])
        column = openpyxl.utils.column_index_from_string(first[0]) - 1
        sheet.merge_range(cells, rows[first[1] - 1][column])
    book.close()


def _columns_and_first_row(reading: Reading) -> tuple[list[str], list[str]]:
    (table,) = reading.tables
    first = table.text.slice(0, 1).to_pylist()[0]
    return list(table.columns), [first[name] or "" for name in HEADER]


@pytest.mark.parametrize("write", [_with_openpyxl, _with_xlsxwriter])
def test_a_header_merged_across_and_down_is_one_header(
    attendance: Contract, tmp_path: Path, write: Callable[..., None]
) -> None:
    path = tmp_path / "file.xlsx"
    title = ["Сабаққа қатысу туралы есеп"] + [""] * 9
    numbers = [str(number + 1) for number in range(10)]
    rows = [title, *_two_rows(attendance), numbers, list(ROW), list(ROW)]
    write(rows, ["A1:J1", "A2:A3", "C2:C3", "D2:E2", "F2:H2", "I2:I3", "J2:J3"], path)
    reading = read_whole(path, attendance)
    assert _columns_and_first_row(reading) == (list(HEADER), list(ROW))
    assert (reading.tables[0].header_row, reading.tables[0].text["_row"].to_pylist()) == (3, [5, 6])
    said = {finding.code: finding.row for finding in reading.findings}
    assert said == {"header_rows_joined": 2, "numbering_row": 4}
    assert (reading.rows_in, reading.rows_data, reading.rows_not_data) == (4, 2, 2)


def test_the_same_in_a_csv_and_repeated_on_the_next_page(
    attendance: Contract, write_csv: Callable[..., Path]
) -> None:
    header = _two_rows(attendance)
    reading = read_whole(write_csv([*header, ROW, *header, ROW], delimiter=";"), attendance)
    assert _columns_and_first_row(reading) == (list(HEADER), list(ROW))
    assert codes(reading) == ["header_rows_joined", "repeated_header", "repeated_header"]
    assert (reading.rows_in, reading.rows_data) == (4, 2)


def test_three_levels_and_labels_split_between_two(attendance: Contract) -> None:
    label = attendance.field("lessons_scheduled").labels.kk
    first, _, rest = label.partition(" ")
    assert rest
    labels = _labels(attendance)
    rows = [
        ["Есеп беруші", "Оқушы", "", first],
        ["", "жеке басы", "", rest],
        [labels[0], labels[1], labels[2], ""],
        ["650140000007", "090101700000", "2026-09-07", "5"],
    ]
    header = find_header(rows, attendance)
    assert header
    assert header.columns == {"bin": 0, "iin": 1, "date": 2, "lessons_scheduled": 3}
    assert (header.top, header.index) == (0, 2)


def test_a_first_record_of_words_is_no_second_row_of_the_header(attendance: Contract) -> None:
    labels = _labels(attendance)
    header = find_header([labels[:6], ["мектеп", "оқушы", "кеше", "бір", "А", "бес"], list(ROW)], attendance)
    assert header
    assert (header.index, len(header.levels)) == (0, 1)


def test_hidden_rows_and_columns_and_formulas_without_values_are_said(
    attendance: Contract, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Парақ"
    for row in (HEADER, *[ROW] * 4):
        sheet.append(list(row))
    sheet["G3"], sheet["G4"] = "=1+1", "=F4"
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["E"].hidden = True
    legend = book.create_sheet("Шартты белгілер")
    legend.append(["Н", "келмеді"])
    legend["C1"] = "=1"
    book.save(tmp_path / "file.xlsx")
    reading = read_whole(tmp_path / "file.xlsx", attendance)
    said = {(finding.code, finding.sheet, finding.cell) for finding in reading.findings}
    assert said == {
        ("hidden_rows_read", "Парақ", None),
        ("hidden_columns_read", "Парақ", "E1"),
        ("sheet_not_read", "Шартты белгілер", None),
    }
    (table,) = reading.tables
    assert {name: rows for name, rows in table.uncomputed.items() if len(rows)} == {
        "lessons_missed": (3, 4)
    }, "said of the cells when they are typed"
    assert reading.rows_data == 4


def test_of_a_large_sheet_as_well_and_a_formula_that_gives_an_empty_text_is_none(
    attendance: Contract, tmp_path: Path
) -> None:
    book = xlsxwriter.Workbook(tmp_path / "file.xlsx", {"constant_memory": True})
    sheet = book.add_worksheet("Парақ")
    sheet.set_column("AA:AB", None, None, {"hidden": True})
    sheet.write_row(0, 0, HEADER)
    for number in range(1, 6_001):
        if number in (4_000, 4_001):
            sheet.set_row(number, None, None, {"hidden": True})
        sheet.write_row(number, 0, ROW[:9])
        sheet.write_formula(number, 9, '=IF(A1="","","")', None, "")
    book.close()
    # As Excel keeps an empty text that was computed.
    with zipfile.ZipFile(tmp_path / "file.xlsx") as old, zipfile.ZipFile(tmp_path / "new.xlsx", "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, re.sub(rb'(<c r="J\d+")(><f>)', rb'\1 t="str"\2', part))
    reading = read_whole(tmp_path / "new.xlsx", attendance)
    said = {finding.code: (finding.cell, finding.row, dict(finding.params)) for finding in reading.findings}
    assert said == {
        "hidden_rows_read": (None, 4_001, {"rows": "4001–4002"}),
        "hidden_columns_read": ("AA1", 1, {"columns": "AA–AB"}),
    }


def test_a_sheet_formatted_to_its_last_row_has_the_rows_it_has(attendance: Contract, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "file.xlsx", {"constant_memory": True})
    sheet, look = book.add_worksheet(), book.add_format({"bg_color": "yellow"})
    for number, row in enumerate((HEADER, ROW)):
        sheet.write_row(number, 0, row)
    for number in range(2, 1_048_576, 1_000):
        sheet.write_blank(number, 0, None, look)
    sheet.set_row(1_048_575, 20, look)
    book.close()
    reading = read_whole(tmp_path / "file.xlsx", attendance)
    assert (reading.rows_in, reading.rows_data, codes(reading)) == (1, 1, [])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("form", sorted(contracts()))
def test_words_of_a_name_stand_in_any_order_above_and_below(form: str, seed: int) -> None:
    """Of each name of several words some stand above, the others below, as people turn them round."""
    contract = contracts()[form]
    chance = random.Random(f"{form}{seed}")
    language = chance.choice(("kk", "ru"))
    upper: list[str] = []
    lower: list[str] = []
    for field in contract.fields:
        written = chance.choice([field.labels.in_language(language), *field.aliases])
        words = re.findall(r"\([^()]*\)|[^\s()]+", written)
        chance.shuffle(words)
        cut = chance.randint(0, len(words) - 1)
        upper.append(" ".join(words[:cut]) or words[0])
        lower.append(" ".join(words[cut:]) if cut else " ".join(words[1:]))
    if not any(lower):
        return
    title = [["Мәліметтер", *[""] * (len(upper) - 1)]] if seed % 2 else []
    header = find_header(
        [["Есеп"], *title, upper, lower, [str(place) for place in range(len(upper))]], contract
    )
    assert header is not None
    found = dict(header.columns)
    assert found == {field.name: place for place, field in enumerate(contract.fields)}


def test_a_child_may_come_before_its_parent_and_a_title_above_both(attendance: Contract) -> None:
    rows = [
        ["Сведения о пропусках", "", "", "", ""],
        ["ЖСН", "Күні", "Сабақтар", "Сабақтар", "Дәлелді"],
        ["", "", "жоспарланған", "қалдырылған", ""],
    ]
    names = {"lessons_scheduled": ["жоспарланған сабақтар"], "lessons_missed": ["қалдырылған сабақтар"]}
    fields = tuple(
        field.model_copy(update={"aliases": tuple(names.get(field.name, field.aliases))})
        for field in attendance.fields
    )
    header = find_header(rows, attendance.model_copy(update={"fields": fields}))
    assert header is not None
    assert header.columns["lessons_scheduled"] == 2
    assert header.columns["lessons_missed"] == 3
