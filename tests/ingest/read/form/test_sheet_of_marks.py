"""A sheet of marks, subjects across, gives the rows that the long form gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.read.form.layouts.register_cells import marks_said
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.layout import registers
from ingest.schema.forms.load import contract as contract_of
from ingest.schema.forms.register_layout import MarkCells
from tests.ingest.read.form.register_sheets import BIN, IINS, LATIN, NAMES, xlsx
from tests.ingest.read.samples import read_whole, typed


def test_a_sheet_of_marks_of_one_subject(tmp_path: Path) -> None:
    contract = contract_of("term_results")
    rows = [
        ["БИН", BIN],
        ["7 «Ә» класс"],
        ["№", "ФИО", "ИИН", "Алгебра"],
        [1, NAMES[0], IINS[0], 5],
        [2, NAMES[1], IINS[1], "н/а"],
    ]
    found, findings = typed(read_whole(xlsx(tmp_path / "file.xlsx", rows), contract), contract)
    assert not findings
    assert [(row["iin"], row["subject"], row["outcome"]) for row in found] == [
        (IINS[0], "algebra", "marked"),
        (IINS[1], "algebra", "not_attested"),
    ]


def test_the_sheet_of_marks(tmp_path: Path) -> None:
    contract = contract_of("term_results")
    rows = [
        ["БИН", BIN],
        ["7 «Ә» класс"],
        ["№", "ФИО", "ИИН", "Алгебра", "Қазақ тілі", "Дене шынықтыру"],
        [1, NAMES[0], IINS[0], 5, "4", "осв."],
        [2, NAMES[1], IINS[1], "н/а", None, "зачёт"],
        [None, "Орташа балл", None, 4.5, 4, None],
    ]
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), contract)
    found, findings = typed(reading, contract)
    assert not findings
    assert sorted(
        (row["iin"], row["subject"], row["outcome"], row["mark"]) for row in found if row["iin"]
    ) == [
        (IINS[0], "algebra", "marked", 5),
        (IINS[0], "kazakh_language", "marked", 4),
        (IINS[0], "physical_education", "exempt", None),
        (IINS[1], "algebra", "not_attested", None),
        (IINS[1], "physical_education", "passed", None),
    ]


@pytest.mark.parametrize(
    ("written", "mark", "outcome"),
    [
        ("5", "5", "marked"),
        ("зачёт", "", "passed"),
        ("зaчёт", "", "passed"),  # with a Latin letter
        ("БОСАТЫЛҒАН", "", "exempt"),
        ("бoсатылған", "", "exempt"),
        ("баға", "баға", "marked"),
        ("не знаю", "не знаю", "marked"),
    ],
)
def test_a_result_in_words_is_known_in_whichever_alphabet_its_letters_are(
    written: str, mark: str, outcome: str
) -> None:
    cells = MarkCells(mark="mark", outcome="outcome", words="term_outcome", usual="marked")
    assert marks_said(f" {written} ", cells) == {"mark": mark, "outcome": outcome}


@pytest.mark.parametrize("place", range(4, 8))
@pytest.mark.parametrize(
    ("heading", "cells", "asked"),
    [
        ("Ист. мира", ["4", ""], True),
        ("Экспериментальный курс", ["", "осв."], True),
        ("Пәнім", ["жақсы", "5"], True),
        ("Ескерту", ["ата-анасымен сөйлесу", ""], False),
        ("Қолы", ["", ""], None),
        ("Орташа балл", ["4,5", "3"], None),
        ("Итого", ["9", "8"], None),
    ],
)
def test_no_column_of_marks_is_left_out_in_silence(
    tmp_path: Path, heading: str, cells: list[str], asked: bool | None, place: int
) -> None:
    contract = contract_of("term_results")
    rows: list[list[object]] = [
        ["БИН", BIN],
        ["7 «Ә» класс"],
        ["№ п/п", "ФИО", "ИИН", "Алгебра", "Инф.", "Қаз. тілі", "Физ. культ."],
        [1, NAMES[0], IINS[0], 5, 4, 4, 5],
        [2, NAMES[1], IINS[1], 4, 4, 4, 5],
    ]
    for row, text in zip(rows[2:], [heading, *cells], strict=True):
        row.insert(place, text)
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), contract)
    found, _ = typed(reading, contract)
    assert {row["subject"] for row in found} == {
        "algebra", "informatics", "kazakh_language", "physical_education",
    }  # fmt: skip
    said = [(one.value, one.severity) for one in reading.findings if one.code == "unknown_column"]
    is_among = 3 < place < 7
    wanted = "query" if asked or is_among else "note"
    assert said == ([] if asked is None else [(heading, wanted)])


@pytest.mark.parametrize(
    "numbering",
    [
        [1, 2, 3, 4, 5, 6],
        ["1", "2", "3", "4", "5", "6"],
        ["А", "Б", "В", 1, 2, 3],
        ["(1)", "(2)", "(3)", "(4)", "", "(6)"],
    ],
)
@pytest.mark.parametrize("with_names", [True, False])
def test_a_row_that_numbers_the_columns_is_no_learner(
    tmp_path: Path, numbering: list[object], with_names: bool
) -> None:
    contract = contract_of("term_results")
    rows: list[list[object]] = [
        ["БСН", BIN],
        ["7 «Ә» сыныбы"],
        ["р/с", "ЖСН", "Т.А.Ә.", "Алгебра", "Физика", "Химия"],
        numbering,
        [1, IINS[0], NAMES[0] if with_names else "", 5, 4, 4],
        [2, IINS[1], NAMES[1] if with_names else "", 3, 4, 5],
    ]
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), contract)
    found, _ = typed(reading, contract)
    assert {row["iin"] for row in found} == set(IINS[:2])
    assert len(found) == 6


@pytest.mark.parametrize("latin", [False, True])
@pytest.mark.parametrize("code", [entry.code for entry in codelist("mark").codes])
def test_a_mark_in_words_is_the_mark(code: str, latin: bool) -> None:
    cells = next(layout.marks for layout in registers(contract_of("term_results")) if layout.marks)
    entry = codelist("mark").by_code[code]
    words = {entry.labels.kk, entry.labels.ru, *entry.aliases}
    for word in words | {word.capitalize() for word in words} | {word.rstrip(".") for word in words}:
        written = word.translate(LATIN) if latin else word
        assert marks_said(f" {written} ", cells) == {cells.mark: code, cells.outcome: cells.usual}, written


def test_no_word_is_a_mark_and_another_result() -> None:
    cells = next(layout.marks for layout in registers(contract_of("term_results")) if layout.marks)
    assert cells.named
    assert not codelist(cells.named).by_word.keys() & codelist(cells.words).by_word.keys()


BEGINNINGS = {
    "матем": "mathematics",
    "қаз тілі": "kazakh_language",
    "Каз тили": "kazakh_language",
    "РУС ЯЗ": "russian_language",
    "био": "biology",
    "Қаз әдеб": "kazakh_literature",
    "физ-ра": "physical_education",
}


def test_subjects_cut_short_without_a_sign_are_known(tmp_path: Path) -> None:
    contract = contract_of("term_results")
    rows = [
        ["БИН", BIN],
        ["7 «Ә» класс"],
        ["№", "ФИО", "ИИН", *BEGINNINGS.keys() - {"Каз тили"}, "примечание"],
        [1, NAMES[0], IINS[0], *[4] * (len(BEGINNINGS) - 1)],
    ]
    found, findings = typed(read_whole(xlsx(tmp_path / "file.xlsx", rows), contract), contract)
    assert not findings
    assert sorted(row["subject"] for row in found) == sorted(set(BEGINNINGS.values()))


@pytest.mark.parametrize(("heading", "code"), BEGINNINGS.items())
def test_two_columns_of_one_subject_are_never_one_without_a_word(
    tmp_path: Path, heading: str, code: str
) -> None:
    contract = contract_of("term_results")
    own = codelist("subject").by_code[code].labels.ru
    rows = [["БИН", BIN], ["7 «Ә» класс"], ["№", "ИИН", own, "Алгебра", heading], [1, IINS[0], 5, 4, 3]]
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), contract)
    found, _ = typed(reading, contract)
    assert sorted((row["subject"], row["mark"]) for row in found) == sorted([("algebra", 4), (code, 5)])
    [said] = [each for each in reading.findings if each.severity != "note"]
    assert (said.code, said.cell) in {("duplicate_column", "E3"), ("unknown_column", "E3")}


@pytest.mark.parametrize("heading", ["каз", "физ воспит алгебра", "қаз т", "ма", "5 матем"])
def test_what_begins_several_subjects_is_asked_about(tmp_path: Path, heading: str) -> None:
    contract = contract_of("term_results")
    rows = [["БИН", BIN], ["7 «Ә» класс"], ["№", "ИИН", "Алгебра", heading], [1, IINS[0], 5, 4]]
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), contract)
    assert [(each.code, each.value) for each in reading.findings if each.severity == "query"] == [
        ("unknown_column", heading)
    ]


@pytest.mark.parametrize(
    ("written", "mark"),
    [("4+", "4"), ("5-", "5"), ("IV", "4"), ("бес", "5"), ("3−", "3"), ("Төрт", "4"), ("3 с натяжкой", None)],
)
def test_a_mark_with_a_sign_or_a_name_is_suggested(tmp_path: Path, written: str, mark: str | None) -> None:
    contract = contract_of("term_results")
    rows = [["БИН", BIN], ["7 «Ә» класс"], ["№", "ИИН", "Алгебра", "Химия"], [1, IINS[0], written, 4]]
    _, findings = typed(read_whole(xlsx(tmp_path / "file.xlsx", rows), contract), contract)
    [finding] = findings
    assert (finding.severity, finding.value) == ("error", written)
    assert mark is None or finding.suggestion == mark
