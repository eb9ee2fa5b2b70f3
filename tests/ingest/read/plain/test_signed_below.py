"""Who signs a report, below its table and a blank row, is no table and no record."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.read.plain.reader import read_general
from tests.ingest.read.writers import WRITERS

_TABLE = [
    ["Мектеп", "Оқушы", "Педагог", "Үй"],
    *([f"СШ {place}", 100 + place, 10, "иә"] for place in range(1, 5)),
]
_BLANK = ["", "", "", ""]
_SIGNED = {
    "three cells": [["Директор", "(қолы)", "Үлгі Ү. Ү.", ""], ["Исп.", "Образцов О.", "тел. 55-55", ""]],
    "apart": [["Директор", "", "", "Үлгі Ү. Ү."], ["Бас есепші", "", "________", "Образцов О."]],
    "capitals": [["РУКОВОДИТЕЛЬ", "(ПОДПИСЬ)", "ОБРАЗЦОВ О.", ""]],
    "one": [["Орындаған:", "Үлгі Ү. Ү.", "07.09.2026", ""]],
}


@pytest.mark.parametrize("writer", ["csv", "xlsxwriter"])
@pytest.mark.parametrize("signed", _SIGNED)
def test_lines_to_sign_on_are_aside_and_named(tmp_path: Path, writer: str, signed: str) -> None:
    reading = read_general(WRITERS[writer](tmp_path / "file", [*_TABLE, _BLANK, *_SIGNED[signed]], []))
    (sheet,) = reading.sheets
    assert [len(table.body) for table in sheet.contents.tables] == [4]
    said = [finding.row for finding in reading.findings if finding.code in ("postamble_row", "signature_row")]
    assert said == [7 + place for place in range(len(_SIGNED[signed]))]


def test_a_list_of_people_below_is_a_table(tmp_path: Path) -> None:
    people = [
        ["Лауазымы", "Аты-жөні", "Телефон", ""],
        ["Директор", "Үлгі Ү.", "55-55", ""],
        ["Завуч", "Образцов О.", "55-56", ""],
    ]
    reading = read_general(WRITERS["xlsxwriter"](tmp_path / "file", [*_TABLE, _BLANK, *people], []))
    assert [len(table.body) for table in reading.sheets[0].contents.tables] == [4, 2]
