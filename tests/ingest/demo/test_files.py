"""What is written can be read again, cell by cell, whatever a school's habits are."""

from __future__ import annotations

import csv
import itertools
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from ingest.demo.reports.files import BOM, Style, table_of, write
from ingest.schema.forms.load import contract

FORM = contract("attendance")
ROWS = [
    {
        "bin": "650940000016",
        "iin": "150310700010",
        "date": date(2026, 9, 7),
        "grade": 5,
        "letter": "Ә",
        "lessons_scheduled": 6,
        "lessons_missed": 2,
        "lessons_missed_valid": 2,
        "is_late": False,
        "absence_reason": "CMP",  # its label holds commas
    },
    {"bin": "650940000016", "iin": "150310800017", "date": date(2026, 9, 7), "is_late": True},
]


@pytest.fixture
def table() -> pa.Table:
    return table_of(FORM, ROWS)


def cells_of(path: Path, style: Style) -> list[list[Any]]:
    if style.kind == "xlsx":
        page = openpyxl.load_workbook(path).active
        assert page is not None
        return [[cell.value for cell in row] for row in page.iter_rows()]
    raw = path.read_bytes()
    assert raw.startswith(BOM) is style.bom
    return list(csv.reader(raw.decode("utf-8-sig").splitlines(), delimiter=style.delimiter))


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("notes", [(), ("Қатысу, апта", "")])
@pytest.mark.parametrize("shuffle", [None, 3])
def test_csv(
    table: pa.Table, tmp_path: Path, delimiter: Any, bom: bool, words: bool, notes: Any, shuffle: int | None
) -> None:
    style = Style("csv", "ru", words, notes, delimiter, bom, shuffle)
    written = write(tmp_path / "a.csv", FORM, table, style, {(1, "lessons_missed"): "два"})
    cells = cells_of(written.path, style)
    assert written.header_row == len(notes) + 1
    assert {len(row) for row in cells} == {len(FORM.fields)}
    at = {name: column - 1 for name, column in written.columns.items()}
    assert cells[written.header_row - 1][at["iin"]] == "ИИН"
    first, second = cells[written.header_row :]
    assert first[at["date"]] == "2026-09-07"
    assert first[at["absence_reason"]] == ("участие в олимпиаде, конкурсе, соревновании" if words else "CMP")
    assert (first[at["is_late"]], second[at["is_late"]]) == (("нет", "да") if words else ("false", "true"))
    assert second[at["lessons_missed"]] == "два"
    assert second[at["grade"]] == ""


@pytest.mark.parametrize(("words", "notes"), itertools.product([True, False], [(), ("Қатысу", "")]))
def test_xlsx(table: pa.Table, tmp_path: Path, words: bool, notes: tuple[str, ...]) -> None:
    style = Style("xlsx", "kk", words, notes, shuffle=5)
    spoilt = {(1, "lessons_missed"): "екі", (1, "lessons_scheduled"): "7"}
    written = write(tmp_path / "a.xlsx", FORM, table, style, spoilt)
    cells = cells_of(written.path, style)
    assert written.sheet == "Сабаққа қатысу"
    at = {name: column - 1 for name, column in written.columns.items()}
    assert cells[written.header_row - 1][at["iin"]] == "ЖСН"
    first, second = cells[written.header_row :]
    assert first[at["date"]].date() == date(2026, 9, 7)
    assert first[at["iin"]] == "150310700010"
    assert first[at["lessons_missed"]] == 2
    assert first[at["is_late"]] == ("жоқ" if words else "false")
    assert (second[at["lessons_missed"]], second[at["lessons_scheduled"]]) == ("екі", 7)


def test_a_place_is_where_a_person_finds_it(table: pa.Table, tmp_path: Path) -> None:
    style = Style("xlsx", "kk", notes=("Қатысу", ""), shuffle=5)
    written = write(tmp_path / "a.xlsx", FORM, table, style)
    page = openpyxl.load_workbook(written.path).active
    assert page is not None
    assert page[written.cell_of(1, "iin")].value == "150310800017"


@pytest.mark.parametrize("style", [Style(), Style("xlsx", "ru", words=True, notes=("а",))])
def test_the_same_rows_give_the_same_bytes(table: pa.Table, tmp_path: Path, style: Style) -> None:
    first, second = (write(tmp_path / name, FORM, table, style).path for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
