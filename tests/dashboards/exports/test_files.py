"""Files of any table read back as a clerk's spreadsheet and as a program would read them."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.exports import csv_file, xlsx_file
from dashboards.exports.names import disposition, file_name
from dashboards.exports.passport import Passport, passport_of, unchanged
from dashboards.exports.table import (
    DAY,
    MOMENT,
    NUMBER,
    SHARE,
    Column,
    Table,
    is_formula,
    numeric_column,
    rounded,
    whole_minute,
)  # fmt: skip

# Letters of any alphabet, and what begins a formula; no control characters, which XML has none of.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
BEGINNINGS = st.builds("".join, st.tuples(st.sampled_from(["=", "+", "-", "@", " =", "\t=", "＝"]), TEXTS))
WORDS = st.one_of(TEXTS, BEGINNINGS)
SHARES = st.one_of(st.none(), st.floats(-2, 2), st.decimals(-2, 2, places=6))
COUNTS = st.one_of(st.none(), st.integers(-(10**12), 10**12))
MOMENTS = st.one_of(st.none(), st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
COLUMNS = (
    Column("Ұйым"), Column("Сабаққа қатысу", SHARE, 1), Column("Саны", NUMBER, 0, True), Column("Мерзімі", MOMENT),
)  # fmt: skip
ROWS = st.lists(st.tuples(WORDS, SHARES, COUNTS, MOMENTS), max_size=6)


def table(rows: Any, title: str = "Сабаққа қатысу", **more: Any) -> Table:
    facts = [("Деректер негізі", "жедел деректер"), ("Сүзгілер", "қойылмаған")]
    return Table(title, COLUMNS, rows, "kk", facts, [("Жарияланым нөмірі", "5")], **more)


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def lines_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@settings(max_examples=30)
@given(ROWS)
def test_a_workbook_gives_back_what_was_put_in(rows: Any) -> None:
    sheet = sheet_of(xlsx_file.written(table(rows)))
    header = 5
    assert sheet.freeze_panes == f"A{header + 1}"
    assert [cell.value for cell in sheet[header]] == [column.label for column in COLUMNS]
    assert sheet.max_row == max(header, header + len(rows))
    for at, (word, share, count, moment) in enumerate(rows, header + 1):
        cells = sheet[at]
        assert (cells[0].value or "") == word.replace("\r", "\n") or not word
        assert cells[0].data_type in "sn" and (cells[0].data_type == "s" or not word)
        assert cells[1].value is None if share is None else abs(cells[1].value - float(share)) <= 0.000501
        assert cells[1].number_format == "0.0%"
        assert cells[2].value == count
        assert cells[2].number_format == "#,##0"
        if moment is not None:
            assert cells[3].value.date() == moment.date(), "a deadline stays on its day"
            assert abs((cells[3].value - whole_minute(moment)).total_seconds()) < 1


@settings(max_examples=30)
@given(ROWS)
def test_csv_gives_back_what_was_put_in(rows: Any) -> None:
    content = csv_file.written(table(rows))
    assert content.startswith("\ufeff".encode())
    first, *others = lines_of(content)
    assert first == ["Ұйым", "Сабаққа қатысу, %", "Саны", "Мерзімі", "Жарияланым нөмірі"]
    assert len(others) == len(rows)
    for line, (word, share, count, moment) in zip(others, rows, strict=True):
        assert line[0].removeprefix("'") == word.removeprefix("'")
        assert not is_formula(line[0])
        if share is None:
            assert line[1] == ""
        else:
            assert re.fullmatch(r"-?\d+,\d", line[1])
            assert abs(Decimal(line[1].replace(",", ".")) - Decimal(share) * 100) <= Decimal("0.0500001")
        assert line[2] == ("" if count is None else str(count))
        assert line[3] == ("" if moment is None else whole_minute(moment).isoformat(" ", "minutes"))
        assert line[4] == "5"


@settings(max_examples=30)
@given(BEGINNINGS)
def test_nothing_in_a_file_is_computed(word: str) -> None:
    rows = [(word, None, None, None)]
    sheet = sheet_of(xlsx_file.written(table(rows, title=word)))
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert sheet["A6"].quotePrefix, "and is not once somebody edits the cell"
    assert lines_of(csv_file.written(table(rows)))[1][0] == "'" + word
    assert csv_file.raw([word], [(word,)]).count("'") >= 2


def test_the_last_moment_of_a_day_is_that_day() -> None:
    rows = [("a", None, None, datetime(2026, 9, 30, 23, 59, 59, 999_999))]
    assert sheet_of(xlsx_file.written(table(rows)))["D6"].value == datetime(2026, 9, 30, 23, 59)
    assert "2026-09-30 23:59" in csv_file.written(table(rows)).decode()


def test_days_are_days_and_totals_stand_below() -> None:
    found = Table(
        "т", [Column("Күні", DAY), Column("n", NUMBER)], [(date(2026, 9, 1), 3)], total=("Барлығы", 3)
    )
    sheet = sheet_of(xlsx_file.written(found))
    [header] = [row for row in range(1, 9) if sheet.cell(row, 2).value == "n"]
    assert sheet.cell(header + 1, 1).value == datetime(2026, 9, 1)
    assert sheet.cell(header + 1, 1).number_format == "dd.mm.yyyy"
    assert (sheet.cell(header + 2, 1).value, sheet.cell(header + 2, 2).value) == ("Барлығы", 3)
    assert lines_of(csv_file.written(found))[1:] == [["2026-09-01", "3"], ["Барлығы", "3"]]


@pytest.mark.parametrize(
    ("d3", "value", "shown"),
    [(".1%", 0.042720, "0.043"), (".0%", 0.125, "0.13"), (",.0f", 2.5, "3"), (".2f", -0.001, "0.00"), ("d", 5.0, "5"),
     (".1%", 0.9995, "1.000"), ("+,.1~f", 3.14159, "3.1"), ("+,.1~f", 12.0, "12"), ("+,.1~f", -0.04, "0"),
     (",.1~f", 95.04, "95"), (",.1~f", 1234.56, "1234.6")],
)  # fmt: skip
def test_a_number_is_rounded_as_the_page_shows_it(d3: str, value: float, shown: str) -> None:
    assert str(rounded(value, numeric_column("x", d3))) == shown


def test_a_change_has_its_sign_and_a_whole_number_no_zeros() -> None:
    columns = [Column("т"), numeric_column("x", "+,.1~f")]
    rows = [("a", 1234.56), ("b", 12.0), ("c", -0.04), ("d", -3.21)]
    sheet = sheet_of(xlsx_file.written(Table("т", columns, rows)))
    cells = {str(sheet.cell(row, 1).value): sheet.cell(row, 2) for row in range(1, sheet.max_row + 1)}
    assert [cells[each].value for each in "abcd"] == [1234.6, 12, 0, -3.2]
    with_tenths, whole = "+#,##0.0;-#,##0.0;0", "+#,##0;-#,##0;0"
    assert [cells[each].number_format for each in "abcd"] == [with_tenths, whole, whole, with_tenths]


@settings(max_examples=60)
@given(st.text(max_size=300), st.text(max_size=80), st.one_of(st.none(), st.integers(1, 10**6)))
def test_any_title_makes_a_name_that_file_systems_and_sheets_take(
    title: str, period: str, number: int | None
) -> None:
    title, period = (text.encode("utf-8", "ignore").decode() for text in (title, period))
    name = file_name(Table(title, (), (), period=period, publication=number), "xlsx")
    assert not set(name) & set('\\/:*?"<>|\n\r\t\x00')
    assert name.endswith(".xlsx") and name[0] not in ".-" and len(name) < 130
    header = disposition(name)
    assert header.isascii()
    assert unquote(header.partition("filename*=UTF-8''")[2]) == name
    sheet = xlsx_file.sheet_name(title)
    assert 0 < len(sheet) <= 31 and not set(sheet) & set("[]:*?/\\") and sheet[0] != "'" != sheet[-1]


def row(basis: str, number: int) -> dict[str, Any]:
    moment = datetime(2026, 11, 27, 5, 10)
    return {"basis_kk": basis, "basis_ru": basis, "publication_number": number, "data_as_of_local": moment,
            "data_kind_kk": "", "data_kind_ru": "", "reports_reported": 110, "reports_due": 141}  # fmt: skip


def test_the_passport_is_the_chosen_basis_and_says_who_reported() -> None:
    rows = [row("жедел", 5), {**row("бекітілген", 5), "reports_reported": 79}]
    assert passport_of((), "жедел") is None, "a file without rows says nothing of a publication"
    chosen = passport_of(rows, "бекітілген")
    assert isinstance(chosen, Passport) and chosen.reported == 79
    told = dict(chosen.facts("kk"))
    assert told["Жарияланым"].startswith("№ 5") and "27.11.2026 05:10" in told["Жарияланым"]
    assert "79 / 141 (56,0 %)" in told.values()


def test_figures_and_passport_are_of_one_publication() -> None:
    published = iter([5, 6, 6])
    figures = iter(["of 5 or 6", "of 6"])
    found, rows = unchanged(lambda: next(figures), lambda: [row("жедел", next(published))])
    assert found == "of 6" and rows[0]["publication_number"] == 6
