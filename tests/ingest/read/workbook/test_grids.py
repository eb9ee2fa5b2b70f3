"""Workbooks of every writer there is here read back as the tables they hold."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from ingest.read.plain.reader import GeneralReading, read_general

SOFFICE = shutil.which("soffice")


def _codes(reading: GeneralReading) -> set[tuple[str, str | None, int | None]]:
    return {(finding.code, finding.sheet, finding.row) for finding in reading.findings}


def _report(file: Path) -> None:
    book = xlsxwriter.Workbook(file)
    bold, day = book.add_format({"bold": 1}), book.add_format({"num_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet("Есеп")
    sheet.merge_range("A1:F1", "Сабаққа қатысу", bold)
    sheet.write("A3", "№")
    sheet.merge_range("B3:C3", "Ұлдар", bold)
    sheet.merge_range("D3:E3", "Қыздар", bold)
    sheet.write("F3", "Күні")
    sheet.write_row("B4", ["жоспар", "нақты", "жоспар", "нақты"])
    for row in range(5):
        sheet.write_row(4 + row, 0, [row + 1, 10.5, 9, 12, 11.25])
        sheet.write_datetime(4 + row, 5, datetime.datetime(2024, 9, row + 1), day)
    sheet.set_row(6, None, None, {"hidden": True})
    sheet.write("A11", "Ескерту: алдын ала")
    legend = book.add_worksheet("Легенда")
    legend.write_row("A1", ["код", "мағынасы"])
    legend.write_row("A2", ["Н", "келмеді"])
    hidden = book.add_worksheet("жасырын")
    hidden.write("A1", "x")
    hidden.hide()
    book.close()


HEADER = ["№", "Ұлдар жоспар", "Ұлдар нақты", "Қыздар жоспар", "Қыздар нақты", "Күні"]
RECORDS = [[str(row + 1), "10.5", "9", "12", "11.25", f"2024-09-0{row + 1}"] for row in range(5)]


def test_a_report_with_title_merged_headers_and_notes(tmp_path: Path) -> None:
    _report(tmp_path / "a.xlsx")
    reading = read_general(tmp_path / "a.xlsx")
    assert [sheet.name for sheet in reading.sheets] == ["Есеп", "Легенда", "жасырын"]
    assert list(reading.sheets[0].csv_rows()) == [HEADER, *RECORDS]
    assert {
        ("preamble_row", "Есеп", 1),
        ("postamble_row", "Есеп", 11),
        ("header_rows_joined", "Есеп", 3),
        ("hidden_rows_read", "Есеп", 7),
        ("hidden_sheet_read", "жасырын", None),
    } <= _codes(reading)
    assert reading.rows_in == reading.rows_written + reading.rows_not_data


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed (make office)")
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_libreoffice_s_own_formats_say_the_same(kind: str, tmp_path: Path) -> None:
    _report(tmp_path / "a.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = [str(SOFFICE), profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path)]
    subprocess.run([*words, str(tmp_path / "a.xlsx")], check=True, capture_output=True)
    reading = read_general(tmp_path / f"a.{kind}")
    assert [cells[:5] for cells in reading.sheets[0].csv_rows()][1:] == [row[:5] for row in RECORDS]
    assert reading.rows_written >= len(RECORDS)
    assert [row[5] for row in reading.sheets[0].csv_rows()][1:] == [row[5] for row in RECORDS]


def test_native_cells_read_as_a_person_reads_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "ok", "at", "share", "text"])
    sheet.append([123456789012, True, datetime.time(8, 30), "=1/4", "0012"])
    sheet.append([7.5, False, datetime.datetime(2024, 1, 2, 3, 4, 5), 0.25, " x "])
    book.save(tmp_path / "b.xlsx")
    reading = read_general(tmp_path / "b.xlsx")
    assert list(reading.sheets[0].csv_rows())[1:] == [
        ["123456789012", "TRUE", "08:30:00", "", "0012"],
        ["7.5", "FALSE", "2024-01-02 03:04:05", "0.25", " x "],
    ]
    assert ("formula_without_value", "Sheet", 2) in _codes(reading)


def test_a_web_page_and_xml_saved_as_xls(tmp_path: Path) -> None:
    page = tmp_path / "c.xls"
    page.write_text(
        "<html><style>td {}</style><body><p>x</p><table><tr><th>a<th colspan=2>b</tr>"
        "<tr><td>1</td><td>2&amp;3</td><td>4</td></tr></table></body></html>",
        encoding="cp1251",
    )
    assert list(read_general(page).sheets[0].csv_rows()) == [["a", "b", "b"], ["1", "2&3", "4"]]
    page.write_text(
        '<?xml version="1.0"?><Workbook xmlns:ss="urn:s"><Worksheet ss:Name="S"><Table><Row>'
        '<Cell><Data>a</Data></Cell><Cell ss:Index="3"><Data>c</Data></Cell></Row>'
        "<Row><Cell><Data>1</Data></Cell></Row></Table></Worksheet></Workbook>",
        encoding="utf-8",
    )
    reading = read_general(page)
    assert (reading.sheets[0].name, list(reading.sheets[0].csv_rows())) == (
        "S",
        [["a", "", "c"], ["1", "", ""]],
    )


def test_the_cells_of_a_workbook_with_macros_are_read_and_the_macros_said(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "m.xlsm")
    project = tmp_path / "vba.bin"
    project.write_bytes(b"\xd0\xcf\x11\xe0 no real project")
    book.add_vba_project(str(project))
    book.add_worksheet().write_row("A1", ["a", "b"])
    book.close()
    assert "macros_left_out" in {code for code, _, _ in _codes(read_general(tmp_path / "m.xlsm"))}
