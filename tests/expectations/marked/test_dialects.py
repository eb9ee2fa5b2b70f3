"""Sheets as programs of all kinds write them: prefixes, no addresses, other quotes, no formats, UTF-16."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from expectations.marked import marked_workbook
from expectations.marked.elements import UnmarkableError, attribute, content, elements, with_attributes
from expectations.marked.package import Package
from expectations.marked.sheet import SheetMarker
from expectations.marked.styles import FILLS, Styles
from ingest.read.form.read import read
from ingest.schema.forms.load import contract
from tests.expectations.marked.books import found
from tests.ingest.read.samples import HEADER, changed

FORM = contract("attendance")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fillId="0"/>'
    "<xf numFmtId='2' fillId='0' applyFill='0'><alignment horizontal='left'/></xf></cellXfs></styleSheet>"
)
ROWS = {
    "plain": '<row r="1"><c r="A1" t="n"><v>1</v></c><c r="C1"><v>3</v></c></row><row r="3"><c r="A3"/></row>',
    "no addresses": "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c/></row>",
    "single quotes": "<row r='1'><c r='A1' s='1'><v>1</v></c><c r='C1' s = '1' ><v>3</v></c></row>"
    "<row r='3'><c r='A3'/></row>",
    "a sign in a value": '<row r="1" x="a>b"><c r="A1" cm="&gt;"><v>1</v></c><c r="C1"><v>3</v></c></row>',
    "empty rows": '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>3</v></c></row><row r="2"/><row r="3"/>',
    "nothing": "",
}
MARKS = {1: {1: "error", 2: "query", 3: "note"}, 2: {2: "error"}, 3: {1: "error"}, 9: {4: "note"}}


def _book(path: Path, sheet: str, *, styles: str | None = STYLES, prefix: str = "") -> Path:
    p = prefix
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    declared = f'xmlns{":" + p[:-1] if p else ""}="{MAIN}"'
    more = f'<Relationship Id="s" Type="{REL}/styles" Target="styles.xml"/>' if styles else ""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{kinds}"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/a.xml" ContentType="{kind}.worksheet+xml"/>'
            + (f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>' if styles else "")
            + "</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="w" Type="{REL}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<{p}workbook {declared} xmlns:r="{REL}"><{p}sheets><{p}sheet name="S" sheetId="7" r:id="x"/>'
            f"</{p}sheets></{p}workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="x" Type="{REL}/worksheet" '
            f'Target="/xl/worksheets/a.xml"/>{more}</Relationships>',
        )
        archive.writestr("xl/worksheets/a.xml", sheet)
        if styles:
            archive.writestr("xl/styles.xml", styles)
    return path


def _sheet(rows: str, prefix: str = "") -> str:
    p = prefix
    declared = f'xmlns{":" + p[:-1] if p else ""}="{MAIN}"'
    inside = rows.replace("</", "\0").replace("<", f"<{p}").replace("\0", f"</{p}")
    data = f"<{p}sheetData>{inside}</{p}sheetData>" if rows else f"<{p}sheetData/>"
    return f'<?xml version="1.0"?><{p}worksheet {declared}>{data}<{p}pageMargins left="1"/></{p}worksheet>'


def _opened(path: Path | BytesIO) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has no named style, as some writers leave it
        return openpyxl.load_workbook(path)


def _fills(path: Path) -> dict[str, str]:
    sheet = _opened(path)["S"]
    names = {colour: name for name, colour in FILLS.items()}
    return {
        cell.coordinate: names[cell.fill.fgColor.rgb]
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in names
    }


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("rows", ROWS)
def test_the_right_cells_are_marked_however_the_sheet_is_written(
    tmp_path: Path, rows: str, prefix: str
) -> None:
    path = _book(tmp_path / "b.xlsx", _sheet(ROWS[rows], prefix), prefix=prefix)
    codes = {"error": "required", "query": "phone_digits", "note": "unknown_column"}
    findings = [
        found(f"{'ABCD'[column - 1]}{row}", code=codes[severity], sheet="S")
        for row, columns in MARKS.items()
        for column, severity in columns.items()
    ]
    (tmp_path / "m.xlsx").write_bytes(marked_workbook(path, findings, FORM, "ru"))

    assert _fills(tmp_path / "m.xlsx") == {
        "A1": "error", "B1": "query", "C1": "note", "B2": "error", "A3": "error", "D9": "note",
    }  # fmt: skip
    sheet = _opened(tmp_path / "m.xlsx")["S"]
    assert [sheet["A1"].value, sheet["C1"].value] == ([1, 3] if rows != "nothing" else [None, None])
    assert sheet["B2"].comment.text.startswith("Ошибка")


def test_a_marked_cell_keeps_the_rest_of_its_format(tmp_path: Path) -> None:
    path = _book(tmp_path / "b.xlsx", _sheet(ROWS["single quotes"]))
    (tmp_path / "m.xlsx").write_bytes(marked_workbook(path, [found("C1", sheet="S")], FORM, "kk"))
    cell = _opened(tmp_path / "m.xlsx")["S"]["C1"]
    assert (cell.number_format, cell.alignment.horizontal) == ("0.00", "left")
    assert cell.fill.fgColor.rgb == FILLS["error"]


def test_a_workbook_without_formats_gets_some(tmp_path: Path) -> None:
    path = _book(tmp_path / "b.xlsx", _sheet(ROWS["plain"]), styles=None)
    (tmp_path / "m.xlsx").write_bytes(marked_workbook(path, [found("A1", sheet="S")], FORM, "kk"))
    assert _fills(tmp_path / "m.xlsx") == {"A1": "error"}


def test_a_part_in_utf_16_is_marked_too() -> None:
    sheet = _sheet(ROWS["plain"]).replace('version="1.0"', 'version="1.0" encoding="UTF-16"')
    marker = SheetMarker(sheet.encode("utf-16"), {1: {1: "error"}}, Styles(STYLES.encode()))
    assert b'<c r="A1" t="n" s="2">' in marker.marked()


def test_a_part_in_an_encoding_of_old_is_marked_too() -> None:
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>Сабақ</t></is></c></row>'.replace("қ", "к")
    sheet = _sheet(row).replace('version="1.0"', 'version="1.0" encoding="windows-1251"')
    marker = SheetMarker(sheet.encode("cp1251"), {1: {1: "error"}}, Styles(STYLES.encode()))
    assert "Сабак" in marker.marked().decode("utf-8")
    assert b'<c r="A1" t="inlineStr" s="2">' in marker.marked()


HOSTILE = {
    "an encoding nobody knows": _sheet(ROWS["plain"]).replace('"1.0"', '"1.0" encoding="ZZZ99"'),
    "an address that is none": _sheet('<row r="x"><c/></row>'),
    "a cell outside the rows": _sheet("<c/>"),
    "a format that is none": _sheet('<row><c s="-1"/></row>'),
    "a format that is not there": _sheet('<row><c s="77"/></row>'),
    "a document type": '<!DOCTYPE w [<!ENTITY a "b">]>' + _sheet(ROWS["plain"])[21:],
    "no end": _sheet(ROWS["plain"])[:-20],
    "no xml": "PK",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_part_that_cannot_be_followed_is_not_marked(kind: str) -> None:
    with pytest.raises(UnmarkableError):
        SheetMarker(HOSTILE[kind].encode(), {1: {1: "error"}}, Styles(STYLES.encode()))


def test_macros_and_other_namespaces_are_not_marked_in_place(tmp_path: Path) -> None:
    path = _book(tmp_path / "b.xlsx", _sheet(""))
    with ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    strict = _book(tmp_path / "s.xlsx", _sheet(""))
    with ZipFile(path) as before, ZipFile(strict, "w") as after:
        for name in before.namelist():
            if name != "xl/vbaProject.bin":
                after.writestr(name, before.read(name).replace(MAIN.encode(), b"http://purl.oclc.org/ooxml"))
    for unmarkable in (path, strict):
        with pytest.raises(UnmarkableError):
            Package(unmarkable)
        # What cannot be marked in place comes back all the same, with everything listed.
        book = openpyxl.load_workbook(BytesIO(marked_workbook(unmarkable, [found("A1")], FORM, "ru")))
        assert book.sheetnames == ["Данные", "Результаты проверки"]


TEXTS = st.text(st.characters(exclude_categories=("Cs",)))


@given(TEXTS)
def test_any_text_is_well_formed_as_content_and_as_a_value(text: str) -> None:
    xml = f'<a b="{attribute(text)}">{content(text)}</a>'.encode()
    (place,) = elements(xml)
    assert place.name == "a"


@given(st.dictionaries(st.sampled_from(["s", "fillId", "r"]), st.integers(0, 99).map(str)), st.booleans())
def test_attributes_are_set_once_and_others_stay(values: dict[str, str], closed: bool) -> None:
    head = b'<c r = \'1\' xs="7" s="2"/>' if closed else b'<c r=\'1\' xs="7" s="2">'
    changed = with_attributes(head, values)
    (place,) = elements(changed if closed else changed + b"</c>")
    assert dict(place.attributes) == {"r": "1", "xs": "7", "s": "2", **values}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(2, 6), st.sets(st.integers(1, 9))), min_size=1, max_size=6))
def test_what_is_stated_twice_is_marked_where_findings_say(said: list[tuple[int, set[int]]]) -> None:
    """Each row has a number and columns whose cells are stated twice."""
    rows = _row(1, enumerate(HEADER, 1))
    for place, (number, twice) in enumerate(said):
        cells = list(enumerate(changed(iin=f"09010170{place:04}"), 1))
        rows += _row(
            number, sorted([*cells, *(cells[column - 1] for column in twice)], key=lambda cell: cell[0])
        )
    with TemporaryDirectory() as folder:
        path = _book(Path(folder) / "b.xlsx", _sheet(rows))
        reading = read(path, FORM)
        (table,) = reading.tables
        read_rows = zip(table.text["_row"].to_pylist(), table.text["iin"].to_pylist(), strict=True)
        wanted = {f"B{row}": iin for row, iin in read_rows}
        assert len(wanted) == len(said)
        findings = [*reading.findings, *(found(cell, sheet="S", value=iin) for cell, iin in wanted.items())]
        sheet = _opened(BytesIO(marked_workbook(path, findings, FORM, "kk")))["S"]
    assert {cell: sheet[cell].value for cell in wanted} == wanted
    assert all(sheet[cell].comment and sheet[cell].fill.fgColor.rgb == FILLS["error"] for cell in wanted)


def _row(number: int, cells: Iterable[tuple[int, str]]) -> str:
    inside = "".join(
        f'<c r="{get_column_letter(column)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for column, text in cells
        if text
    )
    return f'<row r="{number}">{inside}</row>'
