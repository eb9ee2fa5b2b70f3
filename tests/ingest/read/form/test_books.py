"""One description of a workbook gives one reading, whatever kind of file it is written in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.read.plain.reader import read_general
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of
from tests.ingest.read.book_writers import BOOKS, NOTES_ON_KINDS, Book, Sheet
from tests.ingest.read.samples import read_whole

HEAD = ["Оқушы", "Баға", "Қалдырғаны"]
CLASS = [HEAD, ["Айна", "5", "0"]]
OTHER = [HEAD, ["Нұр", "4", "1"]]
ALL = "Барлық сынып"
_MERGED_HEAD = [
    ["Кім", "", "Көрсеткіш", ""],
    ["", "", "не", "сағ"],
    ["А", "", "1", "2"],
    ["Айна", "", "5", "0"],
    ["Нұр", "", "4", "1"],
]
# What is read of each: class, letter, pupil; and the sheets that are told of.
TOLD = {
    "Kazakh letters": (
        [Sheet("7 «Ә»", CLASS), Sheet("Нұсқаулық", [["Толтыру тәртібі"]]), Sheet("8Б", OTHER)],
        [(7, "Ә", "Айна"), (8, "Б", "Нұр")],
        {"sheet_not_chosen": "Нұсқаулық"},
    ),
    "small letters, and those of Latin": (
        [Sheet("7ә", CLASS), Sheet("8 B", OTHER)],
        [(7, "ә", "Айна"), (8, "В", "Нұр")],
        {},
    ),
    "blanks around and within": (
        [Sheet(" 7А ", CLASS), Sheet("8 Б", OTHER)],
        [(7, "А", "Айна"), (8, "Б", "Нұр")],
        {},
    ),
    "capitals of the name": (
        [Sheet("БАРЛЫҚ  CЫНЫП", [["Класс: 7а"], *CLASS])],
        [(7, "а", "Айна")],
        {},
    ),
    "names as long as can be": (
        [Sheet("7А", CLASS), Sheet("Ә" * 31, OTHER)],
        [(7, "А", "Айна")],
        {"sheet_not_chosen": "Ә" * 31},
    ),
    "names that differ in the last letter": (
        [Sheet("Ә" * 30 + "1", OTHER), Sheet("7А", CLASS), Sheet("Ә" * 30 + "2", CLASS)],
        [(7, "А", "Айна")],
        {"sheet_not_chosen": "Ә" * 30 + "1"},
    ),
    "signs of markup": (
        [Sheet('7"А"', CLASS), Sheet("8 <&Б>", OTHER)],
        [(7, "А", "Айна")],
        {"sheet_not_chosen": "8 <&Б>"},
    ),
    "a hidden sheet": (
        [Sheet("8Б", OTHER), Sheet("7А", CLASS, is_hidden=True)],
        [(8, "Б", "Нұр"), (7, "А", "Айна")],
        {"hidden_sheet_read": "7А"},
    ),
    "a hidden sheet before": (
        [Sheet("7А", CLASS, is_hidden=True), Sheet("8Б", OTHER)],
        [(7, "А", "Айна"), (8, "Б", "Нұр")],
        {"hidden_sheet_read": "7А"},
    ),
    "a chart before": ([Sheet("8Б", is_chart=True), Sheet("7А", CLASS)], [(7, "А", "Айна")], {}),
    "a chart between": (
        [Sheet("7А", CLASS), Sheet("Диаграмма1", is_chart=True), Sheet("8Б", OTHER)],
        [(7, "А", "Айна"), (8, "Б", "Нұр")],
        {},
    ),
    "blank sheets": ([Sheet("7А", CLASS), Sheet("8Б"), Sheet("Парақ3")], [(7, "А", "Айна")], {}),
    "cells beside": (
        [Sheet(ALL, [["Сынып:", "", "7 А"], ["", "Пән", "Химия"], [], *CLASS])],
        [(7, "А", "Айна")],
        {},
    ),
    "merged cells beside": (
        [Sheet(ALL, [["Сынып: 7 А", "", ""], ["Пән", "Химия", ""], *CLASS], [(0, 0, 0, 2), (1, 1, 1, 2)])],
        [(7, "А", "Айна")],
        {},
    ),
    "numbers of merged columns": (
        [
            Sheet(
                "7А",
                [["Кім", "", "", "не", ""], ["А", "", "", "1", "2"], ["Айна", "", "", "5", "0"]],
                [(0, 0, 0, 2), (1, 0, 1, 2), (2, 0, 2, 2)],
            )
        ],
        [(7, "А", "Айна")],
        {},
    ),
    "numbers of columns merged over rows": (
        [Sheet("7А", _MERGED_HEAD, [(0, 0, 1, 1), (0, 2, 0, 3), (2, 0, 2, 1), (3, 0, 3, 1), (4, 0, 4, 1)])],
        [(7, "А", "Айна"), (7, "А", "Нұр")],
        {},
    ),
    "two letters before the numbers": (
        [Sheet("7А", [["Аты", "", "не", "сағ"], ["А", "Б", "1", "2"], ["Айна", "қыз", "5", "0"]], [(0, 0, 0, 1)])],
        [(7, "А", "Айна")],
        {"unknown_column": "7А"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def form() -> Contract:
    return contract_of("class_marks", directory=Path(__file__).parent.parent / "contracts")


def _read(kind: str, folder: Path, book: Book, form: Contract) -> tuple[Any, ...]:
    """All that is read of a workbook, by a form and without one, and all that is said but for the kind of file."""
    path = BOOKS[kind](folder / "book", book)
    reading, plain = read_whole(path, form), read_general(path)
    rows = [row for table in reading.tables for row in table.text.to_pylist()]
    said = sorted(
        (found.code, found.severity, found.sheet or "", found.cell or "", found.text("kk"))
        for found in (*reading.findings, *plain.findings)
        if found.code not in NOTES_ON_KINDS
    )
    places = [
        (table.sheet, table.cell("pupil", row))
        for table in reading.tables
        for row in table.text["_row"].to_pylist()
    ]
    sheets = [(sheet.name, sheet.is_hidden, list(sheet.csv_rows())) for sheet in plain.sheets]
    places = [
        (table.sheet, table.cell("pupil", row))
        for table in reading.tables
        for row in table.text["_row"].to_pylist()
    ]
    return rows, said, places, sheets, (reading.rows_in, reading.rows_not_data)


@pytest.mark.parametrize("title", TOLD)
def test_one_description_is_one_reading(tmp_path: Path, form: Contract, title: str) -> None:
    book, told, codes = TOLD[title]
    first = _read("openpyxl", tmp_path, book, form)
    assert [(int(row["grade"]), row["letter"], row["pupil"]) for row in first[0]] == told
    named = {code: sheet for code, _, sheet, *_ in reversed(first[1]) if sheet}
    assert codes.items() <= named.items()
    for kind in BOOKS:
        assert _read(kind, tmp_path, book, form) == first, kind


_LETTERS = st.characters(
    categories=("L", "N", "P", "S", "Zs"), exclude_characters="[]:*?/\\'", max_codepoint=0xFFFD
)
_NAMES = st.one_of(
    st.from_regex(r"\A(1[0-2]|[1-9]) ?[«\"]?[АӘӨБВабвAB][»\"]?\Z"),
    st.text(_LETTERS, min_size=1, max_size=31).filter(
        lambda name: name.strip() == name and name.isprintable()
    ),
)
_SHEETS = st.builds(
    Sheet,
    _NAMES,
    st.sampled_from([CLASS, OTHER, [["Класс: 7А"], *CLASS], [["Есеп"]], []]),
    is_hidden=st.booleans(),
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_SHEETS, min_size=1, max_size=4, unique_by=lambda sheet: sheet.name.casefold()))
def test_sheets_of_any_names_are_one_reading(tmp_path: Path, form: Contract, book: list[Sheet]) -> None:
    book = [Sheet("Бірінші", [["Мазмұны"]]), *book]
    first = _read("openpyxl", tmp_path, book, form)
    for kind in BOOKS:
        assert _read(kind, tmp_path, book, form) == first, kind
