"""A summary as a workbook: what a spreadsheet finds in it, and what a person does."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path
from shutil import which
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from dashboards.reports.content import Cell, Column, Content, Row, Section, Table
from dashboards.reports.rounding import shown
from dashboards.reports.workbook import workbook
from tests.dashboards.reports.workbook_content import both, content, headline, section, share_table

LETTERS = "ӘҒҚҢӨҰҮҺІ әғқңөұүһі"


def opened(given: Content, language: str = "kk") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(given, language)))


def header_row(sheet: Worksheet) -> int:
    """The row above which panes are frozen is the header's own."""
    return int(re.sub(r"\D", "", str(sheet.freeze_panes))) - 1


def table_of(sheet: Worksheet, columns: int) -> list[list[Any]]:
    header = header_row(sheet)
    rows = []
    for row in sheet.iter_rows(min_row=header + 1, max_col=columns + 1, values_only=True):
        if row[0] is None:
            break
        rows.append(list(row))
    return rows


def expected(cell: Cell, column: Column) -> Any:
    if cell.value is None:
        return cell.symbol
    return shown(cell.value, column.unit, column.digits)


def texts(book: openpyxl.Workbook) -> str:
    return "\n".join(
        str(cell)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    )


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_each_finding_has_a_sheet_whose_cells_are_the_contents(language: str) -> None:
    made = content()
    book = opened(made, language)
    assert len(book.sheetnames) == len(made.sections) + 2
    for each, sheet in zip(made.sections, book.worksheets[1:], strict=False):
        rows = table_of(sheet, len(each.table.columns))
        assert [row[0] for row in rows] == [row.name.of(language) for row in each.table.rows]
        for found, row in zip(rows, each.table.rows, strict=True):
            assert found[1:] == [expected(*pair) for pair in zip(row.cells, each.table.columns, strict=True)]
        assert sheet["A1"].value == each.heading.of(language)
        assert sheet.auto_filter.ref is not None
        assert sheet.print_title_rows is not None and sheet.page_setup.fitToHeight == 0


def test_shares_are_percents_points_have_their_sign_and_what_was_corrected_says_so() -> None:
    made = content()
    sheet = opened(made, "ru").worksheets[1]
    header = header_row(sheet)
    assert sheet.cell(header + 1, 2).number_format == "0.0%"
    assert "п.\u00a0п." in sheet.cell(header + 1, 3).number_format
    assert sheet.cell(header + 8, 3).number_format.endswith('" r"')
    assert sheet.cell(header + 2, 3).value == pytest.approx(-0.3)
    assert sheet.cell(header + 4, 2).value == "c"
    assert sheet.cell(header + 6, 2).value == "x"


def test_charts_draw_the_columns_they_say_and_never_a_symbol() -> None:
    made = content()
    book = opened(made)
    drawn = 0
    for each, sheet in zip(made.sections, book.worksheets[1:], strict=False):
        charts = sheet._charts
        assert len(charts) == (0 if each.drawn == "table" else 1)
        for chart in charts:
            columns = [column.code for column in each.table.columns]
            first = each.table.columns[columns.index(each.measure)]
            for number, series in enumerate(chart.series):
                values = cells_of(book, series.val.numRef.f)
                names = cells_of(book, series.cat.strRef.f if series.cat.strRef else series.cat.numRef.f)
                column = first if number == 0 else each.table.columns[1]
                wanted = [row.cells[columns.index(column.code)] for row in each.table.rows]
                assert values == [None if c.value is None else expected(c, column) for c in wanted]
                assert names == [row.name.kk for row in each.table.rows]
                assert cells_of(book, series.tx.strRef.f) == [column.label.kk]
                drawn += 1
    assert drawn >= 6


def cells_of(book: openpyxl.Workbook, reference: str) -> list[Any]:
    name, _, cells = reference.replace("$", "").rpartition("!")
    left, top, right, bottom = range_boundaries(cells)
    sheet = book[name.strip("'").replace("''", "'")]
    return [cell for row in sheet.iter_rows(top, bottom, left, right, values_only=True) for cell in row]


def test_bars_begin_at_nought_and_lines_leave_gaps() -> None:
    for name, xml in charts_of(workbook(content(), "kk")).items():
        if "<c:barChart>" in xml:
            assert '<c:min val="0"/>' in xml, name
        # A gap is what a spreadsheet leaves where nothing else is said.
        assert "<c:dispBlanksAs" not in xml or '<c:dispBlanksAs val="gap"/>' in xml, name


