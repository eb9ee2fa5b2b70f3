"""Rows and cells of an xlsx that do not say where they stand, say it wrongly or twice: nothing of them is lost."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.read.form.read import read
from ingest.read.plain.reader import read_general
from ingest.read.workbook.copies.numbered_copy import _Sheet
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import cell_address
from tests.ingest.read.samples import HEADER, ROW, changed, typed

_Cell = tuple[int, str]
"""Column from 1, and text."""


def _write(
    path: Path,
    rows: Sequence[tuple[int, Sequence[_Cell]]],
    *,
    numbered: bool = True,
    addressed: bool = True,
    dimension: str = "A1",
) -> Path:
    """Rows by their numbers as they are given, in that order. The second style of the book is per cent."""
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("Есеп").write_number(0, 0, 1, book.add_format({"num_format": "0%"}))
    written = []
    for number, cells in rows:
        tags = []
        for column, text in cells:
            place = f' r="{cell_address(column, number)}"' if addressed else ""
            tags.append(
                f'<c{place} s="1"><v>{text}</v></c>'
                if re.fullmatch(r"0\.\d+", text)
                else f'<c{place} t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            )
        place = f' r="{number}"' if numbered else ""
        written.append(f"<row{place}>{''.join(tags)}</row>")
    data = f"<sheetData>{''.join(written)}</sheetData>".encode()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                part = re.sub(rb"<sheetData>.*</sheetData>", lambda _: data, part, flags=re.DOTALL)
                part = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{dimension}"'.encode(), part)
            target.writestr(name, part)
    return path


def _of(cells: Sequence[str]) -> list[_Cell]:
    return list(enumerate(cells, 1))


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    places=st.lists(
        st.tuples(st.integers(2, 6), st.lists(st.integers(1, 3), min_size=1, max_size=5)),
        min_size=1,
        max_size=6,
    ),
    dimension=st.sampled_from(["A1", "A1:C2", "A1:XFD1048576", "B5:B5", "1:126"]),
)
def test_no_text_is_lost_whatever_rows_and_cells_say(
    places: list[tuple[int, list[int]]], dimension: str
) -> None:
    """Rows and cells out of order, left out, said twice and three times."""
    rows: list[tuple[int, list[_Cell]]] = [(1, _of(["Аты", "Сыныбы", "Мектебі"]))]
    texts = []
    for number, columns in places:
        cells = [(column, f"сөз{len(texts) + place}ә") for place, column in enumerate(columns)]
        texts += [text for _, text in cells]
        rows.append((number, cells))
    with TemporaryDirectory() as folder:
        reading = read_general(_write(Path(folder) / "a.xlsx", rows, dimension=dimension))
    read_texts = {cell for sheet in reading.sheets for row in sheet.csv_rows() for cell in row}
    said = {one.value for one in reading.findings if one.code == "cell_address_twice"}
    aside = " ".join(one.value or "" for one in reading.findings)
    assert {text for text in texts if text not in read_texts and text not in aside} <= said
    is_twice = len({number for number, _ in places}) < len(places)
    own = [columns for _, columns in places if len(set(columns)) < len(columns)]
    if not is_twice and not own:
        assert not {"row_number_twice", "cell_address_twice"} & {one.code for one in reading.findings}


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("addressed", [True, False])
def test_what_stands_nowhere_stands_where_programs_show_it(
    tmp_path: Path, attendance: Contract, numbered: bool, addressed: bool
) -> None:
    """Its formats too: a number in per cent is one."""
    spoilt = [*ROW[:6], "0.45", *ROW[7:9]]
    rows = [(1, _of(HEADER)), (2, _of(ROW[:9])), (3, _of(spoilt))]
    path = _write(tmp_path / "a.xlsx", rows, numbered=numbered, addressed=addressed)
    _, findings = typed(read(path, attendance), attendance)
    assert [(one.code, one.cell, one.value) for one in findings] == [("percent_sign", "G3", "45%")]
    assert list(read_general(path).sheets[0].csv_rows())[2][6] == "45%"


def test_a_row_whose_number_is_taken_is_read_and_said(tmp_path: Path, attendance: Contract) -> None:
    persons = [_of(changed(iin=f"09010170000{last}")[:9]) for last in range(4)]
    rows = [(1, _of(HEADER)), (2, persons[0]), (2, persons[1]), (3, persons[2]), (2, persons[3])]
    reading = read(_write(tmp_path / "a.xlsx", rows), attendance)
    table = reading.tables[0].text
    assert table.column("_row").to_pylist() == [2, 3, 4, 5]
    assert [text[-1] for text in table.column("iin").to_pylist()] == ["0", "2", "1", "3"]
    (said,) = reading.findings
    assert (said.code, said.row, said.params["rows"], said.severity) == (
        "row_number_twice",
        2,
        "4–5",
        "query",
    )


def test_a_cell_said_twice_is_asked_about_with_both_texts(tmp_path: Path, attendance: Contract) -> None:
    rows = [(1, _of(HEADER)), (2, [*_of(ROW[:9]), (4, "2")])]
    reading = read(_write(tmp_path / "a.xlsx", rows), attendance)
    (said,) = reading.findings
    assert (said.code, said.cell, said.value, said.params["kept"]) == ("cell_address_twice", "D2", "1", "2")
    assert reading.tables[0].text.column("grade").to_pylist() == ["2"]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_a_row_that_says_anothers_number_gets_one_below_all_rows(numbers: list[int]) -> None:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{place}</v></c></row>' for place, row in enumerate(numbers)
    )
    written = _Sheet(f"<sheetData>{rows}</sheetData>".encode()).written().decode()
    seen, last, expected = set(), max(numbers), []
    for row in numbers:
        last += row in seen
        expected.append(last if row in seen else row)
        seen.add(row)
    found = [(int(row), int(place)) for row, place in re.findall(r'<row r="(\d+)".*?<v>(\d+)</v>', written)]
    assert found == sorted(zip(expected, range(len(numbers)), strict=True))
