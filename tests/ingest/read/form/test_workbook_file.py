"""Workbooks, as Excel, openpyxl and xlsxwriter write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from ingest.emit.template import template
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of
from ingest.schema.forms.load import contracts
from ingest.schema.template_stamp import STAMP_SHEET, TemplateStamp
from tests.ingest.read.samples import HEADER, ROW, changed, codes, read_whole, typed

NATIVE = ("650140000007", "090101700000", date(2026, 9, 7), 1, "А", 5.0, 0, 0, False, None)


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("form", sorted(contracts()))
def test_every_template_filled_with_its_examples_reads_clean(
    tmp_path: Path, form: str, language: str
) -> None:
    contract = contract_of(form)
    path = tmp_path / "template.xlsx"
    path.write_bytes(template(contract, language))  # type: ignore[arg-type]
    assert codes(read_whole(path, contract)) == ["no_data_rows"]
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append([field.example for field in contract.fields])
    book.save(path)
    reading = read_whole(path, contract)
    assert codes(reading) == []
    assert reading.rows_data == 1
    assert reading.stamp == TemplateStamp(form, contract.version, language)
    written = reading.tables[0].text.drop(["_row"]).to_pylist()[0]
    assert written == {field.name: field.example for field in contract.fields}


def test_native_cells_become_text_as_a_person_would_write_it(
    write_xlsx: Callable[..., Path], attendance: Contract
) -> None:
    (table,) = read_whole(write_xlsx([HEADER, NATIVE]), attendance).tables
    row = table.text.to_pylist()[0]
    assert row["date"] == "2026-09-07"
    assert row["lessons_scheduled"] == "5"
    assert row["is_late"] == "false"
    assert not row["absence_reason"]
    assert row["iin"] == "090101700000"


def test_numbers_and_moments_keep_what_they_say(
    write_xlsx: Callable[..., Path], attendance: Contract
) -> None:
    rows = [HEADER, (650140000007, 90101700000, datetime(2026, 9, 7, 8, 30), 0.1 + 0.2, "А", 1e-7)]
    row = read_whole(write_xlsx(rows), attendance).tables[0].text.to_pylist()[0]
    assert row["bin"] == "650140000007"
    assert row["iin"] == "90101700000"
    assert row["date"] == "2026-09-07 08:30:00"
    assert (row["grade"], row["lessons_scheduled"]) == ("0.3", "0.0000001")


def test_a_table_that_begins_anywhere_keeps_its_addresses(tmp_path: Path, attendance: Contract) -> None:
    path = tmp_path / "file.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Деректер")
    sheet.write("C4", "Тақырып")
    sheet.write_row("D6", HEADER)
    sheet.write_row("D8", changed(date="?"))
    sheet.write_row("D9", [*HEADER[:1], *ROW[1:]])
    sheet.write("E10", "Итого:")
    book.close()
    reading = read_whole(path, attendance)
    (table,) = reading.tables
    assert table.header_row == 6
    assert table.columns["bin"] == 4
    assert table.text.column("_row").to_pylist() == [8, 9]
    assert reading.rows_not_data == 2 + 1 + 1  # title and blank above, blank below the header, totals
    assert [(f.code, f.sheet, f.cell) for f in reading.findings] == [("totals_row", "Деректер", "E10")]


def test_the_sheet_with_the_form_is_read_whatever_stands_before_it(
    write_xlsx: Callable[..., Path], attendance: Contract
) -> None:
    path = write_xlsx([["Нұсқаулық"], ["ЖСН — 12 сан"]], Деректер=[HEADER, ROW], Бос=[])
    reading = read_whole(path, attendance)
    assert [table.sheet for table in reading.tables] == ["Деректер"]
    assert [(f.code, f.severity, f.sheet) for f in reading.findings] == [
        ("sheet_not_read", "note", "Парақ 1")
    ]
    assert reading.rows_in == 1


def test_a_sheet_a_class_is_read_sheet_by_sheet(
    write_xlsx: Callable[..., Path], attendance: Contract
) -> None:
    second = [HEADER[:-1], changed(letter="Ә")[:-1], ["Барлығы"]]
    reading = read_whole(write_xlsx([HEADER, ROW, ROW], Ә=second), attendance)
    assert [table.sheet for table in reading.tables] == ["Парақ 1", "Ә"]
    assert (reading.rows_data, reading.rows_not_data) == (3, 1)


def test_a_sheet_with_only_some_of_the_columns_is_asked_about(
    write_xlsx: Callable[..., Path], attendance: Contract
) -> None:
    reading = read_whole(write_xlsx([HEADER, ROW], Тізім=[["ЖСН", "Күні"], ["1", "2"]]), attendance)
    assert [(f.code, f.severity, f.sheet) for f in reading.findings] == [("sheet_not_read", "query", "Тізім")]


def test_hidden_sheets_are_read_and_said(tmp_path: Path, attendance: Contract) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEADER)
    book.worksheets[0].append(ROW)
    for number, state in enumerate(["hidden", "veryHidden"]):
        sheet = book.create_sheet(f"s{number}")
        sheet.sheet_state = state
        sheet.append(HEADER)
        sheet.append(ROW)
    book.save(tmp_path / "file.xlsx")
    reading = read_whole(tmp_path / "file.xlsx", attendance)
    assert (reading.rows_in, codes(reading)) == (3, ["hidden_sheet_read"] * 2)
    assert [finding.sheet for finding in reading.findings] == ["s0", "s1"]


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        (TemplateStamp("learner_roster", 1, "kk"), "form_mark_disagrees"),
        (TemplateStamp("attendance", 99, "kk"), "version_mark_disagrees"),
        (TemplateStamp("attendance", 1, "ru", node="650140000007"), None),
    ],
)
def test_a_template_made_for_something_else_is_an_error(
    tmp_path: Path, attendance: Contract, mark: TemplateStamp, code: str | None
) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(template(attendance, "kk", mark))
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append(ROW)
    book.save(path)
    reading = read_whole(path, attendance)
    assert reading.stamp == mark
    assert codes(reading) == ([code] if code else [])
    assert all(finding.severity == "error" for finding in reading.findings)


def test_a_mark_nobody_can_follow_is_no_mark(write_xlsx: Callable[..., Path], attendance: Contract) -> None:
    path = write_xlsx([HEADER, ROW], **{STAMP_SHEET: [["form", "attendance"], ["version", "?"]]})
    reading = read_whole(path, attendance)
    assert (reading.stamp, codes(reading)) == (None, [])


def test_an_empty_workbook_is_an_empty_file(write_xlsx: Callable[..., Path], attendance: Contract) -> None:
    reading = read_whole(write_xlsx([]), attendance)
    assert (codes(reading), reading.unreadable) == (["empty_file"], True)


def test_a_workbook_without_the_header_is_said_to_have_none(
    write_xlsx: Callable[..., Path], attendance: Contract
) -> None:
    reading = read_whole(write_xlsx([["a"], [], ["b"]]), attendance)
    assert (codes(reading), reading.rows_in, reading.rows_not_data) == (["no_header"], 3, 3)


CELL = st.one_of(st.none(), st.text(alphabet="абәіqZ019 ,;-'=\"", max_size=6), st.integers(0, 10**11))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(rows=st.lists(st.tuples(st.just(ROW[0]), CELL, CELL, CELL, st.just("А")), min_size=1, max_size=6))
def test_what_was_written_reads_back_equal(
    tmp_path: Path, attendance: Contract, rows: list[tuple[str | int | None, ...]]
) -> None:
    path = tmp_path / "file.xlsx"
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_numbers": False})
    sheet = book.add_worksheet()
    for number, row in enumerate([("БСН", "ЖСН", "Күні", "Сынып", "Литер"), *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    table = read_whole(path, attendance).tables[0].text.select(["bin", "iin", "date", "grade", "letter"])
    expected = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]
    assert [tuple(cell or "" for cell in row.values()) for row in table.to_pylist()] == expected


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
@pytest.mark.parametrize(
    "shown",
    ["dd.mm.yyyy", '[$-43F]d mmmm yyyy" ж."', "[$-419]d mmm yyyy;@", "d\\-mmm\\-yy", "dd/mm/yyyy h:mm"],
)
def test_date_cells_are_dates_whatever_they_look_like_and_count_from(
    tmp_path: Path, attendance: Contract, epoch: datetime, shown: str
) -> None:
    days = [date(2026, 9, 7), date(1904, 1, 2), date(2000, 2, 29), date(2099, 12, 31)]
    book = openpyxl.Workbook()
    book.epoch = epoch
    (sheet,) = book.worksheets
    sheet.append(HEADER)
    for row, day in enumerate(days, start=2):
        sheet.append([*ROW[:2], day, *ROW[3:]])
        sheet.cell(row, 3).number_format = shown
    book.save(path := tmp_path / "dates.xlsx")
    rows, findings = typed(read_whole(path, attendance), attendance)
    assert ([row["date"] for row in rows], findings) == (days, [])


def test_a_date_in_a_cell_of_numbers_is_suggested(
    write_xlsx: Callable[..., Path], attendance: Contract
) -> None:
    row = [*ROW[:2], 46272, *ROW[3:]]
    rows, findings = typed(read_whole(write_xlsx([HEADER, row]), attendance), attendance)
    assert rows[0]["date"] is None
    assert [(f.code, f.cell, f.suggestion) for f in findings] == [
        ("date_as_serial_number", "C2", "07.09.2026")
    ]
