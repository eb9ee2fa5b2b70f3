"""Errors of spreadsheets and placeholders of programs: known in every language, never taken for a person's word."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.read.arrow import pa, pc
from ingest.read.cells.no_values import (
    OF_ERRORS,
    OF_PLACEHOLDERS,
    error_pattern,
    may_hold_any,
    no_value,
    placeholder_pattern,
)
from ingest.read.plain.reader import read_general
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of
from ingest.schema.texts.word_files import read_words
from tests.ingest.read.samples import HEADER, changed, read_whole, typed
from tests.planted.clean import School

_PLACEHOLDERS = read_words("no_values")["placeholders"]
PLACEHOLDERS = [
    *_PLACEHOLDERS["words"],
    *_PLACEHOLDERS["alone"],
    *_PLACEHOLDERS["bracketed"],
    *_PLACEHOLDERS["strokes"],
]
ERRORS = [
    "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!",
    "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#BUSY!", "#ДЕЛ/0!", "#Н/Д", "#ИМЯ?", "#ПУСТО!", "#ЧИСЛО!", "#ССЫЛКА!",
    "#ЗНАЧ!", "#ПЕРЕНОС!", "#ВЫЧИСЛ!", "#ПОЛЕ!", "Err:502", "Err:508", "Ошибка:522", "#ERROR!", "#LOADING...", "#н/д",
    " #Н/Д ", "# Н/Д", "#ЗНАЧ",
    "#Қ/Ж", "#қ/ж", "# Қ / Ж", "#N/А", "#НN/Д", "#N\\A", "#ССЫЛКА !", "ДЕЛ/0!", "#YOK", "#NV", "#ΤΙΜΗ!", "#ਮੁੱਲ!",
    "#ДЕЛ/0", "#WERT!", "#BEZUG!", "#VALEUR!", "#DÉPASSER!", "#ӘЛДЕНЕ!", "#ПОЛУЧЕНИЕ_ДАННЫХ", "###", "########",
]  # fmt: skip
VALUES = ["Нан", "Нанов", "Null", "Nan", "Нина", "#5", "№ 5", "#", "##", "#!", "Err", "нет", "жоқ", "0",
          "Ошибка: нет связи", "#тег", "#мектеп_күні", "#8 школа!", "ул. Абая, #12", "Loading", "НАН РК",
          "Нил", "Nil", "Nan Nan", "На", "Na", "NA", "нан", "нулл", "Нина (NaN)", "А/Б", "5/А", "12/ж", "б/н", "км/ч",
          "и/о", "# внимание!", "Ундефинов", "«Нан»", "(Нан)", "ад/н", "N/Abc", "int(5)", "<5", "{1}"]  # fmt: skip


@pytest.mark.parametrize("text", ERRORS)
def test_errors_are_known_in_every_language(text: str) -> None:
    assert no_value(text) == "error"


def test_every_error_that_is_listed_holds_what_columns_are_asked_for_first() -> None:
    listed = [word for words in read_words("no_values")["errors"].values() for word in words]
    assert len(listed) > 30
    assert [word for word in listed if not set(OF_ERRORS) & set(word)] == []
    assert len(PLACEHOLDERS) > 50
    assert [word for word in PLACEHOLDERS if not set(OF_PLACEHOLDERS) & set(word)] == []


@pytest.mark.parametrize("text", VALUES)
def test_words_of_people_are_none(text: str) -> None:
    assert no_value(text) is None


_BLANKS = st.sampled_from(["", "", " ", "\u00a0"])
_LETTERS = st.sampled_from("ABNDZабндқжүғӨІαδ")


@st.composite
def _stand_ins(draw: st.DrawFn) -> str:
    """Texts of the shapes that spreadsheets and programs leave, of words nobody listed."""

    def blank() -> str:
        return draw(_BLANKS)

    word = draw(st.text(_LETTERS, min_size=2, max_size=12))
    core = draw(st.sampled_from([*_PLACEHOLDERS["called"], "NAN", "nAn"]))
    shape = draw(st.integers(0, 5))
    stroke = blank() + draw(st.sampled_from("/\\")) + blank()
    if shape == 0:
        return f"#{blank()}{draw(_LETTERS)}{stroke}{draw(_LETTERS)}"
    if shape == 1:
        return f"#{word}{draw(st.sampled_from(['!', '?', '/0!']))}"
    if shape == 2:
        called = draw(st.sampled_from(["Decimal", "float", "np.float64", "pandas.Timestamp", "_x.y"]))
        quote = draw(st.sampled_from(["", "'", '"']))
        return f"{called}({quote}{core}{quote})"
    if shape == 3:
        return f"{draw(st.sampled_from(_PLACEHOLDERS['parts_of']))}.{core}"
    if shape == 4:
        first, last = draw(st.sampled_from(_PLACEHOLDERS["strokes"])).split("/")
        return "".join(draw(st.sampled_from([each.lower(), each.upper()])) for each in (first, stroke, last))
    words = draw(st.lists(st.sampled_from(_PLACEHOLDERS["words"]), min_size=1, max_size=4))
    return draw(st.sampled_from(list(" ,.:/-"))).join(words)


@settings(deadline=None)
@given(_stand_ins(), _BLANKS, _BLANKS)
def test_what_programs_leave_is_known_by_its_shape(text: str, before: str, after: str) -> None:
    assert no_value(f"{before}{text}{after}") == ("error" if text.startswith("#") else "placeholder")
    assert may_hold_any(f"Нан;{text};5")


@settings(deadline=None)
@example("#" + "Д" * 21 + "/0!")
@example("#" + "Д" * 22 + "/0!")
@given(st.sampled_from([*ERRORS, *VALUES, *PLACEHOLDERS]) | _stand_ins() | st.text(max_size=30))
def test_python_arrow_and_duckdb_say_the_same(text: str) -> None:
    trimmed = text.strip()
    said = no_value(trimmed)
    if "\n" not in trimmed and len(trimmed) <= 30:
        kinds = ("placeholder", placeholder_pattern()), ("error", error_pattern())
        for kind, pattern in kinds:
            arrow = pc.match_substring_regex(pa.array([trimmed]), pattern)[0].as_py()
            sql = duckdb.execute("SELECT regexp_full_match(?, ?)", [trimmed, pattern]).fetchone()
            assert (arrow, sql) == (said == kind, (said == kind,))
    assert not no_value(text) or may_hold_any(text)
    assert said != "error" or set(OF_ERRORS) & set(trimmed)
    assert said != "placeholder" or set(OF_PLACEHOLDERS) & set(trimmed) or set("⁄∕") & set(trimmed)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from([*ERRORS, *VALUES, *PLACEHOLDERS]) | st.text(max_size=12), max_size=4),
    st.sampled_from(["Иванов;5А;7,5\n", "name;class;1\n", "Қайратұлы;0\n", "1;2;3\n"]),
)
def test_a_long_text_is_told_as_its_lines_are(texts: list[str], around: str) -> None:
    """What is looked for letter by letter in a long text is found in a short one word by word."""
    lines = [around, *texts]
    long = "\n".join(around * 400 + text for text in lines)
    assert may_hold_any(long) == any(map(may_hold_any, lines))


def test_plain_reading_finds_one_among_thousands_of_rows(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    book = openpyxl.Workbook()
    for row in (["имя", "балл"], *(["Алия", str(place)] for place in range(1_100)), ["Болат", "NULL"]):
        book.worksheets[0].append(row)
    book.save(path)
    said = [
        (one.code, one.cell) for one in read_general(path).findings if one.code == "placeholders_as_values"
    ]
    assert said == [("placeholders_as_values", "B1102")]


def test_columns_of_names_name_them_and_leave_surnames_alone(write_csv: Callable[..., Path]) -> None:
    contract = contract_of("learner_roster")
    stand_ins = [
        "N/A",
        "n/a",
        "Н / Д",
        "Қ/Ж",
        "Decimal('NaN')",
        "np.nan",
        "NаN",
        "(пусто)",
        "#Қ/Ж",
        "# қ/ж",
        "#N/А",
    ]
    surnames = ["Нан", "Null", "Nan", "Нил", "На", "нан"]
    learners = School(1, 1).learner_roster[: len(stand_ins) + len(surnames)]
    names = [field.name for field in contract.fields]
    rows = [{**row, "last_name": name} for row, name in zip(learners, stand_ins + surnames, strict=True)]
    file = write_csv([names, *([row[name] for name in names] for row in rows)])
    table, findings = typed(read_whole(file, contract), contract)
    kinds = {"error": "error_in_cell", "placeholder": "placeholder_in_cell"}
    said = {(one.row, one.code) for one in findings if one.column and one.severity == "error"}
    assert said == {(row, kinds[no_value(name) or ""]) for row, name in enumerate(stand_ins, 2)}
    assert [row["last_name"] for row in table] == [None] * len(stand_ins) + surnames


def test_a_word_for_nothing_is_one_in_capitals_too(write_csv: Callable[..., Path]) -> None:
    contract = contract_of("learner_roster")
    names = [field.name for field in contract.fields]
    rows = [
        {**row, "middle_name": word, "special_needs": word}
        for row, word in zip(School(1, 1).learner_roster, ["н/д", "Н/Д", "Н/д"], strict=False)
    ]
    file = write_csv([names, *([row[name] for name in names] for row in rows)])
    table, findings = typed(read_whole(file, contract), contract)
    assert [(row["middle_name"], row["special_needs"]) for row in table] == [(None, None)] * 3
    assert findings == []


@pytest.mark.parametrize("name", ["letter", "iin", "date", "lessons_missed", "is_late", "absence_reason"])
@pytest.mark.parametrize("written", ["#Н/Д", "#ДЕЛ/0!", "Err:502", "#SPILL!", "#LOADING...", "#WERT!"])
def test_every_column_names_an_error(
    write_csv: Callable[..., Path], attendance: Contract, name: str, written: str
) -> None:
    value, codes = _typed(write_csv, attendance, name, written)
    assert (value, codes) == (None, ["error_in_cell"])


@pytest.mark.parametrize("name", ["iin", "date", "lessons_missed", "is_late", "absence_reason"])
@pytest.mark.parametrize(
    "written",
    [
        "None",
        "NULL",
        "nan",
        "NaN",
        "undefined",
        "NaT",
        "<NA>",
        "\\N",
        "null",
        " NULL ",
        "[object Object]",
        "-inf",
    ],
)
def test_every_column_names_a_placeholder(
    write_csv: Callable[..., Path], attendance: Contract, name: str, written: str
) -> None:
    value, codes = _typed(write_csv, attendance, name, written)
    assert (value, codes) == (None, ["placeholder_in_cell"])


def test_a_placeholder_in_a_text_that_may_be_empty_is_asked_about(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    needed = attendance.field("letter")
    free = needed.model_copy(
        update={"constraints": needed.constraints.model_copy(update={"required": False}), "alphabet": None}
    )
    fields = tuple(free if field.name == "letter" else field for field in attendance.fields)
    contract = attendance.model_copy(update={"fields": fields})
    assert _typed(write_csv, contract, "letter", "NULL") == ("NULL", ["placeholder_in_text"])
    assert _typed(write_csv, contract, "letter", "Null") == ("Null", [])


def test_what_a_contract_calls_missing_is_missing(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    contract = attendance.model_copy(update={"missing_values": (*attendance.missing_values, "NULL")})
    for name in ("lessons_missed", "absence_reason", "iin"):
        assert _typed(write_csv, contract, name, "NULL") == (None, [])


def test_plain_reading_says_each_column_once_and_keeps_the_text(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("имя,балл,дата\nАлия,#Н/Д,NULL\nНан,5,2026-01-02\nБолат,#Н/Д,NaT\n", encoding="utf-8")
    reading = read_general(path)
    said = {
        (finding.code, finding.cell, finding.value, finding.params["count"])
        for finding in reading.findings
        if finding.code.endswith("as_values")
    }
    assert said == {("errors_as_values", "B2", "#Н/Д", 2), ("placeholders_as_values", "C2", "NULL", 2)}
    assert [row[1] for row in reading.sheets[0].csv_rows()][1:] == ["#Н/Д", "5", "#Н/Д"]


def test_the_pattern_takes_no_time_on_hostile_cells() -> None:
    hostile = "#" + "A" * 200_000 + "!?"
    assert re.match(error_pattern(), hostile) is None


def _typed(
    write_csv: Callable[..., Path], contract: Contract, name: str, written: str
) -> tuple[object, list[str]]:
    table, findings = typed(read_whole(write_csv([HEADER, changed(**{name: written})]), contract), contract)
    assert all(finding.message.values() for finding in findings)
    return table[0][name], [finding.code for finding in findings]
