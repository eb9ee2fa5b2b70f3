"""Excel's binary open workbooks are read as the open ones are: the same cells, findings and addresses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.read.form.read import read
from ingest.read.plain.reader import read_general
from ingest.schema.forms.contract import Contract
from tests.ingest.read.samples import HEADER, ROW, changed, typed
from tests.ingest.read.xlsb_writer import ERRORS, Cell, Sheet, Value, write_xlsb


def _xlsx(path: Path, sheets: Sequence[Sheet], *, since_1904: bool = False) -> Path:
    """The same sheets as Excel's open format."""
    with xlsxwriter.Workbook(path, {"date_1904": since_1904}) as book:
        for sheet in sheets:
            made = book.add_worksheet(sheet.name)
            for number, cells in enumerate(sheet.rows):
                for column, cell in enumerate(cells):
                    _write(book, made, number, column, cell if isinstance(cell, Cell) else Cell(cell))
            for top, left, bottom, right in sheet.merged:
                first = sheet.rows[top][left]
                made.merge_range(top, left, bottom, right, first.value if isinstance(first, Cell) else first)
            for number in sheet.hidden_rows:
                made.set_row(number, None, None, {"hidden": True})
            for column in sheet.hidden_columns:
                made.set_column(column, column, None, None, {"hidden": True})
            if sheet.is_hidden:
                made.hide()
    return path


def _write(book: xlsxwriter.Workbook, sheet: object, number: int, column: int, cell: Cell) -> None:
    shown = book.add_format({"num_format": cell.code}) if cell.code else None
    if cell.value in (None, ""):
        return
    if cell.is_error or cell.is_formula:
        sheet.write_formula(number, column, "=A1", shown, cell.value)  # type: ignore[attr-defined]
    elif isinstance(cell.value, str):
        sheet.write_string(number, column, cell.value, shown)  # type: ignore[attr-defined]
    else:
        sheet.write(number, column, cell.value, shown)  # type: ignore[attr-defined]


def _both(folder: Path, sheets: Sequence[Sheet], *, since_1904: bool = False) -> tuple[Path, Path]:
    return (
        write_xlsb(folder / "a.xlsb", sheets, since_1904=since_1904),
        _xlsx(folder / "a.xlsx", sheets, since_1904=since_1904),
    )


def _plain(path: Path) -> tuple[list[object], list[object]]:
    reading = read_general(path)
    said = [(one.code, one.sheet, one.cell, one.row, one.value) for one in reading.findings]
    return [(sheet.name, list(sheet.csv_rows())) for sheet in reading.sheets], said


def _of_form(path: Path, contract: Contract) -> tuple[list[object], list[object]]:
    reading = read(path, contract)
    rows, findings = typed(reading, contract)
    said = [(one.code, one.sheet, one.cell, one.row, one.value) for one in (*reading.findings, *findings)]
    return list(rows), said


_TEXTS = st.text(st.sampled_from("абвәіңқўABC 019-.,"), min_size=1, max_size=12).filter(str.strip)
_VALUES = st.one_of(
    st.builds(Cell, _TEXTS, is_shared=st.booleans()),
    st.builds(Cell, _TEXTS, is_formula=st.just(True)),
    st.builds(Cell, st.integers(-9_999, 9_999), is_packed=st.booleans()),
    st.builds(Cell, st.integers(-9_999, 9_999).map(lambda number: number / 100), is_packed=st.booleans()),
    st.builds(Cell, st.floats(-1e9, 1e9).map(lambda number: round(number, 3)), is_formula=st.booleans()),
    st.builds(Cell, st.booleans(), is_formula=st.booleans()),
    st.builds(Cell, st.sampled_from(sorted(ERRORS)), is_error=st.just(True), is_formula=st.booleans()),
    st.builds(Cell, st.integers(30_000, 60_000), st.sampled_from(["dd.mm.yyyy", "dd.mm.yyyy hh:mm"])),
    st.none(),
)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.lists(_VALUES, min_size=3, max_size=3), min_size=2, max_size=5), since_1904=st.booleans()
)
def test_every_kind_of_cell_says_what_it_says_in_an_xlsx(rows: list[list[Value]], since_1904: bool) -> None:
    sheet = Sheet("Парақ", [["Аты", "Саны", "Қашан"], *rows])
    with TemporaryDirectory() as folder:
        binary, plain = map(_plain, _both(Path(folder), [sheet], since_1904=since_1904))
    assert binary == plain


_ROWS: list[list[Value]] = [list(HEADER), *([*changed(iin=f"09010170000{last}")] for last in range(6))]
_SHEETS = {
    "empty beside": [Sheet("Бос", []), Sheet("Есеп", _ROWS)],
    "extents not stated": [Sheet("Бос", [], states_extent=False), Sheet("Есеп", _ROWS, states_extent=False)],
    "hidden": [Sheet("Есеп", _ROWS), Sheet("Жасырын", _ROWS[:3], is_hidden=True)],
    "hidden without a table": [Sheet("Есеп", _ROWS), Sheet("Жасырын", [["сөз"]], is_hidden=True)],
    "hidden rows": [Sheet("Есеп", _ROWS, hidden_rows=frozenset({2, 3}), hidden_columns=frozenset({4}))],
    "merged downwards": [
        Sheet(
            "Есеп",
            [_ROWS[0], _ROWS[1], *(["", *cells[1:]] for cells in _ROWS[2:])],
            merged=[(1, 0, 6, 0)],
        )
    ],
    "merged header": [
        Sheet("Есеп", [["Есеп", *[None] * 9], *_ROWS], merged=[(0, 0, 0, 9)]),
    ],
}


@pytest.mark.parametrize("name", _SHEETS)
def test_what_stands_beside_the_cells_is_said_as_of_an_xlsx(
    tmp_path: Path, attendance: Contract, name: str
) -> None:
    binary, plain = _both(tmp_path, _SHEETS[name])
    assert _plain(binary) == _plain(plain)
    rows, said = _of_form(binary, attendance)
    assert (rows, said) == _of_form(plain, attendance)
    assert len(rows) >= 6


def test_an_empty_workbook_says_so(tmp_path: Path, attendance: Contract) -> None:
    binary, plain = _both(tmp_path, [Sheet("Бос", [])])
    assert [one.code for one in read(binary, attendance).findings] == ["empty_file"]
    assert [one.code for one in read(plain, attendance).findings] == ["empty_file"]


def test_days_are_counted_as_the_workbook_counts_them(tmp_path: Path, attendance: Contract) -> None:
    place = HEADER.index("date")
    for since_1904, number in ((False, 46_272), (True, 46_272 - 1_462)):
        cells = [*ROW[:place], Cell(number, "dd.mm.yyyy"), *ROW[place + 1 :]]
        for path in _both(tmp_path, [Sheet("Есеп", [list(HEADER), cells])], since_1904=since_1904):
            rows, said = _of_form(path, attendance)
            assert [str(row["date"]) for row in rows] == ["2026-09-07"], path  # type: ignore[index]
            assert said == []
