"""Cells merged downwards give their value to every row they cover, in every format that tells of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.read.workbook.beside import merged_cells
from ingest.schema.forms.contract import Contract
from tests.ingest.read.samples import HEADER, ROW, read_whole, typed
from tests.ingest.read.writers import WRITERS

TELLING = ("xlsxwriter", "openpyxl", "xlwt", "odfpy", "html")


def _rows(seed: int) -> tuple[list[list[str]], list[tuple[int, int, int, int]], list[list[str]]]:
    """A title, the header, and rows of which some columns are merged in runs; the ranges; the rows as meant."""
    chance = random.Random(seed)
    whole = [[*ROW] for _ in range(12)]
    written = [list(row) for row in whole]
    merged = []
    for column in chance.sample((0, 3, 4, 5), 3):
        place = 0
        while place < len(whole):
            end = min(len(whole), place + chance.randint(1, 4)) - 1
            if end > place:
                merged.append((place + 2, column, end + 2, column))
                for row in range(place + 1, end + 1):
                    written[row][column] = ""
            place = end + 1
    title = ["Есеп", *[""] * (len(HEADER) - 1)]
    return [title, list(HEADER), *written], [(0, 0, 0, 9), *merged], whole


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("writer", TELLING)
def test_merged_cells_are_filled_down(tmp_path: Path, attendance: Contract, writer: str, seed: int) -> None:
    rows, merged, whole = _rows(seed)
    reading = read_whole(WRITERS[writer](tmp_path / "file", rows, merged), attendance)
    (table,) = reading.tables
    found = [
        [cell or "" for cell in row]
        for row in zip(*(table.text[name].to_pylist() for name in HEADER), strict=True)
    ]
    assert found == whole
    said = {finding.column for finding in reading.findings if finding.code == "merged_cells_filled"}
    assert said == {HEADER[left] for top, left, _, _ in merged if top}
    assert {finding.code for finding in reading.findings} <= {"merged_cells_filled", "web_page_read"}


def test_a_finding_on_a_covered_row_names_the_merged_cell(tmp_path: Path, attendance: Contract) -> None:
    rows = [list(HEADER), [*ROW[:3], "жетінші", *ROW[4:]], [*ROW[:3], "", *ROW[4:]], list(ROW)]
    reading = read_whole(WRITERS["openpyxl"](tmp_path / "file", rows, [(1, 3, 2, 3)]), attendance)
    _, findings = typed(reading, attendance)
    assert [(finding.cell, finding.row, finding.value) for finding in findings] == [
        ("D2", 2, "жетінші"),
        ("D2", 3, "жетінші"),
    ]
    assert reading.tables[0].cell("grade", 4) == "D4"


def test_a_merged_cell_that_reaches_into_blank_rows_makes_no_records(
    tmp_path: Path, attendance: Contract
) -> None:
    rows = [list(HEADER), list(ROW), ["", *ROW[1:]], *[[""] * 10] * 5, list(ROW)]
    reading = read_whole(WRITERS["openpyxl"](tmp_path / "file", rows, [(1, 0, 7, 0)]), attendance)
    assert reading.tables[0].text["_row"].to_pylist() == [2, 3, 9]
    assert reading.tables[0].text["bin"].to_pylist() == [ROW[0]] * 3


@pytest.mark.parametrize("writer", TELLING)
def test_a_caption_merged_across_the_table_is_no_record(
    tmp_path: Path, attendance: Contract, writer: str
) -> None:
    caption = ["Күндізгі бөлім", *[""] * 9]
    rows = [list(HEADER), caption, list(ROW), caption, list(ROW)]
    reading = read_whole(WRITERS[writer](tmp_path / "file", rows, [(1, 0, 1, 9), (3, 0, 3, 9)]), attendance)
    assert reading.rows_data == 2
    found = [(f.code, f.severity, f.value) for f in reading.findings if f.code != "web_page_read"]
    assert found == [("caption_row", "note", caption[0])] * 2


def test_a_csv_has_no_merged_cells(write_csv: Callable[..., Path], attendance: Contract) -> None:
    reading = read_whole(write_csv([HEADER, ROW, ["", *ROW[1:]]]), attendance)
    assert not reading.tables[0].text["bin"].to_pylist()[1]


@pytest.mark.parametrize(
    ("down", "across", "is_merged"), [(1, 1, False), (2, 1, True), (1, 2, True), (3, 2, True)]
)
def test_a_cell_of_an_ods_that_spans_itself_alone_is_not_merged(
    down: int, across: int, is_merged: bool
) -> None:
    spans = f'table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"'
    content = (
        '<o xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><table:table table:name="а">'
        f"<table:table-row><table:table-cell/><table:table-cell {spans}/></table:table-row></table:table></o>"
    )
    found = merged_cells._of_document(content.encode())
    assert found == ({"а": [(1, 2, down, across + 1)]} if is_merged else {})
