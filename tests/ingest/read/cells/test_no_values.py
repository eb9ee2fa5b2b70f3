"""Errors of spreadsheets and placeholders of programs: known in every language, never taken for a person's word."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
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
    placeholders,
)
from ingest.read.plain.reader import read_general
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.word_files import read_words
from tests.ingest.read.samples import HEADER, changed, read_whole, typed

ERRORS = [
    "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!",
    "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#BUSY!", "#ДЕЛ/0!", "#Н/Д", "#ИМЯ?", "#ПУСТО!", "#ЧИСЛО!", "#ССЫЛКА!",
    "#ЗНАЧ!", "#ПЕРЕНОС!", "#ВЫЧИСЛ!", "#ПОЛЕ!", "Err:502", "Err:508", "Ошибка:522", "#ERROR!", "#LOADING...", "#н/д",
    " #Н/Д ", "# Н/Д", "#ЗНАЧ",
    "#ДЕЛ/0", "#WERT!", "#BEZUG!", "#VALEUR!", "#DÉPASSER!", "#ӘЛДЕНЕ!", "#ПОЛУЧЕНИЕ_ДАННЫХ", "###", "########",
]  # fmt: skip
VALUES = ["Нан", "Нанов", "Null", "Nan", "Нина", "#5", "№ 5", "#", "##", "#!", "Err", "нет", "жоқ", "0",
          "Ошибка: нет связи", "#тег", "#мектеп_күні", "#8 школа!", "ул. Абая, #12", "Loading", "НАН РК"]  # fmt: skip


@pytest.mark.parametrize("text", ERRORS)
def test_errors_are_known_in_every_language(text: str) -> None:
    assert no_value(text) == "error"


def test_every_error_that_is_listed_holds_what_columns_are_asked_for_first() -> None:
    listed = [word for words in read_words("no_values")["errors"].values() for word in words]
    assert len(listed) > 30
    assert [word for word in listed if not set(OF_ERRORS) & set(word)] == []
    assert [word for word in placeholders() if not set(OF_PLACEHOLDERS) & set(word)] == []


@pytest.mark.parametrize("text", VALUES)
def test_words_of_people_are_none(text: str) -> None:
    assert no_value(text) is None


@settings(deadline=None)
@example("#" + "Д" * 21 + "/0!")
@example("#" + "Д" * 22 + "/0!")
@given(st.sampled_from([*ERRORS, *VALUES, *sorted(placeholders())]) | st.text(max_size=30))
def test_python_arrow_and_duckdb_say_the_same(text: str) -> None:
    trimmed = text.strip()
    said = no_value(trimmed) == "error"
    one_line = "\n" not in trimmed and len(trimmed) <= 30
    if one_line:
        arrow = pc.match_substring_regex(pa.array([trimmed]), error_pattern())[0].as_py()
        sql = duckdb.execute("SELECT regexp_full_match(?, ?)", [trimmed, error_pattern()]).fetchone()
        assert (arrow, sql) == (said, (said,))
    assert not no_value(text) or may_hold_any(text)
    assert not said or set(OF_ERRORS) & set(trimmed)


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
