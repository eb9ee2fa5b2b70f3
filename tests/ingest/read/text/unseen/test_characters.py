"""Byte order marks, zeros, escapes and their like anywhere in a file: taken out, named by place, the rest read."""

from __future__ import annotations

import io
import random
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from ingest.read import type_batch
from ingest.read.form.read import read
from ingest.read.plain.reader import GeneralReading, read_general
from ingest.read.text.unseen.characters import without_unseen
from ingest.read.text.unseen.in_text import may_hold_unseen
from ingest.schema.forms.load import contracts
from ingest.schema.values.ignorable import RANGES, is_ignorable
from ingest.schema.values.letters import breaking_characters, unseen_characters
from tests.ingest.read.samples import HEADER, ROW
from tests.ingest.read.test_properties import EASY, _read

FORM = contracts()["attendance"]
_HEAD = ";".join(field.labels.ru for field in FORM.fields)
_ROW = ";".join(field.example or "" for field in FORM.fields)
_TEXT = "Тегі;Аты;Балл\nӘлиев;Ержан;5\nСейіт;Айгүл;4\nКим;Анна;3\n"
_ROWS = [line.split(";") for line in _TEXT.splitlines()]


def _general(tmp_path: Path, content: bytes, name: str = "file.csv") -> GeneralReading:
    (tmp_path / name).write_bytes(content)
    return read_general(tmp_path / name)


@EASY
@given(st.sampled_from(unseen_characters()), st.integers(0, len(_TEXT)), st.sampled_from(["utf-8", "utf-16"]))
def test_an_unseen_character_anywhere_costs_nothing(mark: str, place: int, encoding: str) -> None:
    rows, said = _read((_TEXT[:place] + mark + _TEXT[place:]).encode(encoding))
    assert rows == _ROWS
    code = "control_characters" if unicodedata.category(mark) == "Cc" else "unseen_characters"
    assert code in said or (mark == "\ufeff" and place == 0) or (mark == "\x1a" and place == len(_TEXT))