def test_a_reader_who_sees_no_chart_is_told_what_it_shows() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(content(), "kk"))) as package:
        drawings = [
            package.read(name).decode()
            for name in package.namelist()
            if "drawings/drawing" in name and "rels" not in name
        ]
    assert len(drawings) == 5
    assert all("Өңірлер қатысу үлесі бойынша реттелген" in drawing for drawing in drawings)


def charts_of(made: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        found = {name: package.read(name).decode() for name in package.namelist() if "/charts/chart" in name}
    assert found
    return found


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_what_the_content_says_stands_in_the_book(language: str) -> None:
    made = content()
    said = texts(opened(made, language))
    for text in (
        *(sentence.of(language) for sentence in made.sentences),
        *(call.why.of(language) for call in (*made.regions, *made.organisations)),
        *(text.of(language) for text in (*made.method, *made.imprint.changes)),
        *(term.meaning.of(language) for term in made.glossary),
        made.headlines[0].source.explained,
        "06.10.2026 00:05",
        "13.10.2026",
    ):
        assert text in said


def test_words_that_look_like_formulas_stay_words() -> None:
    book = opened(content())
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    hits = [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.value).startswith("=1+1")
    ]
    assert hits and all(cell.style_id and cell.quotePrefix for cell in hits)


def test_the_same_content_gives_the_same_bytes() -> None:
    assert workbook(content(), "kk") == workbook(content(), "kk")


LONG = "Ә" * 120
NAMES = st.sampled_from(["", "x", "a/b:c?*[]", LONG, "Өңірлер", "ӨҢІРЛЕР", "history", "'a'", LETTERS])
CELLS = st.one_of(
    st.sampled_from(["c", "z", "x"]).map(lambda symbol: Cell(symbol=symbol)),
    st.floats(0, 1, allow_nan=False).map(lambda value: Cell(value=value)),
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(NAMES, max_size=4),
    st.sampled_from(["ranking", "tiles", "trend", "distribution", "bounds", "table"]),
    st.data(),
)
def test_any_content_makes_a_book_that_opens(names: list[str], drawn: str, data: st.DataObject) -> None:
    columns = tuple(
        Column(code=code, label=both(LONG, "ә"), unit="share", digits=1) for code in ("rate", "low", "high")
    )
    sections: list[Section] = []
    for name in names:
        rows = tuple(
            Row(code=str(at), name=both(LONG, name or "—"), cells=data.draw(st.tuples(CELLS, CELLS, CELLS)))
            for at in range(data.draw(st.integers(0, 3)))
        )
        table = Table(named=both("Ө", "Р"), columns=columns, rows=rows)
        made = section("any", drawn, table, measure="rate", low="low", high="high", short=both(name, name))
        sections.append(made)
    book = opened(
        content(sections=tuple(sections), headlines=(), regions=(), organisations=(), sentences=()), "ru"
    )
    assert len({name.casefold() for name in book.sheetnames}) == len(sections) + 2
    for each, sheet in zip(sections, book.worksheets[1:], strict=False):
        rows_found = table_of(sheet, 3)
        assert [row[1:] for row in rows_found] == [
            [expected(c, columns[0]) for c in row.cells] for row in each.table.rows
        ]


def test_a_whole_country_of_organisations_fits() -> None:
    book = opened(content(sections=(section("all", "ranking", share_table(7_850), first=20),)))
    sheet = book.worksheets[1]
    assert len(table_of(sheet, 4)) == 7_850
    assert len(cells_of(book, sheet._charts[0].series[0].val.numRef.f)) == 20


@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed (make office)")
def test_libreoffice_reads_what_is_written(tmp_path: Path) -> None:
    made = content(headlines=(headline(label=both(LETTERS, LETTERS)),))
    (tmp_path / "summary.xlsx").write_bytes(workbook(made, "kk"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
    ]
    subprocess.run(
        [*command, "--outdir", tmp_path, tmp_path / "summary.xlsx"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    written = "\n".join(file.read_text(encoding="utf-8") for file in sorted(tmp_path.glob("*.csv")))
    assert LETTERS in written
    assert "94.4%" in written or "94,4%" in written
    assert "#REF!" not in written and "Err:" not in written
