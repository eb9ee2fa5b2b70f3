"""Files that are not what they should be, or mean harm: each has its finding, none stops the reader."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.read.files import zip_limits as archive
from ingest.read.files.active_content import examined, refusal
from ingest.read.reading import Reading
from ingest.schema.forms.contract import Contract
from tests.ingest.read.samples import HEADER, ROW, codes, read_whole

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.fixture
def reading_of(tmp_path: Path, attendance: Contract) -> Callable[[bytes], Reading]:
    def reading(content: bytes) -> Reading:
        path = tmp_path / "named-like-nothing"
        path.write_bytes(content)
        return refusal(path) or read_whole(path, attendance)

    return reading


@pytest.fixture(scope="session")
def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (HEADER, *[ROW] * 200):
        book.worksheets[0].append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def _with_sheet(workbook: bytes, sheet: bytes, extra: dict[str, bytes] | None = None) -> bytes:
    """The workbook with another first sheet, and parts of its own."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            is_sheet = entry.filename == "xl/worksheets/sheet1.xml"
            new.writestr(entry.filename, sheet if is_sheet else old.read(entry))
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return buffer.getvalue()


def _sheet(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n \r\n\n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"\xef\xbb\xbf;;;\n;;;\n", "empty_file"),
        (bytes(range(256)) * 10, "unreadable"),
        (b"%PDF-1.7\n...", "wrong_kind"),
        (b"\x89PNG\r\n\x1a\n", "wrong_kind"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "wrong_kind"),
        (OLE + "Workbook".encode("utf-16-le"), "damaged_file"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted_file"),
        (_zip(a=b"b"), "wrong_kind"),
        (_zip(word__document=b"b"), "wrong_kind"),
        (_zip(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "damaged_file"),
        (_zip(mimetype=b"application/vnd.oasis.opendocument.text"), "wrong_kind"),
        (b"<html><p>bin</p></html>", "wrong_kind"),
        (_zip(**{"xl__workbook.bin": b""}), "damaged_file"),
        (_zip(**{"xl__workbook.xml": b"", "xl__vbaProject.bin": b""}), "wrong_kind"),
        (_zip(**{"xl__workbook.xml": b"<workbook"}), "damaged_file"),
        (b"PK\x03\x04 and nothing more", "damaged_file"),
    ],
)
def test_what_cannot_be_read_is_named(
    reading_of: Callable[[bytes], Reading], content: bytes, code: str
) -> None:
    reading = reading_of(content)
    assert codes(reading) == [code]
    assert reading.unreadable
    assert (reading.rows_in, reading.tables) == (0, ())
    assert all(reading.findings[0].message.values())
    assert "…" not in " ".join(reading.findings[0].message.values())


def test_a_foreign_letter_far_below_is_noticed_and_loses_no_row(
    reading_of: Callable[[bytes], Reading],
) -> None:
    row = ",".join(ROW).encode()
    rows = b"\n".join([",".join(HEADER).encode(), *[row] * 10_000, b"\xe9" + row])
    reading = reading_of(rows)
    assert {"letters_lost"} <= set(codes(reading))
    assert reading.rows_data == 10_001


