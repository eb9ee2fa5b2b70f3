"""Files that are small for what they want of who reads or judges them, each made when it is asked for.

In: a path. Out: the file written there. None fills the disk: what is large on paper is sparse or packed.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from ingest.schema.forms.load import contract
from tests.ingest.read import bombs
from tests.ingest.read.samples import HEADER, ROW

MIB = 1 << 20
_FORM = contract("attendance")
_LABELS = ";".join(field.labels.ru for field in _FORM.fields) + "\n"
_WIDTH = len(_FORM.fields)
_SHEET = "xl/worksheets/sheet1.xml"


def _newlines(path: Path) -> None:
    """100 MB of line ends under a header."""
    with path.open("wb") as file:
        file.write(bombs.csv(1))
        for _ in range(100):
            file.write(b"\n" * MIB)


def _open_quote(path: Path) -> None:
    """A quote that is never closed, over 800 MB of nothing: sparse."""
    with path.open("wb") as file:
        file.write(bombs.csv(1) + b'"')
        file.truncate(800 * MIB)


def _open_quote_over_text(path: Path) -> None:
    """The same over rows that are rows."""
    path.write_bytes(bombs.csv(1) + b'"' + bombs.csv(300_000))


def _columns(count: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(bombs.csv(0).rstrip() + b",x" * count + b"\n" + b"1," * count + b"1\n")

    return write


def _columns_of_a_sheet(path: Path) -> None:
    """A sheet that uses each of the 16,384 columns, in fifty rows."""
    cells = "".join(f'<c r="{_letters(at)}{{0}}"><v>1</v></c>' for at in range(1, 16_385))
    rows = (f'<row r="{row}">{cells.replace("{0}", str(row))}</row>'.encode() for row in range(1, 51))
    path.write_bytes(bombs.with_parts({_SHEET: bombs.sheet(*rows)}))


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def _crc_of_blanks(gibibytes: int) -> int:
    """Without going through them: what one piece makes of a sum is known by what it makes of each of its bits, and so
    is what two, four, eight pieces make of it."""
    piece, crc, pieces = b" " * MIB, 0, 1024 * gibibytes
    of_nothing = zlib.crc32(piece)
    of_bits = [zlib.crc32(piece, 1 << bit) ^ of_nothing for bit in range(32)]

    def behind(crc: int) -> int:
        made = of_nothing
        for bit in range(32):
            made ^= of_bits[bit] if crc >> bit & 1 else 0
        return made

    while pieces:
        crc = behind(crc) if pieces & 1 else crc
        doubled = behind(of_nothing)
        of_bits = [behind(behind(1 << bit)) ^ doubled for bit in range(32)]
        of_nothing, pieces = doubled, pieces >> 1
    return crc


def packed_zeros(path: Path, gibibytes: int, *, stated: int | None = None) -> None:
    """A workbook whose sheet unpacks to so much: one packed piece said again and again. `stated`: what its directory
    says of the size instead."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    squeeze.compress(b"")
    piece = squeeze.compress(b" " * MIB) + squeeze.flush(zlib.Z_FULL_FLUSH)
    body = piece * (1024 * gibibytes) + b"\x03\x00"
    crc = _crc_of_blanks(gibibytes)
    size = (1 << 30) * gibibytes if stated is None else stated
    files = [
        ("[Content_Types].xml", b"<Types/>", None),
        ("xl/workbook.xml", b"<workbook/>", None),
        (_SHEET, body, (crc, min(size, 0xFFFFFFFE))),
    ]
    with path.open("wb") as file:
        entries = [_local(file, name, content, packed) for name, content, packed in files]
        begin = file.tell()
        for entry in entries:
            file.write(entry)
        length = file.tell() - begin
        file.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(entries), len(entries), length, begin, 0))


