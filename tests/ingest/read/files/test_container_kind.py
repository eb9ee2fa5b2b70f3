"""A file is called what it is: whole, cut off at any byte, locked, written in an unusual way, or something else."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from ingest.read.files.any_kind import general_kind
from ingest.read.files.file_kind import kind_of
from ingest.read.plain.reader import read_general
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding
from tests.ingest.read.samples import HEADER, ROW, codes, read_whole
from tests.ingest.read.writers import WRITERS

ROWS = [HEADER, *[(*ROW[:1], f"09010170{place:04}", *ROW[2:]) for place in range(60)]]


def _written(writer: str, folder: Path) -> bytes:
    return WRITERS[writer](folder / "file", ROWS, ()).read_bytes()


def _said(path: Path) -> set[str]:
    """How both ways of reading call the file: its kind, or the code of the finding."""
    return {
        found.code if isinstance(found, Finding) else found for found in (kind_of(path), general_kind(path))
    }


def _locked_xls(folder: Path) -> bytes:
    """As Excel locks one: behind the first record a second says that all that follows is encrypted."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("x")
    for number in range(200):
        sheet.write(number, 0, f"text {number}")
    buffer = io.BytesIO()
    book.save(buffer)
    content = buffer.getvalue()
    end = 512 + 4 + struct.unpack_from("<H", content, 512 + 2)[0]
    return content[:end] + b"\x2f\x00" + content[end + 2 :]


def _locked_ods(folder: Path) -> bytes:
    content = _written("odfpy", folder)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "META-INF/manifest.xml":
                part = part.replace(
                    b'"content.xml"/>', b'"content.xml"><manifest:encryption-data/></manifest:file-entry>'
                )
                assert b"encryption-data" in part or b"content.xml" in part
                part = re.sub(
                    rb"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>", part
                )
            new.writestr(name, bytes(range(256)) if name == "content.xml" else part)
    return buffer.getvalue()


