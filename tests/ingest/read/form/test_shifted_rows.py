"""Rows that slipped beside their columns: at which cell it is said, and when it is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ingest.read.arrow import pa
from ingest.read.form.rows.shifted_rows import _mark_no_codes
from ingest.schema.forms.contract import Contract
from tests.ingest.read.samples import HEADER, ROW, changed, codes, read_whole

_LATE = changed(lessons_missed="5", lessons_missed_valid="5", is_late="yes", absence_reason="ILL")


def test_it_is_said_at_the_cell_from_which_on_values_are_off_wherever_the_table_stands(
    write_xlsx: Callable[..., Path], write_csv: Callable[..., Path], attendance: Contract
) -> None:
    put_in, taken_out = (*_LATE[:2], "", *_LATE[2:]), (*_LATE[:2], *_LATE[3:])
    rows = [["Есеп"], [], ["", *HEADER], ["", *ROW], ["", *put_in], ["", *taken_out], ["", *_LATE]]
    found = read_whole(write_xlsx(rows), attendance)
    assert [(one.code, one.cell) for one in found.findings] == [("ragged_row", "D5"), ("ragged_row", "D6")]
    in_csv = read_whole(write_csv([HEADER, ROW, put_in, taken_out, _LATE]), attendance)
    assert [(one.code, one.cell) for one in in_csv.findings] == [("ragged_row", "C3"), ("ragged_row", "C4")]


@pytest.mark.parametrize("count", [4, 3_000])
def test_where_most_rows_are_off_their_header_is_and_none_is_said(
    write_csv: Callable[..., Path], attendance: Contract, count: int
) -> None:
    off = (*_LATE[:2], "", *_LATE[2:-1])
    assert "ragged_row" not in codes(read_whole(write_csv([HEADER, *[off] * count]), attendance))


def test_one_row_among_many_is_found_at_the_end_as_well(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    off = (*_LATE[:2], "", *_LATE[2:-1])
    reading = read_whole(write_csv([HEADER, *[ROW] * 70_000, off]), attendance)
    assert [(one.code, one.cell) for one in reading.findings] == [("ragged_row", "C70002")]


@pytest.mark.parametrize("wrong", [{"iin": "жоқ", "letter": "9"}, {"date": "ертең", "is_late": "мүмкін"}])
def test_two_wrong_cells_are_no_shift(
    write_xlsx: Callable[..., Path], attendance: Contract, wrong: dict[str, str]
) -> None:
    assert codes(read_whole(write_xlsx([HEADER, ROW, changed(**wrong), ROW]), attendance)) == []


@pytest.mark.parametrize("blank", ["", " ", "\t ", "\u00a0", None])
def test_a_blank_cell_is_no_word_that_a_list_lacks(attendance: Contract, blank: str | None) -> None:
    field = next(each for each in attendance.fields if each.name == "is_late")
    column, odd = pa.chunked_array([pa.array(["yes", blank, "no", "ILL"])]), np.zeros(4, bool)
    _mark_no_codes(column, field, odd)
    assert odd.tolist() == [False, False, False, True]
