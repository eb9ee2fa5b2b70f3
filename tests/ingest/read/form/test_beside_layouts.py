"""What a contract takes from beside a table it takes in every layout: registers, other software's, cross-tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of
from ingest.schema.forms.sheets import Beside
from tests.ingest.read.samples import codes, read_whole, typed

BIN = "650140000007"
IINS = ["150101700000", "150101700010"]
Cells = list[list[Any]]


def _written(path: Path, sheets: dict[str, Cells]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def _with_layout(contract: Contract, **said: object) -> Contract:
    return contract.model_copy(update={"layout": contract.layout.model_copy(update=said)})


def _register(above: Cells) -> Cells:
    return [
        ["Сынып журналы"],
        *above,
        ["№", "Аты-жөні", "ЖСН", "07.09.2026", "08.09.2026"],
        [None, "Сабақ саны", None, 6, 6],
        [1, "Үлгі Ә", IINS[0], "", "н"],
        [2, "Үлгі Ғ", IINS[1], "б", ""],
    ]


@pytest.mark.parametrize("name", [f"{BIN} 7Ә", f"{BIN} 7-Ә"])
def test_the_name_of_a_register_s_sheet_fills_its_columns(
    tmp_path: Path, attendance: Contract, name: str
) -> None:
    pattern = r"(?P<bin>\d{12}) (?P<grade>\d{1,2})-?(?P<letter>[А-ЯӘ])"
    form = _with_layout(attendance, sheet_name=pattern)
    reading = read_whole(_written(tmp_path / "a.xlsx", {name: _register([])}), form)
    rows, findings = typed(reading, form)
    assert not findings
    assert "missing_column" not in codes(reading)
    assert {(row["bin"], row["grade"], row["letter"]) for row in rows} == {(BIN, 7, "Ә")}
    assert len(rows) == 4


def test_a_cell_above_a_register_is_the_place_of_what_it_says(tmp_path: Path, attendance: Contract) -> None:
    beside = (
        Beside(labels=("Мекеме коды",), field="bin"),
        Beside(labels=("Топ",), pattern=r"(?P<grade>\d{1,2})/(?P<letter>[А-ЯӘ])"),
    )
    form = _with_layout(attendance, beside=beside)
    above: Cells = [["Мекеме коды:", None, BIN], ["Топ: 7/Ә"]]
    reading = read_whole(_written(tmp_path / "a.xlsx", {"Парақ": _register(above)}), form)
    rows, findings = typed(reading, form)
    assert not findings
    assert {(row["bin"], row["grade"], row["letter"]) for row in rows} == {(BIN, 7, "Ә")}
    table = reading.tables[0]
    assert (table.cell("bin", 6), table.cell("grade", 6)) == ("C2", "A3")


def test_other_software_s_table_takes_its_class_from_the_sheet_s_name(
    tmp_path: Path, attendance: Contract
) -> None:
    form = _with_layout(attendance, sheet_name=r"(?P<grade>\d{1,2}) «(?P<letter>[А-ЯӘ])»")
    head = ["Мектеп БСН", "ЖСН", "Күні", "Өткен сабақ", "Келмеген сабағы", "Себепті"]
    rows = [[BIN, iin, "2026-09-07", 6, 0, 0] for iin in IINS]
    sheets = {"7 «Ә»": [head, *rows], "8 «Б»": [head, *rows]}
    reading = read_whole(_written(tmp_path / "a.xlsx", sheets), form)
    found, _ = typed(reading, form)
    assert [(row["grade"], row["letter"]) for row in found] == [(7, "Ә"), (7, "Ә"), (8, "Б"), (8, "Б")]
    assert "missing_column" not in codes(reading)


def test_a_cell_above_a_cross_table_says_it_of_every_value(tmp_path: Path) -> None:
    form = _with_layout(
        contract_of("regional_indicators"), beside=(Beside(labels=("Дереккөз", "Источник"), field="source"),)
    )
    cells: Cells = [
        ["Жалпы білім беретін мектептер саны"],
        ["Источник: отчёт области"],
        [None, "2021/22", "2022/23"],
        ["Абай", 318, 320],
        ["Акмолинская", 569, 559],
    ]
    reading = read_whole(_written(tmp_path / "a.xlsx", {"1": cells}), form)
    found, _ = typed(reading, form)
    assert {row["source"] for row in found} == {"отчёт области"}
    assert len(found) == 4
    assert {table.cell("source", 4) for table in reading.tables} == {"A2"}
