"""Tables side by side are asked about; a table with a blank column is one table."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.plain.reader import read_general
from ingest.read.plain.side_by_side import column_between
from ingest.read.tables.table import GridRow, Table
from tests.ingest.read.writers import WRITERS

_LEFT = [["Мектеп", "Саны"], ["СШ 1", 100], ["СШ 2", 120], ["СШ 3", 130], ["СШ 4", 90]]


def _beside(right: list[list[str | int]]) -> list[list[str | int]]:
    blank: list[str | int] = [""] * len(right[0])
    return [
        [*cells, "", *(right[place] if place < len(right) else blank)] for place, cells in enumerate(_LEFT)
    ]


@pytest.mark.parametrize("writer", ["csv", "xlsxwriter", "xlwt", "odfpy"])
@pytest.mark.parametrize(
    ("right", "is_asked"),
    [
        ([["Аудан", "Саны"], ["А", 5], ["Б", 6], ["В", 7], ["Г", 8]], True),
        ([["Аудан", "Халқы"], ["А", 5], ["Б", 6]], True),
        ([["Аудан", "Халқы"], ["А", 5], ["Б", 6], ["В", 7], ["Г", 8]], False),
    ],
)
def test_two_tables_side_by_side_are_asked_about(
    tmp_path: Path, writer: str, right: list[list[str | int]], *, is_asked: bool
) -> None:
    reading = read_general(WRITERS[writer](tmp_path / "file", _beside(right), []))
    said = [(finding.code, finding.severity, finding.cell) for finding in reading.findings]
    assert (("tables_beside", "query", "C1") in said) == is_asked
    assert reading.rows_written == len(_LEFT) - 1


_NAMES = st.sampled_from(["", "", "Мектеп", "мектеп", "Саны", "Аудан", "Халқы"])


@given(st.lists(_NAMES, min_size=1, max_size=12), st.data())
def test_the_column_is_the_one_that_the_definition_names(names: list[str], data: st.DataObject) -> None:
    cells = st.lists(st.sampled_from(["", " ", "1"]), max_size=len(names) + 1)
    body = data.draw(st.lists(cells, max_size=5))
    rows = [GridRow(place, row) for place, row in enumerate(body, 2)]
    assert column_between(Table([GridRow(1, names)], rows, len(names))) == _by_definition(names, body)


def _by_definition(names: list[str], body: list[list[str]]) -> int:
    """Part by part, as a reader would look."""

    def height(begin: int, end: int) -> int:
        return max((place for place, row in enumerate(body, 1) if "".join(row[begin:end]).strip()), default=0)

    said = [name.casefold() for name in names]
    for column in range(2, len(said) - 2):
        left, right = ([name for name in part if name] for part in (said[:column], said[column + 1 :]))
        if said[column] or height(column, column + 1) or min(len(left), len(right)) < 2:
            continue
        if set(left) & set(right) or height(0, column) != height(column + 1, len(said)):
            return column + 1
    return 0
