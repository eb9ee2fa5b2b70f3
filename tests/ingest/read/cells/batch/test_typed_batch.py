"""Cells as people write them → typed values, and a finding for each that has none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.read import read, type_batch
from ingest.read.cells.batch.typing_sql import SQL_TYPES
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract, FormField
from tests.ingest.read.samples import HEADER, ROW, changed, read_whole, typed

DAY = date(2026, 9, 7)


def _value(
    write_csv: Callable[..., Path], contract: Contract, name: str, written: str
) -> tuple[object, list[str]]:
    """What a cell of a column became, and the codes of the findings on it."""
    rows, findings = typed(read_whole(write_csv([HEADER, changed(**{name: written})]), contract), contract)
    bit = HEADER.index(name)
    assert rows[0]["_bad"] == (1 << bit if any(each.severity == "error" for each in findings) else 0)
    for finding in findings:
        assert (finding.cell, finding.row, finding.column) == (f"{chr(65 + bit)}2", 2, name)
        assert finding.value == written
        assert all("…" not in text for text in finding.message.values())
    return rows[0][name], [finding.code for finding in findings]


@pytest.mark.parametrize(
    "written",
    [
        "2026-09-07", "07.09.2026", "7.9.2026", "07/09/2026", "07-09-2026", "2026.09.07", "2026/9/7",
        " 2026-09-07\u00a0", "2026-09-07 00:00:00", "07.09.2026 8:30", "2026-09-07T08:30:00Z",
        "07.09.2026 г.", "07.09.2026ж.", "2026 жылғы 7 қыркүйек", "«7» сентября 2026 г.", "20260907",
    ],
)  # fmt: skip
def test_dates(write_csv: Callable[..., Path], attendance: Contract, written: str) -> None:
    assert _value(write_csv, attendance, "date", written) == (DAY, [])


@pytest.mark.parametrize(
    "written", ["31.02.2026", "2026-13-31", "2026", "9999", "99999", "қыркүйек", "07.09", "1/2"]
)
def test_no_dates(write_csv: Callable[..., Path], attendance: Contract, written: str) -> None:
    assert _value(write_csv, attendance, "date", written) == (None, ["not_a_date"])


@pytest.mark.parametrize(
    ("name", "written", "code", "suggestion"),
    [
        ("date", "07.09.26", "year_of_two_digits", "07.09.2026"),
        ("date", "9/13/2026", "day_and_month_swapped", "13.09.2026"),
        ("date", "46272.0", "date_as_serial_number", "07.09.2026"),
        ("date", "О7.09.2026", "letters_for_digits", "07.09.2026"),
        ("lessons_missed", "1.234", "thousands_or_fraction", None),
        ("lessons_missed", "1,000", "thousands_or_fraction", None),
        ("lessons_missed", "123.000", "thousands_or_fraction", None),
        ("lessons_missed", "-12,000", "thousands_or_fraction", None),
        ("lessons_missed", "12 сабақ", "words_with_number", "12"),
        ("lessons_missed", "50 %", "percent_sign", "50"),
        ("lessons_missed", "1О", "letters_for_digits", "10"),
    ],
)
def test_what_can_be_seen_but_is_not_said_is_suggested(
    write_csv: Callable[..., Path],
    attendance: Contract,
    name: str,
    written: str,
    code: str,
    suggestion: str | None,
) -> None:
    path = write_csv([HEADER, ROW, changed(**{name: written}), changed(**{name: f" {written} "})])
    rows, findings = typed(read_whole(path, attendance), attendance)
    assert [row[name] is None for row in rows] == [False, True, True]
    assert [(found.code, found.row, found.suggestion) for found in findings] == [
        (code, 3, suggestion),
        (code, 4, suggestion),
    ]
    assert all("…" not in text for found in findings for text in found.message.values())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12), ("12.0", 12), ("12,00", 12), (" 12 ", 12), ("1 234", 1234),
        ("1\u00a0234\u00a0567", 1234567), ("+3", 3), ("-3", -3), ("−3", -3), ("007", 7), ("0", 0),
        ("1,234,567", 1234567), ("1’234", 1234), ("0.000", 0), ("12345.000", 12345), ("１２", 12),
    ],
)  # fmt: skip
def test_integers(write_csv: Callable[..., Path], attendance: Contract, written: str, value: int) -> None:
    assert _value(write_csv, attendance, "lessons_missed", written) == (value, [])


@pytest.mark.parametrize(
    "written", ["12.5", "12 3", "1e3", "бес", "99999999999", "1,23,456", "5-6", "12 мың"]
)
def test_no_integers(write_csv: Callable[..., Path], attendance: Contract, written: str) -> None:
    assert _value(write_csv, attendance, "lessons_missed", written) == (None, ["not_an_integer"])


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("иә", True), ("ИӘ", True), ("да", True), ("Yes", True), ("1", True), ("true", True), ("TRUE", True),
        ("жоқ", False), ("нет", False), ("no", False), ("0", False), ("false", False), ("Жоқ\u00a0", False),
        ("", None), ("-", None), ("—", None), ("Дa.", True), ("ЖОК", False),
    ],
)  # fmt: skip
def test_yes_and_no(
    write_csv: Callable[..., Path], attendance: Contract, written: str, value: bool | None
) -> None:
    assert _value(write_csv, attendance, "is_late", written) == (value, [])


def test_neither_yes_nor_no(write_csv: Callable[..., Path], attendance: Contract) -> None:
    assert _value(write_csv, attendance, "is_late", "мүмкін") == (None, ["not_a_boolean"])


def test_every_word_of_a_codelist_means_its_code(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    words = codelist("absence_reason").by_word
    rows = [changed(absence_reason=f" {word.upper()}") for word in words]
    got, findings = typed(read_whole(write_csv([HEADER, *rows]), attendance), attendance)
    assert [row["absence_reason"] for row in got] == list(words.values())
    assert findings == []


def test_a_word_no_codelist_knows_stays_for_the_judge(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    assert _value(write_csv, attendance, "absence_reason", " Ауырып  қалды? ") == ("Ауырып қалды?", [])


@pytest.mark.parametrize("written", ["1.50101E+11", "1,50101E+11", "9e10", " 6.5014E+11 "])
@pytest.mark.parametrize("name", ["iin", "bin"])
def test_an_identifier_in_scientific_notation_is_never_guessed(
    write_csv: Callable[..., Path], attendance: Contract, written: str, name: str
) -> None:
    assert _value(write_csv, attendance, name, written) == (None, ["identifier_in_scientific_notation"])


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("090101700000", "090101700000"), (" 090101700000\u00a0", "090101700000"), ("ABC", "ABC"),
        ("0901 0170", "0901 0170"), ("12E", "12E"), ("-", None), ("  ", None),
    ],
)  # fmt: skip
def test_identifiers_stay_text(
    write_csv: Callable[..., Path], attendance: Contract, written: str, value: str | None
) -> None:
    assert _value(write_csv, attendance, "iin", written) == (value, [])


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("  А \u00a0 Ә\n", "А Ә"),
        ("И\u0306", "Й"),
        ("\u200bА\ufeff", "А"),
        ("А\u00ad\u200bӘ\u200e", "АӘ"),
        ("–", None),
    ],
)
def test_text_is_trimmed_and_composed(
    write_csv: Callable[..., Path],
    write_xlsx: Callable[..., Path],
    attendance: Contract,
    written: str,
    value: str | None,
) -> None:
    is_unseen_there = any(sign in written for sign in "\u00ad\u200b\u200e\ufeff")
    # Of a text it is said where it is read, of a workbook by the column; once either way.
    for write, code in ((write_csv, "unseen_characters"), (write_xlsx, "unseen_in_column")):
        reading = read_whole(write([HEADER, changed(letter=written)]), attendance)
        rows, findings = typed(reading, attendance)
        said = [finding.code for finding in (*reading.findings, *findings)]
        assert (rows[0]["letter"], said) == (value, [code] if is_unseen_there else [])


@pytest.mark.parametrize("name", ["letter", "iin", "date", "lessons_missed", "is_late", "absence_reason"])
def test_error_values_of_excel_are_said_in_every_column(
    write_csv: Callable[..., Path], attendance: Contract, name: str
) -> None:
    assert _value(write_csv, attendance, name, "#N/A") == (None, ["error_in_cell"])


def test_native_error_cells_of_a_workbook(write_xlsx: Callable[..., Path], attendance: Contract) -> None:
    row = [*ROW[:5], "#DIV/0!", "#REF!", *ROW[7:]]
    _, findings = typed(read_whole(write_xlsx([HEADER, ROW, row]), attendance), attendance)
    assert [(f.code, f.sheet, f.cell, f.value) for f in findings] == [
        ("error_in_cell", "Парақ 1", "F3", "#DIV/0!"),
        ("error_in_cell", "Парақ 1", "G3", "#REF!"),
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12,5", "12.5"),
        ("1 234,50", "1234.5"),
        ("12.5", "12.5"),
        ("1.5E-2", "0.015"),
        ("−0,25", "-0.25"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1\u202f234,5", "1234.5"),
        (",5", "0.5"),
    ],
)
def test_numbers(write_csv: Callable[..., Path], attendance: Contract, written: str, value: str) -> None:
    contract = _with_type(attendance, "lessons_missed", "number")
    assert _value(write_csv, contract, "lessons_missed", written) == (Decimal(value), [])


@pytest.mark.parametrize("written", ["12,5,6", "жоқ", "1e99", "12 5", ","])
def test_no_numbers(write_csv: Callable[..., Path], attendance: Contract, written: str) -> None:
    contract = _with_type(attendance, "lessons_missed", "number")
    assert _value(write_csv, contract, "lessons_missed", written) == (None, ["not_a_number"])


def _with_type(contract: Contract, name: str, kind: str) -> Contract:
    fields = tuple(
        FormField.model_validate(field.model_dump() | {"type": kind}) if field.name == name else field
        for field in contract.fields
    )
    return contract.model_copy(update={"fields": fields})


def test_many_files_become_one_table_and_findings_go_to_their_files(
    tmp_path: Path, write_csv: Callable[..., Path], write_xlsx: Callable[..., Path], attendance: Contract
) -> None:
    readings = [
        (4, read(write_csv([HEADER, ROW, changed(date="?", lessons_missed="?")]), attendance)),
        (2, read(write_xlsx([HEADER, ROW], Ә=[HEADER[::-1], changed(date="!")[::-1]]), attendance)),
        (9, read(write_csv([HEADER[:-2], changed(date="07.09.2026")[:-2]], delimiter=";"), attendance)),
        (7, read(write_csv([["nothing"]]), attendance)),
    ]
    with duckdb.connect() as con:
        findings = type_batch(con, attendance, readings)
        rows = con.execute(
            "SELECT _file, _table, _row, _bad, date, is_late FROM batch ORDER BY 1, 2, 3"
        ).fetchall()
        described = con.execute("DESCRIBE batch").fetchall()
    late = HEADER.index("date")
    assert rows == [
        (2, 0, 2, 0, DAY, False),
        (2, 1, 2, 1 << late, None, False),
        (4, 0, 2, 0, DAY, False),
        (4, 0, 3, 1 << late | 1 << HEADER.index("lessons_missed"), None, False),
        (9, 0, 2, 0, DAY, None),
    ]
    assert {file: [(f.code, f.sheet, f.cell) for f in said] for file, said in findings.items()} == {
        2: [("not_a_date", "Ә", "H2")],
        4: [("not_a_date", None, "C3"), ("not_an_integer", None, "G3")],
        9: [],
    }
    assert [column[:2] for column in described] == [
        ("_file", "INTEGER"),
        ("_table", "INTEGER"),
        ("_row", "INTEGER"),
        ("_bad", "BIGINT"),
        *((field.name, SQL_TYPES[field.type]) for field in attendance.fields),
    ]


def test_a_batch_without_any_table_is_an_empty_table(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    for rows in ([["x"]], [HEADER]):
        got, findings = typed(read_whole(write_csv(rows), attendance), attendance)
        assert (got, findings) == ([], [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    rows=st.lists(
        st.tuples(
            st.dates(date(1900, 1, 1), date(2100, 1, 1)),
            st.integers(-(2**31), 2**31 - 1),
            st.booleans(),
            st.text(alphabet="АӘБабв", min_size=1, max_size=3),
        ),
        min_size=1,
        max_size=10,
    ),
    layout=st.sampled_from(
        ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d 00:00:00", "%d %m %Y", "%d %B %Y", "%b %d, %Y"]
    ),
)
def test_typed_values_come_back_from_every_way_to_write_them(
    write_csv: Callable[..., Path],
    attendance: Contract,
    rows: list[tuple[date, int, bool, str]],
    layout: str,
) -> None:
    written = [
        changed(
            # Years before 1000 aside, strftime pads as people do.
            date=day.strftime(layout),
            lessons_missed=f"{number:,}".replace(",", "\u00a0"),
            is_late="иә" if late else "жоқ",
            letter=letter,
        )
        for day, number, late, letter in rows
    ]
    got, findings = typed(read_whole(write_csv([HEADER, *written]), attendance), attendance)
    assert findings == []
    assert [(row["date"], row["lessons_missed"], row["is_late"], row["letter"]) for row in got] == rows


SIGNS = "0123456789 .,-/'%eEОoмягжш:TZ+\u00a0\u200b−²٣½#IXі«»"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@example(cells=["\u200b"])
@example(cells=["\u200b", "\u200bE"])
@given(cells=st.lists(st.text(SIGNS, max_size=14), min_size=1, max_size=8))
def test_a_cell_has_a_value_or_a_finding_or_is_empty_whatever_is_written(
    write_csv: Callable[..., Path], attendance: Contract, cells: list[str]
) -> None:
    names = ("iin", "date", "lessons_missed", "is_late")
    rows = [changed(**dict.fromkeys(names, cell)) for cell in cells]
    reading = read(write_csv([HEADER, ROW, *rows]), attendance)
    got, findings = typed(reading, attendance)
    said = {(found.row, found.column) for found in findings if found.severity == "error"}
    assert len(got) == len(cells) + 1
    for number, (row, cell) in enumerate(zip(got[1:], cells, strict=True), start=3):
        is_empty = cell.strip(" \u00a0\u200b") in ("", *attendance.missing_values)
        for name in names:
            assert (row[name] is None) == (is_empty or (number, name) in said), (name, cell)
            assert bool(row["_bad"] >> HEADER.index(name) & 1) == ((number, name) in said)


@pytest.mark.parametrize("mark", ["'", "’", "ʼ", "`", "' "])
@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("lessons_missed", "6", 6),
        ("date", "07.09.2026", DAY),
        ("date", "2026-09-07", DAY),
        ("is_late", "иә", True),
        ("absence_reason", "по болезни", "ILL"),
        ("grade", "5", 5),
        ("iin", "090101700000", "090101700000"),
    ],
)
def test_an_apostrophe_before_a_value_is_none_of_it(
    write_csv: Callable[..., Path], attendance: Contract, mark: str, name: str, written: str, value: object
) -> None:
    row = changed(**{name: mark + written})
    rows, findings = typed(read_whole(write_csv([HEADER, row]), attendance), attendance)
    assert rows[0][name] == value
    assert all(finding.severity == "note" for finding in findings)


@pytest.mark.parametrize(
    ("written", "value", "said"),
    [
        ("Ә", "Ә", []),
        ("-", None, []),  # a sign for nothing
        ("#N/A", None, ["error_in_cell"]),
        ("#REF!", None, ["error_in_cell"]),
    ],
)
def test_of_a_text_neither_an_error_nor_a_sign_for_nothing_is_a_value(
    write_csv: Callable[..., Path], attendance: Contract, written: str, value: str | None, said: list[str]
) -> None:
    assert _value(write_csv, attendance, "letter", written) == (value, said)
