"""A workbook comes back as it was, with everything found marked on it."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from expectations.check import check
from expectations.marked import Asked, marked_workbook
from expectations.marked.comments import AUTHOR
from expectations.marked.styles import FILLS
from expectations.marked.wording import say
from ingest.emit.template import template
from ingest.schema.findings_sheet import FINDINGS_SHEETS
from ingest.schema.forms.contract import LANGUAGES
from ingest.schema.forms.load import contract
from ingest.schema.texts.finding import Finding
from tests.expectations.marked.books import DATA, OTHER, found, rich_book

FORM = contract("attendance")
LISTS = {"kk": "Тексеру нәтижесі", "ru": "Результаты проверки"}
FINDINGS = [
    found("A4"),  # a text
    found(
        "B5", code="out_of_range", value="7.5", suggestion="8", params={"column": "Саны", "allowed": "1–2"}
    ),
    found("B9"),  # a formula
    found("D7"),  # blank, in a row that is there
    found("D10", code="required_when"),  # blank, in a row that is not
    found("A4", code="unknown_column", value="=1+1"),
    Finding("no_data_rows", sheet=DATA),
    Finding("missing_column", sheet=DATA, row=3, column="date"),
]
# Parts in which a marked copy may differ at all.
CHANGED = {
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
    "xl/worksheets/sheet1.xml",
    "xl/comments1.xml",
    "xl/drawings/vmlDrawing1.vml",
}


def _opened(content: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says what it would lose; nothing is written with it here
        return openpyxl.load_workbook(BytesIO(content), rich_text=True)


def _parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(names)
        return {name: archive.read(name) for name in names}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rich_book(tmp_path_factory.mktemp("rich") / "rich.xlsx")


@pytest.fixture(scope="module")
def marked(source: Path) -> bytes:
    return marked_workbook(source, FINDINGS, FORM, "kk")


def test_parts_nothing_was_found_in_are_the_same_bytes(source: Path, marked: bytes) -> None:
    before, after = _parts(source.read_bytes()), _parts(marked)

    assert {name for name in before if after[name] != before[name]} == CHANGED
    assert set(after) - set(before) == {"xl/worksheets/findings1.xml"}


def test_of_the_sheet_itself_only_formats_of_marked_cells_change(source: Path, marked: bytes) -> None:
    before = _parts(source.read_bytes())["xl/worksheets/sheet1.xml"].decode()
    after = _parts(marked)["xl/worksheets/sheet1.xml"].decode()

    # Blank cells that did not stand there are new; but for them and every format's number, all is the same.
    fresh = re.sub(r'<row r="10"><c r="D10" s="\d+"/></row>|<c r="D7" s="\d+"/>', "", after)
    assert len(fresh) < len(after)
    assert _without_formats(fresh) == _without_formats(before)


def _without_formats(sheet: str) -> str:
    return re.sub(r"<c [^>]*>", lambda cell: re.sub(r' s="\d+"', "", cell[0]), sheet)


def test_values_formulas_formats_and_widths_stay(source: Path, marked: bytes) -> None:
    before, after = _opened(source.read_bytes()), _opened(marked)

    for sheet in before:
        same = after[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                other = same[cell.coordinate]
                assert str(other.value) == str(cell.value)
                if cell.coordinate == "D7":  # blank and not there before; formatted as its column now
                    continue
                for look in ("font", "border", "alignment", "number_format", "protection"):
                    assert repr(getattr(other, look)) == repr(getattr(cell, look)), cell.coordinate
        assert same.merged_cells.ranges == sheet.merged_cells.ranges
        assert {k: v.width for k, v in same.column_dimensions.items()} == {
            k: v.width for k, v in sheet.column_dimensions.items()
        }
        assert same.sheet_state == sheet.sheet_state
    assert list(after.defined_names) == list(before.defined_names)


def test_the_value_of_a_formula_is_still_there_for_who_does_not_calculate(marked: bytes) -> None:
    rows = CalamineWorkbook.from_filelike(BytesIO(marked)).get_sheet_by_name(DATA).to_python()
    assert rows[8][1] == 45


def test_exactly_the_cells_spoken_of_are_coloured(source: Path, marked: bytes) -> None:
    before, after = _opened(source.read_bytes())[DATA], _opened(marked)[DATA]

    fills = {cell.coordinate: cell.fill.fgColor.rgb for row in before.iter_rows() for cell in row}
    changed = {
        cell.coordinate: cell.fill.fgColor.rgb
        for row in after.iter_rows()
        for cell in row
        if fills.get(cell.coordinate, "00000000") != cell.fill.fgColor.rgb
    }
    assert changed == dict.fromkeys(("A4", "B5", "B9", "D7", "D10"), FILLS["error"])
    # A blank cell put in is formatted as its column is.
    assert after["D10"].font.i


def test_comments_say_what_is_wrong_below_those_of_others(marked: bytes) -> None:
    sheet = _opened(marked)[DATA]
    texts = {cell.coordinate: cell.comment for row in sheet.iter_rows() for cell in row if cell.comment}

    assert set(texts) == {"A4", "B5", "B9", "D7", "D10", "D8"}
    assert texts["A4"].author == AUTHOR
    assert texts["A4"].text.startswith("Қате. ") and "Ескертпе. " in texts["A4"].text
    assert texts["B5"].author == "Бухгалтер"
    assert texts["B5"].text.startswith("Бухгалтердің түсініктемесі\n\n[bbaj] Қате. ")
    assert texts["B5"].text.endswith("Мүмкін: 8")
    assert texts["D8"].text == "Басқа түсініктеме"


def test_the_drawing_has_one_box_for_each_comment_and_keeps_the_button(marked: bytes) -> None:
    drawing = _parts(marked)["xl/drawings/vmlDrawing1.vml"].decode()

    boxes = re.findall(r"<x:Row>(\d+)</x:Row>\s*<x:Column>(\d+)</x:Column>", drawing)
    assert sorted(boxes) == sorted([("4", "1"), ("7", "3"), ("3", "0"), ("8", "1"), ("6", "3"), ("9", "3")])
    assert 'ObjectType="Button"' in drawing
    identifiers = re.findall(r'id="(_x0000_[^"]*)"', drawing)
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_list_names_every_finding_by_cause_with_a_link(source: Path, language: Any) -> None:
    sheet = _opened(marked_workbook(source, FINDINGS, FORM, language))[LISTS[language]]
    head = next(row for row in range(1, 12) if sheet.cell(row, 6).value)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=head + 1)]

    groups = [row[0] for row in rows if row[1] is None and row[4] is None]
    details = [row for row in rows if row[4]]
    assert groups[0].endswith("— 3")  # `required`, three times, comes first
    assert sum(int(group.split("— ")[-1]) for group in groups) == len(details) == len(FINDINGS)
    assert {row[4] for row in details} == {finding.text(language) for finding in FINDINGS}
    links = {
        cell.value: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink
    }
    assert links[f"{DATA} · B5"] == "'Дерек''тер 1'!B5"
    assert any(target.endswith("!A3") for target in links.values())  # a finding on a row alone
    assert len(links) == 6


def test_what_looks_like_a_formula_is_listed_as_text(source: Path) -> None:
    values = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "_x0041_", "a\x00b\x1f<&>\"'"]
    findings = [found("A4", code="unknown_column", value=value, suggestion=value) for value in values]

    sheet = _opened(marked_workbook(source, findings, FORM, "ru"))[LISTS["ru"]]

    listed = [cell for row in sheet.iter_rows() for cell in row if cell.column in (4, 6) and cell.row > 6]
    texts = [str(cell.value) for cell in listed if cell.value]
    assert texts == [value.replace("\x00", "").replace("\x1f", "") for value in values for _ in range(2)]
    assert {cell.data_type for cell in listed if cell.value} == {"s"}
    assert {(cell.number_format, cell.quotePrefix) for cell in listed if cell.value} == {("@", True)}


def test_a_workbook_marked_before_shows_the_new_marks_alone(
    source: Path, marked: bytes, tmp_path: Path
) -> None:
    (tmp_path / "again.xlsx").write_bytes(marked)
    once_more = marked_workbook(tmp_path / "again.xlsx", [FINDINGS[1], FINDINGS[3]], FORM, "ru")

    book = _opened(once_more)
    sheet = book[DATA]
    ours = [
        cell.coordinate
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in FILLS.values()
    ]
    assert sorted(ours) == ["B5", "D7"]
    texts = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert set(texts) == {"B5", "D7", "D8"}
    assert texts["B5"].count("[bbaj]") == 1
    assert texts["B5"].endswith("Возможно: 8")
    assert [name for name in book.sheetnames if name in LISTS.values()] == ["Тексеру нәтижесі"]
    drawing = _parts(once_more)["xl/drawings/vmlDrawing1.vml"]
    assert len(re.findall(rb'ObjectType="Note"', drawing)) == 3


def test_a_sheet_on_which_nothing_was_found_is_the_same_and_one_found_on_gets_comments(source: Path) -> None:
    content = marked_workbook(source, [found("A1", sheet=OTHER)], FORM, "kk")
    before, after = _parts(source.read_bytes()), _parts(content)

    assert after["xl/worksheets/sheet1.xml"] == before["xl/worksheets/sheet1.xml"]
    assert after["xl/comments1.xml"] == before["xl/comments1.xml"]
    comment = _opened(content)[OTHER]["A1"].comment
    assert comment.text.startswith("Қате. ")
    # The link to the drawing stands before the tables, as the schema has it.
    sheet = after["xl/worksheets/sheet2.xml"]
    assert sheet.index(b"<drawing ") < sheet.index(b"<legacyDrawing ") < sheet.index(b"<tableParts")


def test_a_place_that_is_nowhere_in_the_file_is_told_of(source: Path) -> None:
    book = _opened(marked_workbook(source, [found("A1", sheet="жоқ парақ")], FORM, "ru"))
    lines = [str(row[0].value) for row in book[LISTS["ru"]].iter_rows(max_row=6)]
    assert any("место которых в файле не найдено: 1" in line for line in lines)


def test_comments_that_are_too_many_are_told_of_and_their_cells_still_coloured(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expectations.marked.workbook.MOST_COMMENTS", 2)
    findings = [found("A4", code="unknown_column"), *(found(f"A{row}") for row in range(5, 9))]

    book = _opened(marked_workbook(source, findings, FORM, "ru"))

    sheet = book[DATA]
    assert [cell.comment.author for cell in (sheet["A5"], sheet["A6"])] == [AUTHOR, AUTHOR]
    assert sheet["A4"].comment is None and sheet["A8"].comment is None
    assert all(sheet[f"A{row}"].fill.fgColor.rgb in FILLS.values() for row in range(4, 9))
    lines = [str(row[0].value) for row in book[LISTS["ru"]].iter_rows(max_row=6)]
    assert any("в 2 ячейках (всего 5)" in line for line in lines)


def test_links_and_rows_that_are_too_many_go_on_without_loss(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expectations.marked.findings_sheet.MOST_LINKS", 3)
    monkeypatch.setattr("expectations.marked.workbook.MOST_LINKS", 3)
    monkeypatch.setattr("expectations.marked.findings_sheet.MOST_ROWS", 4)
    findings = [found(f"A{row}") for row in range(1, 8)]

    book = _opened(marked_workbook(source, findings, FORM, "kk"))

    pages = [sheet for sheet in book if sheet.title.startswith("Тексеру нәтижесі")]
    assert [sheet.title for sheet in pages] == ["Тексеру нәтижесі", "Тексеру нәтижесі 2"]
    places = [cell.value for sheet in pages for cell in sheet["B"] if cell.value and "·" in cell.value]
    assert places == [f"{DATA} · A{row}" for row in range(1, 8)]
    assert any(
        "тек" not in str(row[0].value) and "3 сілтеме" in str(row[0].value) for row in pages[0].iter_rows()
    )


def test_nothing_found_is_said(source: Path) -> None:
    book = _opened(marked_workbook(source, [], FORM, "kk"))
    assert "Ескерту жоқ." in [row[0].value for row in book["Тексеру нәтижесі"].iter_rows(max_row=4)]


def test_the_same_file_and_findings_give_the_same_bytes(source: Path, marked: bytes) -> None:
    assert marked_workbook(source, FINDINGS, FORM, "kk") == marked


def test_many_comments_have_boxes_with_numbers_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    book = openpyxl.Workbook()
    for row in range(1, 1501):
        book.worksheets[0].append([row])
    book.save(path)
    sheet = book.worksheets[0].title

    content = marked_workbook(path, [found(f"A{row}", sheet=sheet) for row in range(1, 1501)], FORM, "kk")

    drawing = _parts(content)["xl/drawings/vmlDrawing1.vml"].decode()
    numbers = [int(number) for number in re.findall(r'id="_x0000_s(\d+)"', drawing)]
    assert len(set(numbers)) == 1500
    claimed = re.search(r'<o:idmap[^>]*data="([\d,]+)"', drawing)
    assert claimed and {number // 1024 for number in numbers} <= set(map(int, claimed[1].split(",")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_given_back_is_read_as_the_file_it_was_made_of(tmp_path: Path, language: Any) -> None:
    path = tmp_path / "filled.xlsx"
    book = openpyxl.load_workbook(BytesIO(template(FORM, "kk")))
    book.worksheets[0].append(
        ["650940000016", "150310700010", "2026-09-07", 44, "Ә", 6, 7, 2, "жоқ", "ауруына байланысты"]
    )
    book.save(path)
    before = check(path, "attendance", demo=True)
    (tmp_path / "back.xlsx").write_bytes(marked_workbook(path, before.findings, FORM, language))

    after = check(tmp_path / "back.xlsx", "attendance", demo=True)

    assert {finding.code for finding in before.findings} >= {"out_of_range", "not_above"}
    assert after == before
    assert say("sheet", language) in FINDINGS_SHEETS
    # Whoever calls the list of findings otherwise has painted nothing by that.
    book = openpyxl.load_workbook(tmp_path / "back.xlsx")
    book[say("sheet", language)].title = "Тізім"
    book.save(tmp_path / "renamed.xlsx")
    assert check(tmp_path / "renamed.xlsx", "attendance", demo=True).findings == before.findings


def test_findings_fold_away_under_their_cause_and_answers_have_frames(source: Path) -> None:
    findings = [
        found("B5", code="phone_digits", value="1"),
        found("B6", code="phone_digits", value="2"),
        found("A4"),
    ]
    asked = [Asked("t1"), Asked("t2", "туристік маусым"), None]
    sheet = _opened(marked_workbook(source, findings, FORM, "kk", asked)).worksheets[-1]
    framed = set()
    for row in sheet.iter_rows():
        is_finding = str(row[0].value) in {say(severity, "kk") for severity in ("error", "query", "note")}
        assert sheet.row_dimensions[row[0].row].outlineLevel == int(is_finding), row[0].row
        for cell in row:
            sides = [getattr(cell.border, side).style for side in ("left", "right", "top", "bottom")]
            if any(sides):
                assert sides == ["thin"] * 4
                framed.add((str(row[0].value), cell.column))
    (query, column), *others = framed
    assert not others and query == say("query", "kk")
    heads = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.column == column]
    assert say("explanation_head", "kk") in heads
    assert sheet.sheet_properties.outlinePr.summaryBelow is False