@EASY
@given(
    st.lists(
        st.tuples(st.sampled_from(breaking_characters()), st.integers(0, len(_TEXT))), min_size=1, max_size=3
    ),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_what_breaks_lines_unseen_is_said_once_and_parts_nothing(
    marks: list[tuple[str, int]], encoding: str
) -> None:
    text = _TEXT
    for mark, place in marks:
        text = text[:place] + mark + text[place:]
    rows, said = _read(text.encode(encoding))
    assert [[cell.replace(" ", "") for cell in row] for row in rows] == _ROWS
    assert "breaks_in_cells" in said


def test_the_characters_that_break_lines_are_known_by_category() -> None:
    known = {"\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x1f", "\x85"}
    assert set(breaking_characters()) == known
    cleaned = without_unseen("а;б\nв\u2028г;д\nе;ё\nж\x0b;\x85з\n")
    assert cleaned.text == "а;б\nв г;д\nе;ё\nж ; з\n"
    assert [(each.row, dict(each.params)) for each in cleaned.findings()] == [
        (2, {"count": 3, "lines": "2, 4"})
    ]


def test_separators_of_records_part_a_text_without_lines() -> None:
    text = "a\x1fb\x1ec\x1fd\x1ee\x1ff\x1e"
    assert without_unseen(text).text == text


def test_their_lines_are_named() -> None:
    found = {finding.code: finding for finding in without_unseen("а\nб\ufeffв\nг\x1bд\n\0е\n").findings()}
    assert found["unseen_characters"].params["lines"] == "2"
    assert found["control_characters"].params["lines"] == "3–4"
    assert found["control_characters"].row == 3


@pytest.mark.parametrize(
    "text",
    [
        "می‌خواهم", "👩‍🏫 мұғалім", "क्‍ष", "❤\ufe0f мектеп", "1\ufe0f\u20e3", "葛\U000e0100城",
        "ᠠ\u180bᠨ", "e\u034f\u0301",
        "\u115fᅡ", "ᄀ\u1160", "ㄱ\u3164", "ក\u17b4", "ﾡ\uffa0",
    ],
)  # fmt: skip
def test_what_a_script_or_a_picture_needs_stays(text: str) -> None:
    assert without_unseen(text).text == text


def test_a_control_character_that_parts_cells_stays() -> None:
    text = "a\x01b\nc\x01d\ne\x01f\n"
    assert without_unseen(text).text == text


def test_joined_files_are_one_table_with_its_header_once(tmp_path: Path) -> None:
    part = _TEXT.encode("utf-8-sig")
    reading = _general(tmp_path, part + part)
    assert list(reading.sheets[0].csv_rows()) == [*_ROWS, *_ROWS[1:]]
    assert {"repeated_header", "unseen_characters"} <= {finding.code for finding in reading.findings}


def test_joined_reports_are_one_report(tmp_path: Path) -> None:
    part = f"{_HEAD}\r\n{_ROW}\r\n".encode("utf-8-sig")
    (tmp_path / "file.csv").write_bytes(part * 2)
    reading = read(tmp_path / "file.csv", FORM)
    assert reading.rows_data == 2
    assert {"repeated_header", "unseen_characters"} <= {finding.code for finding in reading.findings}


_SIGN = st.sampled_from([";", ",", "\t"])
_CELL = st.text("АәбвZ19 ", min_size=1, max_size=6).map(str.strip).filter(bool)


@EASY
@given(
    st.integers(2, 4).flatmap(
        lambda n: st.lists(st.lists(_CELL, min_size=n, max_size=n), min_size=2, max_size=5)
    ),
    st.integers(2, 4),
    _SIGN,
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_files_joined_without_a_last_end_of_line_keep_their_lines(
    rows: list[list[str]], count: int, sign: str, end: str, has_header: bool
) -> None:
    lines = [sign.join(row) for row in rows]
    others = lines if has_header else [sign.join(row[::-1]) for row in rows[1:]]
    files = [end.join(lines), *[end.join(others)] * (count - 1)]
    expected = [*lines, *others * (count - 1)]
    assert without_unseen("\ufeff".join(files)).text.split(end) == expected
    # With ends as without them.
    assert without_unseen("".join(f"\ufeff{file}{end}" for file in files)).text.split(end)[:-1] == expected


def test_joined_lists_of_one_column_end_where_the_header_stands_again() -> None:
    assert without_unseen("\ufeffАты\nАсан\n1\ufeffАты\nБолат").text == "Аты\nАсан\n1\nАты\nБолат"


@pytest.mark.parametrize(
    "text", ["Тегі;Аты\nӘли\ufeffев;Ержан", "Аты\nЕр\ufeffжан", "Тегі;Аты\n\ufeff;1;2\ufeff3;4"]
)
def test_a_mark_within_a_cell_ends_no_line(text: str) -> None:
    assert without_unseen(text).text == text.replace("\ufeff", "")


def test_joined_reports_without_a_last_end_are_one_report(tmp_path: Path) -> None:
    part = f"{_HEAD}\r\n{_ROW}".encode("utf-8-sig")
    (tmp_path / "file.csv").write_bytes(part * 3)
    reading = read(tmp_path / "file.csv", FORM)
    assert reading.rows_data == 3
    assert [finding.code for finding in reading.findings].count("repeated_header") == 2
    assert _general(tmp_path, part * 3).rows_written == 3


def test_cells_of_workbooks_and_pages_are_cleaned_too(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(_ROWS):
            sheet.write_row(number, 0, [f"{cell[:1]}\u200b{cell[1:]}\ufeff" for cell in cells])
    lines = ["".join(f"<td>{cell}\u2060</td>" for cell in cells) for cells in _ROWS]
    page = "".join(f"<tr>{line}</tr>" for line in lines)
    for content, name in (
        (buffer.getvalue(), "a.xlsx"),
        (f"<html><table>{page}</table></html>".encode(), "a.xls"),
    ):
        reading = _general(tmp_path, content, name)
        assert list(reading.sheets[0].csv_rows()) == _ROWS
        assert "unseen_characters" in {finding.code for finding in reading.findings}


@EASY
@given(st.integers(0, 8), st.integers(1, 2), st.randoms(use_true_random=False))
def test_a_report_with_a_few_control_bytes_is_read(code: int, count: int, chance: object) -> None:

    assert isinstance(chance, random.Random)
    content = f"{_HEAD}\r\n{_ROW}\r\n{_ROW}\r\n".encode()
    for _ in range(count):
        place = chance.randrange(len(content))
        while content[place] & 0xC0 == 0x80:  # not into the midst of a letter
            place -= 1
        content = content[:place] + bytes([code]) + content[place:]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.csv"
        file.write_bytes(content)
        reading = read(file, FORM)
    assert not reading.unreadable
    assert reading.rows_data == 2
    assert "control_characters" in {finding.code for finding in reading.findings}


@pytest.mark.parametrize("stray", [b"\0", b"\x1b", b"\x07", b"\xff", b"\x80", b"\x0e"])
def test_a_stray_byte_is_no_reason_not_to_read(stray: bytes, tmp_path: Path) -> None:
    content = f"{_HEAD}\n{_ROW}\n".encode()
    place = content.index(b"\n") + 5
    spoilt = content[:place] + stray + content[place:]
    (tmp_path / "file.csv").write_bytes(spoilt)
    assert read(tmp_path / "file.csv", FORM).rows_data == 1
    reading = read_general(tmp_path / "file.csv")
    assert reading.rows_written == 1
    codes = {"control_characters", "letters_lost", "mixed_encoding", "encoding_unsure"}
    assert codes & {finding.code for finding in reading.findings}


@pytest.mark.parametrize(
    "make", [lambda: bytes(range(256)) * 40, lambda: b"\0" * 5000, lambda: b"MZ\x90\0\3\0\0\0" * 50]
)
def test_a_binary_file_is_refused_all_the_same(make: Callable[[], bytes], tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_bytes(make())
    assert read(tmp_path / "file.csv", FORM).unreadable
    assert read_general(tmp_path / "file.csv").unreadable


def test_the_quick_look_misses_none() -> None:
    assert not [sign for sign in unseen_characters() if not may_hold_unseen(f"қала;{sign}\n")]
    assert not may_hold_unseen("қала;1\n\t ")


@pytest.mark.parametrize("at", [0, 2, 6])
def test_all_of_unicode_that_nobody_sees_is_cleaned_and_said(at: int) -> None:
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    unseen = {sign for sign in every if unicodedata.category(sign) == "Cf" or is_ignorable(sign)}
    assert {chr(code) for first, last in RANGES for code in (first, last)} <= unseen
    for sign in every:
        written = "Тегі;Аты"[:at] + sign + "Тегі;Аты"[at:]
        if sign in unseen:
            cleaned = without_unseen(written)
            assert sign not in cleaned.text
            assert [*cleaned.counts] == ["unseen_characters"]


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u200e", "\U000e0041"])
@pytest.mark.parametrize("in_name", [True, False])
@pytest.mark.parametrize("column", ["bin", "iin", "date", "grade", "is_late"])
def test_a_workbook_says_of_its_cells_and_names_what_a_text_says(
    tmp_path: Path, mark: str, in_name: bool, column: str
) -> None:
    rows = [[FORM.field(name).labels.ru for name in HEADER], list(ROW)]
    spoilt = rows[0 if in_name else 1]
    at = HEADER.index(column)
    spoilt[at] = spoilt[at][:1] + mark + spoilt[at][1:]
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.csv").write_text("".join(";".join(row) + "\n" for row in rows), encoding="utf-8")

    for path in (tmp_path / "a.xlsx", tmp_path / "a.csv"):
        reading = read(path, FORM)
        with duckdb.connect(config={"threads": 1}) as con:
            typed = type_batch(con, FORM, [(1, reading)])[1]
        said = [each for each in (*reading.findings, *typed) if each.code.startswith("unseen")]
        assert [each.row for each in said] == [1 if in_name else 2]