def _wholly_locked_ods(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest/>")
        archive.writestr("encrypted-package", bytes(range(256)))
    return buffer.getvalue()


@pytest.mark.parametrize("make", [_locked_xls, _locked_ods, _wholly_locked_ods])
def test_a_locked_file_is_called_locked(
    tmp_path: Path, make: Callable[[Path], bytes], attendance: Contract
) -> None:
    path = tmp_path / "locked"
    path.write_bytes(make(tmp_path))
    assert _said(path) == {"encrypted_file"}
    assert codes(read_whole(path, attendance)) == ["encrypted_file"]


@pytest.mark.parametrize("writer", ["xlsxwriter", "xlwt", "odfpy", "xlsb"])
def test_a_file_cut_off_anywhere_is_damaged(tmp_path: Path, attendance: Contract, writer: str) -> None:
    """At every boundary of a sector or of a part, and at places between: never another kind, never fewer rows."""
    whole = _written(writer, tmp_path)
    if writer == "xlwt":
        ends = {*range(512, len(whole), 512)}
    else:
        ends = {found.start() for found in re.finditer(rb"PK\x03\x04|PK\x01\x02|PK\x05\x06", whole)}
        ends |= {end + 30 for end in ends}
    step = max(len(whole) // 40, 1)
    ends |= {3, 4, 5, 7, 9, 100, *range(1000, len(whole), step), len(whole) - 1}
    path = tmp_path / "cut"
    for end in sorted(place for place in ends if 2 < place < len(whole)):
        path.write_bytes(whole[:end])
        reading = read_whole(path, attendance)
        general = read_general(path)
        if writer == "xlwt" and not reading.unreadable:
            # What is cut off may be filling behind the last sector: then nothing is lost.
            assert reading.rows_data == len(ROWS) - 1, end
            continue
        assert (codes(reading), [f.code for f in general.findings]) == (["damaged_file"], ["damaged_file"]), (
            end
        )


@pytest.mark.parametrize("writer", ["xlsxwriter", "xlsb"])
def test_a_workbook_without_one_of_its_parts_is_no_archive(tmp_path: Path, writer: str) -> None:
    """Whichever part is gone: it is a workbook still, or a damaged one."""
    with zipfile.ZipFile(io.BytesIO(_written(writer, tmp_path))) as whole:
        parts = {entry.filename: whole.read(entry) for entry in whole.infolist()}
    for gone in parts:
        path = tmp_path / "less"
        with zipfile.ZipFile(path, "w") as less:
            for name, content in parts.items():
                if name != gone:
                    less.writestr(name, content)
        assert _said(path) <= {"damaged_file", "workbook"}, gone


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    share=st.floats(0, 1, exclude_max=True), writer=st.sampled_from(["xlsxwriter", "xlwt", "odfpy", "xlsb"])
)
def test_a_file_cut_off_at_any_byte_is_no_other_kind(tmp_path: Path, share: float, writer: str) -> None:
    whole = _written(writer, tmp_path)
    end = 3 + int(share * (len(whole) - 3))
    path = tmp_path / "cut"
    path.write_bytes(whole[:end])
    assert _said(path) <= {"damaged_file", "workbook"}


@pytest.mark.parametrize("name", ["Workbook", "WORKBOOK", "workbook", "wORKbOOK", "Book", "BOOK"])
def test_the_stream_of_an_old_workbook_by_any_name(tmp_path: Path, attendance: Contract, name: str) -> None:
    content = bytearray(_written("xlwt", tmp_path))
    entry = content.index("Workbook".encode("utf-16-le"))
    content[entry : entry + 64] = name.encode("utf-16-le").ljust(64, b"\0")
    struct.pack_into("<H", content, entry + 64, 2 * len(name) + 2)
    path = tmp_path / "named.xls"
    path.write_bytes(content)
    _read_whole(path, attendance)


def _read_whole(path: Path, attendance: Contract) -> None:
    reading = read_whole(path, attendance)
    assert reading.rows_data == len(ROWS) - 1
    assert [row[1] for row in read_general(path).sheets[0].csv_rows()] == [row[1] for row in ROWS]


def _moved(old: str, new: str) -> Callable[[str, bytes], tuple[str, bytes]]:
    return lambda name, part: (name.replace(old, new), part.replace(old.encode(), new.encode()))


_UNUSUAL: dict[str, Callable[[str, bytes], tuple[str, bytes]]] = {
    "outside xl": lambda name, part: (name.replace("xl/", ""), part.replace(b'"/xl/', b'"/').replace(b'"xl/', b'"')),
    "in another folder": _moved("xl/", "daten/"),
    "in a deeper folder": _moved("xl/", "a/b/xl2/"),
    "in capitals": lambda name, part: (name.replace("xl/", "XL/"), part.replace(b"xl/", b"XL/")),
    "by the other separator": lambda name, part: (name.replace("/", "\\"), part),
    "the book by another name": _moved("workbook.xml", "book1.xml"),
    "both": lambda name, part: _moved("xl/", "q/")(*_moved("workbook.xml", "buch.xml")(name, part)),
}  # fmt: skip


@pytest.mark.parametrize("change", _UNUSUAL.values(), ids=_UNUSUAL.keys())
def test_the_parts_of_a_workbook_in_any_folder(
    tmp_path: Path, attendance: Contract, change: Callable[[str, bytes], tuple[str, bytes]]
) -> None:
    path = _changed(tmp_path, change)
    assert _said(path) == {"workbook"}
    _read_whole(path, attendance)


def _changed(folder: Path, change: Callable[[str, bytes], tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(WRITERS["openpyxl"](folder / "file", ROWS, ())) as archive:
        parts = [change(name, archive.read(name)) for name in archive.namelist()]
    path = folder / "changed.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts:
            archive.writestr(name, part)
    return path


@pytest.mark.parametrize(
    "extent",
    ["1:126", "A:C", "", "$A$1:$C$3", "A1:A1 C1:C3", "#REF!", "A1", "XFD1048576", "B2:C3", "a1:c3", "A1:C99999999999",
     "C3:A1", "R1C1:R3C3", "Лист1!A1:B2"],
)  # fmt: skip
def test_a_wrong_statement_of_the_extent_costs_nothing(
    tmp_path: Path, attendance: Contract, extent: str
) -> None:
    stated = f'<dimension ref="{extent}"/>'.encode()
    _read_whole(
        _changed(tmp_path, lambda name, part: (name, re.sub(rb'<dimension ref="[^"]*" ?/>', stated, part))),
        attendance,
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("_x0410_", "А"),
        ("_x0410__x04D8_", "АӘ"),
        ("_x005F_x0410_", "_x0410_"),
        ("_xD83D__xDE00_", "\U0001f600"),
        ("_x04d8__x0411_", "ӘБ"),
        ("_x04_", "_x04_"),
    ],
)
def test_characters_written_by_their_number(
    tmp_path: Path, attendance: Contract, written: str, shown: str
) -> None:
    place = HEADER.index("letter")
    path = _changed(
        tmp_path, lambda name, part: (name, part.replace("<t>А</t>".encode(), f"<t>{written}</t>".encode()))
    )
    assert read_whole(path, attendance).tables[0].text.column("letter").to_pylist() == [shown] * 60
    assert [row[place] for row in read_general(path).sheets[0].csv_rows()][1:] == [shown] * 60
    # In other kinds of workbook the same is what somebody typed.
    rows = [HEADER, tuple(written if column == place else cell for column, cell in enumerate(ROW))]
    other = WRITERS["odfpy"](tmp_path / "file", rows, ())
    assert [row[place] for row in read_general(other).sheets[0].csv_rows()][1:] == [written]


def test_a_flat_opendocument_file(tmp_path: Path, attendance: Contract) -> None:
    book = OpenDocumentSpreadsheet()
    table = Table(name="Парақ 1")
    for cells in ROWS:
        row = TableRow()
        for cell in cells:
            made = TableCell(valuetype="string")
            made.addElement(P(text=cell))
            row.addElement(made)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    path = tmp_path / "file.fods"
    flat = book.xml()
    path.write_bytes(flat if isinstance(flat, bytes) else flat.encode())
    assert _said(path) == {"workbook"}
    _read_whole(path, attendance)


def _sylk(rows: list[tuple[str, ...]]) -> str:
    lines = ["ID;PWXL;N;E", "P;PGeneral", "P;Pdd\\.mm\\.yyyy", f"B;Y{len(rows)};X{len(rows[0])}"]
    for number, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells, 1):
            place = f"Y{number};X{column}" if column == 1 else f"X{column}"
            quoted = cell.replace('"', '""').replace(";", ";;")
            lines.append(f'C;{place};K"{quoted}"')
    return "\r\n".join([*lines, "E", ""])


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
def test_a_table_of_sylk(tmp_path: Path, attendance: Contract, encoding: str) -> None:
    path = tmp_path / "file.slk"
    path.write_bytes(_sylk(ROWS).encode(encoding))
    assert _said(path) == {"markup"}
    _read_whole(path, attendance)
    assert "sylk_read" in codes(read_whole(path, attendance))


def test_values_of_sylk(tmp_path: Path) -> None:
    path = tmp_path / "file.slk"
    lines = [
        "ID;PCALC", "P;PGeneral", "P;Pdd/mm/yyyy", "F;P1;X2;Y2", "C;X1;Y1;K\"a;;b\"", 'C;X2;K"күні"', 'C;X3;K"сан"',
        "C;X2;Y2;K46272", "C;X1;K\"мәтін\"", "C;X3;K12.5;ESUM(1)", "C;X1;Y3;K#N/A",
        "F;P0;X2", "C;X2;K7", "C;X3;KTRUE", "E",
    ]  # fmt: skip
    path.write_text("\n".join(lines), encoding="utf-8")
    rows = list(read_general(path).sheets[0].csv_rows())
    assert rows == [["a;b", "күні", "сан"], ["мәтін", "2026-09-07", "12.5"], ["#N/A", "7", "TRUE"]]


@pytest.mark.parametrize(
    "text",
    [
     "ID;Имя\n1;Алия\n2;Болат\n", "ID;P\n1;2\n3;4\n", "PK;name\n1;a\n2;b\n", "BM;a\n1;2\n", "MZ;a\n1;2\n",
     "ID3;x\n1;2\n", "RIFF,b\n1,2\n", "PAR1,b\n1,2\n", "Rar!,b\n1,2\n"],
)  # fmt: skip
def test_a_text_that_begins_like_something_else_is_a_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    assert _said(path) == {"text"}


_ELSE = {
    "a bitmap": b"BM\x36\x00\x0c\x00\x00\x00\x00\x00\x36\x00" + bytes(100),
    "a program": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(46) + b"\x80\x00\x00\x00",
    "a database": b"SQLite format 3\x00" + bytes(100),
    "parquet": b"PAR1\x15\x04\x15" + bytes(50),
    "a dBase table": b"\x03\x7e\x0b\x19\x05\x00\x00\x00\x61\x00\x20\x00" + bytes(20) + b"NAME" + bytes(60),
    "a recording": b"\x00\x00\x00\x20ftypisom" + bytes(50),
    "a tar": b"a.csv".ljust(257, b"\0") + b"ustar\x0000" + bytes(250),
    "a workbook of Excel 4": b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(60),
    "Lotus": b"\x00\x00\x02\x00\x06\x04\x06\x00\x08\x00" + bytes(60),
}


@pytest.mark.parametrize("content", _ELSE.values(), ids=_ELSE.keys())
def test_other_files_are_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.xls"
    path.write_bytes(content)
    assert _said(path) == {"wrong_kind"}


@pytest.mark.parametrize(
    ("stream", "kind"), [("WordDocument", "document"), ("PowerPoint Document", "presentation")]
)
def test_other_compound_files_are_named(tmp_path: Path, stream: str, kind: str) -> None:
    content = bytearray(_written("xlwt", tmp_path))
    entry = content.index("Workbook".encode("utf-16-le"))
    content[entry : entry + 64] = stream.encode("utf-16-le").ljust(64, b"\0")
    struct.pack_into("<H", content, entry + 64, 2 * len(stream) + 2)
    path = tmp_path / "file.xls"
    path.write_bytes(content)
    found = kind_of(path)
    assert isinstance(found, Finding) and kind in str(found.params["found"].en)


def test_rows_of_sylk_that_end_in_blank_cells_are_as_wide_as_the_others(
    tmp_path: Path, attendance: Contract
) -> None:
    """Programs write no blank cell, so that the last columns of a row may not be there at all."""
    path = tmp_path / "file.slk"
    rows = [HEADER, (*ROW[:-1], ""), (*ROW[:-2], "", ""), (*ROW[:-1], "ILL")]
    lines = [line for line in _sylk(rows).splitlines() if not line.endswith('K""')]
    path.write_text("\r\n".join(lines), encoding="utf-8")

    reading = read_whole(path, attendance)
    assert (reading.rows_data, set(codes(reading))) == (3, {"sylk_read"})
