"""A row that names no record and holds nothing but sums of the rows above is one of totals without a word."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.form.rows.wordless_totals import wordless_totals
from ingest.read.reading import Reading
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of
from ingest.schema.forms.load import contracts
from tests.ingest.read.samples import read_whole
from tests.ingest.read.test_properties import EASY

_COUNTS = st.lists(st.integers(0, 500), min_size=2, max_size=2)


def _summed(contract: Contract) -> list[int]:
    """The places of two columns of a form that its totals add up."""
    places = [
        place
        for place, field in enumerate(contract.fields)
        if field.type in ("integer", "number") and field.name not in contract.primary_key
    ]
    return places[:2]


_FORMS = sorted(form for form, contract in contracts().items() if len(_summed(contract)) == 2)


def _read(contract: Contract, counts: list[list[int]], total: list[int]) -> Reading:
    """A file of records with these numbers, and below them a row of `total` alone."""
    names = [field.labels.ru for field in contract.fields]
    rows = []
    for numbers in counts:
        cells = [field.example or "" for field in contract.fields]
        for place, number in zip(_summed(contract), numbers, strict=True):
            cells[place] = str(number)
        rows.append(cells)
    last = [""] * len(names)
    for place, number in zip(_summed(contract), total, strict=True):
        last[place] = str(number)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_text("".join(";".join(row) + "\n" for row in [names, *rows, last]), encoding="utf-8")
        return read_whole(path, contract)


def _said_of_the_last(reading: Reading, row: int) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in reading.findings if finding.row == row]


@pytest.mark.parametrize("form", _FORMS)
@EASY
@given(st.lists(_COUNTS, min_size=3, max_size=12))
def test_sums_without_a_word_are_totals(form: str, counts: list[list[int]]) -> None:
    if any(sum(bool(row[column]) for row in counts) < 2 for column in (0, 1)):
        return
    reading = _read(contract_of(form), counts, [sum(row[column] for row in counts) for column in (0, 1)])
    assert _said_of_the_last(reading, len(counts) + 2) == [("totals_row", "note")]
    assert reading.rows_data == len(counts)


@pytest.mark.parametrize("form", _FORMS)
@EASY
@given(st.lists(_COUNTS, min_size=1, max_size=12), st.integers(0, 1), st.integers(1, 9))
def test_numbers_that_are_no_sums_are_of_a_record_that_lacks_its_key(
    form: str, counts: list[list[int]], column: int, more: int
) -> None:
    total = [sum(row[column] for row in counts) for column in (0, 1)]
    total[column] += more
    reading = _read(contract_of(form), counts, total)
    assert "totals_row" not in {finding.code for finding in reading.findings}


@pytest.mark.parametrize("form", _FORMS)
def test_few_rows_add_up_by_chance(form: str) -> None:
    assert _read(contract_of(form), [[1, 2], [2, 2]], [3, 4]).rows_data == 3


@pytest.mark.parametrize("form", _FORMS)
def test_a_second_group_is_summed_from_the_total_before_or_from_the_beginning(form: str) -> None:
    contract, counts = contract_of(form), [[3, 4], [5, 6], [7, 9]]
    for last in ([15, 19], [30, 38]):
        reading = _read_groups(contract, counts, last)
        assert [f.row for f in reading.findings if f.code == "totals_row"] == [5, 9]


def _read_groups(contract: Contract, counts: list[list[int]], last: list[int]) -> Reading:
    names, total = [field.labels.ru for field in contract.fields], [15, 19]
    lines = [names]
    for numbers in [*counts, total, *counts, last]:
        is_total = numbers in (total, last)
        cells = ["" if is_total else field.example or "" for field in contract.fields]
        for place, number in zip(_summed(contract), numbers, strict=True):
            cells[place] = str(number)
        lines.append(cells)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_text("".join(";".join(row) + "\n" for row in lines), encoding="utf-8")
        return read_whole(path, contract)


def test_where_no_row_may_be_a_sum_the_records_are_not_gone_through() -> None:
    """Of millions of records that took longer than all the rest of reading them."""

    class Untouched:
        def __array__(self, *_: object, **__: object) -> NoReturn:
            raise AssertionError("looked at")

    untouched: Any = Untouched()
    assert wordless_totals([], [], [3], untouched) == []
    with pytest.raises(AssertionError, match="looked at"):
        wordless_totals([], [1], [3], untouched)