def test_every_truncation_of_a_workbook_is_damage(
    reading_of: Callable[[bytes], Reading], workbook: bytes
) -> None:
    for length in range(4, len(workbook) - 1, len(workbook) // 40):
        assert codes(reading_of(workbook[:length])) == ["damaged_file"]


def test_a_part_that_unpacks_to_too_much_is_refused_before_it_is(
    reading_of: Callable[[bytes], Reading], workbook: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = _with_sheet(workbook, _sheet(" " * 2_000_000))
    assert len(bomb) < 20_000
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1_000_000)
    assert codes(reading_of(bomb)) == ["oversized_file"]


def test_parts_beyond_number_are_refused(reading_of: Callable[[bytes], Reading], workbook: bytes) -> None:
    many = {f"xl/media/{number}": b"" for number in range(archive.MOST_PARTS)}
    assert codes(reading_of(_with_sheet(workbook, _sheet(""), many))) == ["oversized_file"]


def test_cells_at_the_far_corner_are_refused_before_the_rectangle_is_made(
    reading_of: Callable[[bytes], Reading], workbook: bytes
) -> None:
    """A few are left out; more of them are a table that nobody can read."""
    corner = "".join(
        f'<row r="{1_048_500 + place}"><c r="ZZ{1_048_500 + place}"><v>1</v></c></row>' for place in range(20)
    )
    first = '<row r="1"><c r="A1"><v>1</v></c></row>'
    assert codes(reading_of(_with_sheet(workbook, _sheet(first + corner)))) == ["oversized_file"]
    one = '<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row>'
    assert codes(reading_of(_with_sheet(workbook, _sheet(first + one)))) == ["no_header"]


def test_ten_thousand_columns_are_refused(reading_of: Callable[[bytes], Reading], workbook: bytes) -> None:
    assert codes(reading_of((",".join(HEADER) + ",x" * 10_000 + "\n").encode())) == ["too_many_columns"]
    far = "".join(f'<c r="NT{chr(65 + place)}1"><v>1</v></c>' for place in range(20))
    wide = f'<row r="1"><c r="A1"><v>1</v></c>{far}</row>'
    assert codes(reading_of(_with_sheet(workbook, _sheet(wide)))) == ["too_many_columns"]


def test_colours_far_away_are_no_content(reading_of: Callable[[bytes], Reading], workbook: bytes) -> None:
    cells = "".join(
        f'<c r="{chr(65 + place)}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for place, name in enumerate(HEADER)
    )
    coloured = f'<row r="1">{cells}<c r="XFD1" s="0"/></row><row r="1048576"><c r="A1048576" s="0"/></row>'
    assert codes(reading_of(_with_sheet(workbook, _sheet(coloured)))) == ["no_data_rows"]


def test_colours_far_away_and_nothing_else_are_an_empty_file(
    reading_of: Callable[[bytes], Reading], workbook: bytes
) -> None:
    content = _with_sheet(workbook, _sheet('<row r="1"><c r="XFD1" s="0"/></row>'))
    assert codes(reading_of(content)) == ["empty_file"]


def test_an_entity_bomb_stays_small(reading_of: Callable[[bytes], Reading], workbook: bytes) -> None:
    laughs = b"".join(
        b'<!ENTITY l%d "%s">' % (number, b"&l%d;" % (number - 1) * 10 if number else b"ha" * 10)
        for number in range(12)
    )
    sheet = b"<!DOCTYPE x [" + laughs + b"]>" + _sheet('<row r="1"><c r="A1"><v>&l11;</v></c></row>')
    assert codes(reading_of(_with_sheet(workbook, sheet)))[0] in ("damaged_file", "no_header", "empty_file")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(place=st.floats(0, 1), junk=st.binary(min_size=1, max_size=30))
def test_no_scratch_in_a_workbook_raises(
    reading_of: Callable[[bytes], Reading], workbook: bytes, place: float, junk: bytes
) -> None:
    start = int(place * (len(workbook) - len(junk)))
    reading_of(workbook[:start] + junk + workbook[start + len(junk) :])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(content=st.binary(max_size=300))
def test_no_bytes_raise(reading_of: Callable[[bytes], Reading], content: bytes) -> None:
    reading_of(content)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(rest=st.text(alphabet='a1,;"\n\r \tӘ\u00a0', max_size=80))
def test_no_text_below_a_header_loses_a_row(reading_of: Callable[[bytes], Reading], rest: str) -> None:
    reading = reading_of(("bin,iin,date\n" + rest).encode())
    assert len(reading.tables) == 1


@pytest.mark.parametrize("beyond", [0, 1])
def test_parts_that_share_their_packed_bytes_are_refused(workbook: bytes, beyond: int) -> None:
    """Parts larger together than the file they are packed in are one part many times."""
    opened = zipfile.ZipFile(io.BytesIO(workbook))
    packed = sum(entry.compress_size for entry in opened.infolist())
    assert archive.unpacks_to_too_much(opened, packed - beyond) == bool(beyond)


@pytest.mark.parametrize("beyond", [0, 1])
def test_the_largest_that_may_be_unpacked(
    workbook: bytes, beyond: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = zipfile.ZipFile(io.BytesIO(workbook))
    unpacked = sum(entry.file_size for entry in opened.infolist())
    assert archive.MOST_UNPACKED == 2**30
    monkeypatch.setattr(archive, "MOST_UNPACKED", unpacked - beyond)
    assert archive.unpacks_to_too_much(opened, len(workbook)) == bool(beyond)


_PROGRAM = "<f>cmd|'/c calc'!A1</f>"


@pytest.mark.parametrize("before_edge", [0, 1, 5, len(_PROGRAM) - 1, len(_PROGRAM), 200])
def test_a_link_to_a_program_is_seen_wherever_it_stands(
    tmp_path: Path, workbook: bytes, before_edge: int
) -> None:
    """A sheet is looked through in pieces; the link lies on both sides of where one ends."""
    piece = 1 << 20
    head = _sheet("").index(b"</sheetData>")
    start = '<row r="1"><c r="A1">'
    filling = " " * (piece - head - len(start) - before_edge)
    sheet = _sheet(f"{filling}{start}{_PROGRAM}<v>1</v></c></row>")
    assert sheet.index(b"<f>") == piece - before_edge
    file = tmp_path / "named-like-nothing"
    file.write_bytes(_with_sheet(workbook, sheet))
    refused = refusal(file)
    assert refused and codes(refused) == ["link_to_a_program"]


@pytest.mark.parametrize("before_edge", [0, 1, 8, 20])
def test_a_cell_too_far_is_seen_wherever_it_stands(
    reading_of: Callable[[bytes], Reading], workbook: bytes, before_edge: int
) -> None:
    piece = 1 << 20
    head = _sheet("").index(b"</sheetData>")
    start = '<row r="1"><c r="A1"><v>1</v></c>'
    far = "".join(f'<c r="NT{chr(65 + place)}1"><v>1</v></c>' for place in range(20))
    filling = " " * (piece - head - len(start) - before_edge)
    sheet = _sheet(f"{filling}{start}{far}</row>")
    assert codes(reading_of(_with_sheet(workbook, sheet))) == ["too_many_columns"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from(
        [b"PK", b"PK\x03", b"PK\x03\x04", b"PK\x05\x06", OLE[:8], b"<?xml", b"ID;P", b"%PDF"]
    ),
    rest=st.one_of(st.binary(max_size=60), st.text(",;\n\tiin0123", max_size=60).map(str.encode)),
)
@example(head=b"PK", rest=b",iin\n1,2\n")
def test_whatever_begins_like_another_kind_of_file_has_its_findings(
    head: bytes, rest: bytes, tmp_path: Path, attendance: Contract
) -> None:
    path = tmp_path / "named-like-nothing"
    path.write_bytes(head + rest)
    reading = refusal(path) or examined(path, read_whole(path, attendance), attendance)
    assert reading.unreadable or reading.tables or reading.findings
