"""Tables side by side are asked about; a table with a blank column is one table."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.read.plain.reader import read_general
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
