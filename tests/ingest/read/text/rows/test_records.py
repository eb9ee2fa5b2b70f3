"""Records of csv text whose quotes may not be as they should be."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from ingest.read.text.rows.records import records


def _cells(text: str, delimiter: str = ",") -> list[list[str]]:
    return [record.cells for record in records(io.StringIO(text, newline=""), delimiter)]


def _stray(text: str) -> list[bool]:
    return [record.stray_quote for record in records(io.StringIO(text, newline=""), ",")]


def test_good_text_reads_as_any_csv() -> None:
    text = 'a,b\r\n"1,5","x ""y"" z"\r\n"two\nlines",\n'
    assert _cells(text) == [["a", "b"], ["1,5", 'x "y" z'], ["two\nlines", ""]]
    assert not any(_stray(text))


def test_quotes_inside_an_unquoted_cell_are_part_of_it() -> None:
    assert _cells('ТОО "Мектеп",1\n') == [['ТОО "Мектеп"', "1"]]
    assert not any(_stray('ТОО "Мектеп",1\n'))


def test_quotes_not_doubled_spoil_their_own_record_only() -> None:
    text = 'a,b\n"Школа "Надежда" №1",2\n3,4\n'
    assert _cells(text) == [["a", "b"], ['Школа "Надежда" №1', "2"], ["3", "4"]]
    assert _stray(text) == [False, True, False]


def test_a_quote_left_open_does_not_swallow_the_file() -> None:
    text = 'a,b\n"open,1\n' + "2,3\n" * 1000
    found = _cells(text)
    assert len(found) == 1002
    assert found[1] == ['"open', "1"]
    assert found[-1] == ["2", "3"]


def test_a_record_of_many_lines_is_believed_up_to_a_length() -> None:
    """200 lines and no more: what is longer is no cell but a quote that nobody closed."""
    for lines, is_believed in ((199, True), (200, True), (201, False)):
        text = 'a,b\n"' + "x\n" * (lines - 1) + 'x",1\n3,4\n'
        found = list(records(io.StringIO(text, newline=""), ","))
        assert (len(found) == 3) is is_believed is not any(each.stray_quote for each in found), lines
        assert found[-1].cells == ["3", "4"]


def test_blank_lines_are_records() -> None:
    assert _cells("a\n\nb\n") == [["a"], [], ["b"]]


def test_consumed_says_where_a_record_ends() -> None:
    text = 'a,"b\nc"\n"x"y,1\nlast'
    assert [text[: record.consumed] for record in records(io.StringIO(text, newline=""), ",")] == [
        'a,"b\nc"\n',
        'a,"b\nc"\n"x"y,1\n',
        text,
    ]


@given(st.text(alphabet='ab",;\n\r \u00a0Ә', max_size=60))
def test_no_character_of_any_text_is_lost_to_a_record(text: str) -> None:
    found = list(records(io.StringIO(text, newline=""), ","))
    assert (found[-1].consumed if found else 0) == len(text)


@given(st.lists(st.lists(st.text(alphabet='ab",;\n\rӘ ', max_size=5), min_size=2, max_size=4), max_size=6))
def test_what_a_writer_wrote_comes_back(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    assert _cells(file.getvalue()) == rows
