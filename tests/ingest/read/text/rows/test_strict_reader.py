"""The fast way gives what a strict parser gives, or gives way."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.text.rows.strict_reader import _PIECE, regular_columns


def _rows(text: str, width: int, delimiter: str = ",") -> list[list[str]] | None:
    columns = regular_columns(pa.py_buffer(text.encode()), width, delimiter)
    return (
        None
        if columns is None
        else [list(row) for row in zip(*(c.to_pylist() for c in columns), strict=True)]
    )


def test_regular_bytes_are_read() -> None:
    assert _rows('1,"a ""b"", c"\r\n2,""\r\n', 2) == [["1", 'a "b", c'], ["2", ""]]
    assert _rows('1;"two\nlines"\n', 2, ";") == [["1", "two\nlines"]]
    assert _rows("", 2) == []
    assert _rows("1,2\n\n3,4\n\n\n", 2) == [["1", "2"], ["", ""], ["3", "4"]]


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3\n",  # a cell too few
        "1,2\n3,4,5\n",  # a cell too many
        '1,"a"b\n',  # something after a closing quote
        '1,a"b\n',  # a quote in an open cell
        '1,"a\n2,b\n',  # a quote left open
        '1,"a""\n',  # the last one doubled
    ],
)
def test_anything_else_gives_way(text: str) -> None:
    assert _rows(text, 2) is None


def test_bytes_that_are_not_utf8_give_way() -> None:
    assert regular_columns(pa.py_buffer("1,Әлия\n".encode("utf-16-le")), 2, ",") is None
    assert regular_columns(pa.py_buffer("1,Алия\n".encode("cp1251")), 2, ",") is None


@given(st.text(alphabet='ab",\n\rӘ ', max_size=40))
def test_it_never_differs_from_a_strict_parser(text: str) -> None:
    found = _rows(text, 2)
    if found is not None:
        expected = list(csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), strict=True))
        assert found == [row or ["", ""] for row in expected]


@given(st.integers(-3, 3), st.integers(0, 2), st.sampled_from(["\n", "\r", "\r\n"]))
def test_however_many_line_ends_follow_the_last_line_is_the_last(near: int, pieces: int, end: str) -> None:
    ends = (end * (pieces * _PIECE + near))[: pieces * _PIECE + near] if pieces or near > 0 else ""
    assert _rows("1,2\n3,4" + ends, 2) == [["1", "2"], ["3", "4"]]
    assert _rows(ends, 2) == []
