"""Every format people send is read as a table or refused by its own name: no wrong name, no empty table, no crash."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from ingest.read.files.any_kind import general_kind, may_be_plain_text
from ingest.read.form.read import read
from ingest.read.plain.reader import read_general
from ingest.schema.forms.load import contracts
from ingest.schema.texts.words import Words
from tests.ingest.read.writers import SOFFICE, WRITERS

ROWS = [["Аты", "Сынып", "Балл"], ["Нұрлан", "5", "4"], ["Айна", "6", "5"], ["Олжас", "7", "3"]]
CSV = "\n".join(";".join(row) for row in ROWS) + "\n"
FORM = contracts()["attendance"]
ODF = "application/vnd.oasis.opendocument"


def _page(rows: list[list[str]] = ROWS) -> str:
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><head><style>{'p {}' * 30_000}</style></head><body><table>{cells}</table></body></html>"


def _xml_of_2003() -> str:
    rows = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row) + "</Row>"
        for row in ROWS
    )
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:'
        'office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>'
        f"{rows}</Table></Worksheet></Workbook>"
    )


def _dif() -> str:
    cells = "".join("-1,0\nBOT\n" + "".join(f'1,0\n"{cell}"\n' for cell in row) for row in ROWS)
    return f'TABLE\n0,1\n"EXCEL"\nVECTORS\n0,3\n""\nTUPLES\n0,4\n""\nDATA\n0,0\n""\n{cells}-1,0\nEOD\n'


def _web_archive() -> bytes:
    return (
        'MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        "Content-Location: file:///C:/a.htm\r\nContent-Transfer-Encoding: 8bit\r\nContent-Type: text/html; "
        f"charset=utf-8\r\n\r\n{_page()}\r\n--b--\r\n"
    ).encode()


def _zip(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("a.csv")
        entry.size = len(CSV.encode())
        archive.addfile(entry, io.BytesIO(CSV.encode()))
    return buffer.getvalue()


def _template(folder: Path) -> bytes:
    book = openpyxl.Workbook()
    book.template = True
    for row in ROWS:
        book.worksheets[0].append(row)
    book.save(folder / "a.xltx")
    return (folder / "a.xltx").read_bytes()


def _ods_template(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(WRITERS["odfpy"](folder / "a", ROWS, ())) as old,
        zipfile.ZipFile(buffer, "w") as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            if name in ("mimetype", "META-INF/manifest.xml"):
                part = part.replace(b"opendocument.spreadsheet", b"opendocument.spreadsheet-template")
            new.writestr(name, part)
    return buffer.getvalue()


READ: dict[str, Callable[[Path], bytes]] = {
    **{name: lambda folder, name=name: WRITERS[name](folder / "a", ROWS, ()).read_bytes() for name in WRITERS},
    "xltx": _template,
    "ots": _ods_template,
    "page": lambda _: _page().encode(),
    "page in UTF-16": lambda _: _page().encode("utf-16"),
    "page in UTF-16 without a mark": lambda _: _page().encode("utf-16-le"),
    "page in UTF-16, high bytes first": lambda _: _page().encode("utf-16-be"),
    "page in UTF-32": lambda _: _page().encode("utf-32"),
    "XML of 2003": lambda _: _xml_of_2003().encode(),
    "XML of 2003 in UTF-16": lambda _: _xml_of_2003().encode("utf-16"),
    "DIF": lambda _: _dif().encode(),
    "DIF in UTF-16": lambda _: _dif().encode("utf-16"),
    "DIF with ends of Windows": lambda _: _dif().replace("\n", "\r\n").encode("kz1048"),
    "web archive": lambda _: _web_archive(),
    "prn": lambda _: "".join(f"{a:<20}{b:<10}{c:>6}\r\n" for a, b, c in ROWS).encode(),
}  # fmt: skip
_NEEDS_OFFICE = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed (make office)")
KINDS = [pytest.param(kind, marks=_NEEDS_OFFICE) if kind.startswith("libreoffice") else kind for kind in READ]


@pytest.mark.parametrize("ending", ["xls", "xlsx", "ods", "txt"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_table_in_any_format_is_read_whatever_its_name(tmp_path: Path, kind: str, ending: str) -> None:
    path = tmp_path / f"report.{ending}"
    path.write_bytes(READ[kind](tmp_path))
    reading = read_general(path)
    assert not reading.unreadable
    assert [row for sheet in reading.sheets for row in sheet.csv_rows()] == ROWS
    assert "no_header" in {finding.code for finding in read(path, FORM).findings}


_LETTER = b"From: a@b.kz\r\nTo: c@d.kz\r\nSubject: Report\r\nMIME-Version: 1.0\r\n"
REFUSED: dict[str, tuple[bytes, str]] = {
    "json": (json.dumps([{"name": "Нұрлан", "class": 5}, {"name": "Айна"}]).encode(), "json"),
    "indented json": (json.dumps({"rows": [{"name": "A", "n": [1, 2]}]}, indent=2).encode(), "json"),
    "long json": (json.dumps([{"name": f"A{n}", "n": n} for n in range(9_000)]).encode(), "json"),
    "lines of json": (b'{"name":"A","n":1}\n{"name":"B","n":2}\n', "json"),
    "json of lists": (b'[["a", "b"], [1, 2]]', "json"),
    "json in UTF-16": (json.dumps([{"name": "A"}]).encode("utf-16"), "json"),
    "letter": (_LETTER + b"Content-Type: text/plain\r\n\r\nHello\r\n", "letter"),
    "letter with parts": (
        b"Return-Path: <a@b.kz>\r\nReceived: from x\r\n\tby y\r\n" + _LETTER
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n'
        + b"<table><tr><td>1</td></tr></table>\r\n--b--\r\n",
        "letter",
    ),
    "pdf": (b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n", "pdf"),
    "pdf behind a mark": (b"\xef\xbb\xbf\r\n%PDF-1.4\n1 0 obj\n<< >>\nendobj\n", "pdf"),
    "rtf": (b"{\\rtf1\\ansi hello}", "document"),
    "docx": (_zip({"[Content_Types].xml": "<x/>", "word/document.xml": "<w/>"}), "document"),
    "odt": (_zip({"mimetype": f"{ODF}.text", "content.xml": "<x/>"}), "document"),
    "fodt": (
        f'<?xml version="1.0"?><office:document xmlns:office="x" office:mimetype="{ODF}.text"/>'.encode(),
        "document",
    ),
    "odp": (_zip({"mimetype": f"{ODF}.presentation", "content.xml": "<x/>"}), "presentation"),
    "pptx": (_zip({"[Content_Types].xml": "<x/>", "ppt/presentation.xml": "<w/>"}), "presentation"),
    "odg": (_zip({"mimetype": f"{ODF}.graphics", "content.xml": "<x/>"}), "image"),
    "epub": (_zip({"mimetype": "application/epub+zip", "META-INF/container.xml": "<x/>"}), "document"),
    "numbers": (_zip({"Index/Document.iwa": "x"}), "numbers"),
    "page without a table": (b"<!DOCTYPE html><html><body><p>Hello</p></body></html>", "web_page"),
    "any xml": ("<?xml version='1.0'?><rows><row><name>Н</name></row></rows>".encode(), "web_page"),
    "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg>', "image"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(range(60)), "image"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(range(60)), "image"),
    "tiff": (b"II*\x00" + bytes(range(60)), "image"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(range(60)), "image"),
    "avif": (b"\0\0\0\x18ftypavif" + bytes(range(60)), "image"),
    "wmf": (b"\xd7\xcd\xc6\x9a" + bytes(range(60)), "image"),
    "emf": (b"\x01\0\0\0" + bytes(36) + b" EMF" + bytes(range(60)), "image"),
    "zip": (_zip({"a.csv": CSV}), "archive"),
    "tar": (_tar(), "archive"),
    "gz": (gzip.compress(CSV.encode()), "archive"),
    "bz2": (bz2.compress(CSV.encode()), "archive"),
    "xz": (lzma.compress(CSV.encode()), "archive"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(range(60)), "archive"),
    "rar": (b"Rar!\x1a\x07\x01\0" + bytes(range(60)), "archive"),
    "lzh": (b"\x21\x12-lh5-" + bytes(range(60)), "archive"),
    "lz4": (b"\x04\x22\x4d\x18" + bytes(range(60)), "archive"),
    "dbf": (b"\x03\x7c\x01\x02\x01\0\0\0\x41\0\x0c\0" + bytes(20) + b"NAME" + bytes(40), "dbase"),
    "sqlite": (b"SQLite format 3\0" + bytes(range(60)), "database"),
    "parquet": (b"PAR1\x15" + bytes(range(60)), "database"),
    "lotus": (b"\0\0\2\0\6\4" + bytes(range(60)), "old_workbook"),
    "spss": (b"$FL2@(#) SPSS DATA FILE" + bytes(range(60)), "statistics"),
    "stata": (b"<stata_dta><header><release>118</release>" + bytes(range(60)), "statistics"),
    "shortcut": (b"L\0\0\0\x01\x14\x02\0" + bytes(range(60)), "shortcut"),
    "signature": (b"-----BEGIN PKCS7-----\nMIIF\n-----END PKCS7-----\n", "sealed"),
    "locked by a key": (b"-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n", "sealed"),
    "print file": (b"%!PS-Adobe-3.0\n%%Title: x\nshowpage\n", "document"),
    "program": (b"\x7fELF\x02\x01\x01" + bytes(range(60)), "program"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_table_is_refused_by_its_name(tmp_path: Path, kind: str) -> None:
    content, name = REFUSED[kind]
    path = tmp_path / "report.xlsx"
    path.write_bytes(content)
    for reading in (read_general(path), read(path, FORM)):
        assert reading.unreadable
        assert [finding.code for finding in reading.findings] == ["wrong_kind"]
        found = str(dict(reading.findings[0].params)["found"])
        assert found == str(_label(name))
        assert reading.findings[0].kind.remedy


def _label(name: str) -> object:
    return Words("file_kind").labels(name)


@pytest.mark.parametrize(
    "text",
    [
        "[A];[B]\n1;2\n3;4\n",
        '{"a":1};x\n{"a":2};y\n',
        "{a};{b}\n1;2\n",
        "[1];[2]\n5;6\n",
        "From;To\na;b\nc;d\n",
        "Subject: a;Date: b\n1;2\n",
        "TABLE;x\n0,1;2\n",
        "-----;b\n1;2\n",
        "%;n\n5;1\n",
        "<5;>5\n1;2\n",
    ],
)
def test_a_csv_that_begins_like_something_else_is_a_csv(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    reading = read_general(path)
    assert "wrong_kind" not in {finding.code for finding in reading.findings}
    assert reading.rows_in == len(text.splitlines())


@pytest.mark.parametrize("kind", KINDS)
def test_the_fast_look_never_takes_a_table_of_markup_for_a_csv(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(READ[kind](tmp_path))
    assert (general_kind(path) == "text") or not may_be_plain_text(path)