def _local(file: object, name: str, content: bytes, packed: tuple[int, int] | None) -> bytes:
    """Write one part; what the directory says of it."""
    crc, size = packed or (zlib.crc32(content), len(content))
    facts = struct.pack("<HHHHH3L2H", 45, 0, 8 if packed else 0, 0, 0, crc, len(content), size, len(name), 0)
    begin = file.tell()  # type: ignore[attr-defined]
    file.write(b"PK\3\4" + facts + name.encode() + content)  # type: ignore[attr-defined]
    return b"PK\1\2" + struct.pack("<H", 45) + facts + struct.pack("<3H2L", 0, 0, 0, 0, begin) + name.encode()


def _begun_formulas(path: Path) -> None:
    """28 kB of formulas begun and never ended."""
    path.write_bytes(bombs.with_parts({_SHEET: bombs.sheet(b"<f " * 9_500)}))


def _begun_formulas_of_one_cell(path: Path) -> None:
    path.write_bytes(bombs.with_parts({_SHEET: bombs.sheet(b'<row r="1"><c r="A1">' + b"<f <f" * 6_000)}))


def _wrong_cells(path: Path) -> None:
    """3.8 MB that are wrong in every cell."""
    line = ";".join(["чушь"] * _WIDTH) + "\n"
    path.write_text(_LABELS + line * (3_800_000 // len(line.encode())), encoding="utf-8")


def _a_million_findings(path: Path) -> None:
    """A million cells wrong, no two alike."""
    with path.open("w", encoding="utf-8") as file:
        file.write(_LABELS)
        for row in range(1_000_000 // _WIDTH):
            file.write(";".join(f"ж{row * _WIDTH + at}" for at in range(_WIDTH)) + "\n")


def _numbers_of_a_million(path: Path) -> None:
    """Identifiers, all wrong and all different, among values that are right."""
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(HEADER) + "\n")
        for row in range(120_000):
            own = [*ROW]
            own[HEADER.index("iin")] = f"{row:012}"
            file.write(",".join(own) + "\n")


def _huge_cell(path: Path) -> None:
    """One cell of 20 MB."""
    head, row = ",".join(HEADER), [*ROW]
    row[HEADER.index("letter")] = "а" * (10 * MIB)
    path.write_text(f"{head}\n{','.join(row)}\n{','.join(ROW)}\n", encoding="utf-8")


def _huge_cell_of_a_sheet(path: Path) -> None:
    cell = [b'<row r="2"><c r="A2" t="inlineStr"><is><t>', *[b"a" * MIB] * 200, b"</t></is></c></row>"]
    path.write_bytes(bombs.with_parts({_SHEET: bombs.sheet(bombs._header_cells(), *cell)}))


def _deep(path: Path) -> None:
    """Elements in elements, two million deep."""
    path.write_bytes(bombs.with_parts({_SHEET: bombs.sheet(*[b"<a>" * 100_000] * 20)}))


def _rows_of_a_sheet(rows: Iterable[int], text: bytes = b"x") -> Iterator[bytes]:
    for row in rows:
        cells = b"".join(
            b'<c r="%c%d" t="inlineStr"><is><t>%b%d</t></is></c>' % (65 + at, row, text, row * 16 + at)
            for at in range(len(HEADER))
        )
        yield b'<row r="%d">%b</row>' % (row, cells)


def _sheets(path: Path) -> None:
    """1,900 sheets, each a table of the form that is wrong everywhere."""
    rows = b"".join(_rows_of_a_sheet(range(2, 40)))
    sheet = b"".join(bombs.sheet(bombs._header_cells(), rows))
    numbers = range(2, 1_900)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    book = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in (1, *numbers))
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{office}/worksheet" Target="/xl/worksheets/sheet{n}.xml"/>'
        for n in (1, *numbers)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts: dict[str, Iterable[bytes]] = {
        "xl/workbook.xml": [
            f'<workbook xmlns="{bombs.SPACE}" xmlns:r="{office}"><sheets>{book}</sheets></workbook>'.encode()
        ],
        "xl/_rels/workbook.xml.rels": [f'<Relationships xmlns="{package}">{links}</Relationships>'.encode()],
    }
    parts |= {f"xl/worksheets/sheet{n}.xml": [sheet] for n in (1, *numbers)}
    path.write_bytes(bombs.with_parts(parts))


def _merged(path: Path) -> None:
    """Two hundred thousand merged cells, each over the whole of the table."""
    cells = b'<mergeCell ref="A1:J1048576"/>' * 10_000
    sheet = [
        f'<worksheet xmlns="{bombs.SPACE}"><sheetData>'.encode(),
        bombs._header_cells(),
        b"".join(_rows_of_a_sheet(range(2, 500))),
        b"</sheetData><mergeCells>",
        *[cells] * 20,
        b"</mergeCells></worksheet>",
    ]
    path.write_bytes(bombs.with_parts({_SHEET: sheet}))


def _merged_apart(path: Path) -> None:
    """As many merged cells, each of two rows of its own."""
    ranges = b"".join(b'<mergeCell ref="A%d:A%d"/>' % (row, row + 1) for row in range(2, 400_000, 2))
    sheet = [
        f'<worksheet xmlns="{bombs.SPACE}"><sheetData>'.encode(),
        bombs._header_cells(),
        *_rows_of_a_sheet(range(2, 500)),
        b"</sheetData><mergeCells>",
        ranges,
        b"</mergeCells></worksheet>",
    ]
    path.write_bytes(bombs.with_parts({_SHEET: sheet}))


def _styles(path: Path) -> None:
    path.write_bytes(bombs.with_parts({"xl/styles.xml": bombs._many_styles(1_000_000)}))


def _shared_strings(path: Path) -> None:
    """Two million texts, none used."""
    pieces = (
        b"".join(b"<si><t>t%d</t></si>" % number for number in range(at, at + 20_000))
        for at in range(0, 2_000_000, 20_000)
    )
    head = f'<sst xmlns="{bombs.SPACE}">'.encode()
    path.write_bytes(bombs.with_parts({"xl/sharedStrings.xml": [head, *pieces, b"</sst>"]}))


def _shared_string_used_much(path: Path) -> None:
    """A text of 30 kB in each of a hundred thousand cells."""
    strings = [f'<sst xmlns="{bombs.SPACE}"><si><t>'.encode(), b"a" * 30_000, b"</t></si></sst>"]
    rows = [b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(2, 100_000)]
    sheet = bombs.sheet(bombs._header_cells(), *rows)
    path.write_bytes(bombs.with_parts({"xl/sharedStrings.xml": strings, _SHEET: sheet}))


def _wrong_workbook(path: Path) -> None:
    """A workbook that is wrong in every cell, no two alike."""
    rows = _rows_of_a_sheet(range(2, 60_000))
    path.write_bytes(bombs.with_parts({_SHEET: bombs.sheet(bombs._header_cells(), *rows)}))


HOSTILE: dict[str, Callable[[Path], None]] = {
    "100 MB of line ends": _newlines,
    "open quote over 800 MB": _open_quote,
    "open quote over text": _open_quote_over_text,
    "16,384 columns": _columns(16_384),
    "a million columns": _columns(1_000_000),
    "16,384 columns of a sheet": _columns_of_a_sheet,
    "4 GB packed": lambda path: packed_zeros(path, 4),
    "4 GB packed, 1 MB stated": lambda path: packed_zeros(path, 4, stated=MIB),
    "formulas begun": _begun_formulas,
    "formulas begun in a cell": _begun_formulas_of_one_cell,
    "3.8 MB of wrong cells": _wrong_cells,
    "a million different findings": _a_million_findings,
    "different wrong numbers": _numbers_of_a_million,
    "one cell of 20 MB": _huge_cell,
    "one cell of a sheet": _huge_cell_of_a_sheet,
    "deep markup": _deep,
    "1,900 sheets": _sheets,
    "merged over everything": _merged,
    "merged two by two": _merged_apart,
    "a million styles": _styles,
    "two million shared texts": _shared_strings,
    "one text in 100,000 cells": _shared_string_used_much,
    "a workbook of wrong cells": _wrong_workbook,
}
"""Name → what writes it."""
