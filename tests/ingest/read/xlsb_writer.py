"""Excel's binary open workbooks (xlsb), written record by record: nothing free writes them.

In: a path and sheets of cells. Out: the path written. Layout: MS-XLSB, sections 2.1.4 (records), 2.4.313 (BrtBundleSh),
2.4.661 (BrtFmt), 2.4.722 (BrtMergeCell), 2.4.876 (BrtXF) and those of the cells.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_FIRST_OWN_FORMAT = 164


@dataclass(frozen=True)
class Cell:
    """`value`: a text, a number, a truth, None, or one of ERRORS where `is_error`. `code`: of its number format, empty
    for the usual one. `is_formula`: a formula gave the value; `is_shared`: a text of the list of texts; `is_packed`: a
    number in four bytes. `look`: C coloured, S struck out."""

    value: str | float | bool | None
    code: str = ""
    is_error: bool = False
    is_formula: bool = False
    is_shared: bool = False
    is_packed: bool = False
    look: str = ""


Value = Cell | str | float | bool | None


@dataclass(frozen=True)
class Sheet:
    """`merged`: from 0, top, left, bottom and right; `hidden_rows`, `hidden_columns`: from 0. `states_extent`: as Excel
    does; it need not be stated. `is_chart`: it is a chart, and has no cells."""

    name: str
    rows: Sequence[Sequence[Value]]
    merged: Sequence[tuple[int, int, int, int]] = ()
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    states_extent: bool = True
    commented: frozenset[tuple[int, int]] = frozenset()
    is_chart: bool = False


@dataclass
class _Lists:
    """What cells point at: the codes of formats and the shared texts."""

    codes: list[tuple[str, str]] = field(default_factory=lambda: [("", "")])
    texts: list[str] = field(default_factory=list)

    def style(self, code: str, look: str) -> int:
        if (code, look) not in self.codes:
            self.codes.append((code, look))
        return self.codes.index((code, look))

    def text(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)


def record(kind: int, content: bytes = b"") -> bytes:
    """Kind and length are written seven bits to a byte, the lowest first."""
    begin = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(content)
    while length >= 0x80:
        size += bytes([length & 0x7F | 0x80])
        length >>= 7
    return begin + size + bytes([length]) + content


def wide(text: str) -> bytes:
    """A text that says its length first."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def write_xlsb(path: Path, sheets: Sequence[Sheet], *, since_1904: bool = False) -> Path:
    """Write the sheets, with their styles and shared texts. `since_1904`: days are counted from then on."""
    lists = _Lists()
    parts = {
        f"{_folder(sheet)}/sheet{place}.bin": _sheet(sheet, lists) for place, sheet in enumerate(sheets, 1)
    }
    parts |= {
        f"comments{place}.bin": _comments(sheet.commented)
        for place, sheet in enumerate(sheets, 1)
        if sheet.commented
    }
    parts["styles.bin"] = _styles(lists.codes)
    parts["sharedStrings.bin"] = b"".join(
        [record(159, struct.pack("<II", len(lists.texts), len(lists.texts)))]
        + [record(19, b"\0" + wide(text)) for text in lists.texts]
        + [record(160)]
    )
    bundles = [
        record(
            156,
            struct.pack("<II", 1 if sheet.is_hidden else 0, place) + wide(f"rId{place}") + wide(sheet.name),
        )
        for place, sheet in enumerate(sheets, 1)
    ]
    stated = record(153, struct.pack("<II", 1 if since_1904 else 0, 0) + wide(""))
    parts["workbook.bin"] = b"".join([record(131), stated, record(143), *bundles, record(144), record(132)])
    kinds = {
        f"rId{place}": ("chartsheet" if sheet.is_chart else "worksheet", f"{_folder(sheet)}/sheet{place}.bin")
        for place, sheet in enumerate(sheets, 1)
    }
    kinds |= {"rIdStyles": ("styles", "styles.bin"), "rIdTexts": ("sharedStrings", "sharedStrings.bin")}
    return _packed(path, parts, kinds)


def _folder(sheet: Sheet) -> str:
    return "chartsheets" if sheet.is_chart else "worksheets"


def _packed(path: Path, parts: Mapping[str, bytes], kinds: Mapping[str, tuple[str, str]]) -> Path:
    links = "".join(
        f'<Relationship Id="{name}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in kinds.items()
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name in [name for name in parts if name.startswith("comments")]:
            archive.writestr(
                f"xl/worksheets/_rels/{name.replace('comments', 'sheet')}.rels",
                f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
                f' Type="{_RELATIONS}/comments" Target="../{name}"/></Relationships>',
            )
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types"/>')
        for name, content in parts.items():
            archive.writestr(f"xl/{name}", content)
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        )
    return path


def _comments(places: frozenset[tuple[int, int]]) -> bytes:
    begun = [
        record(635, struct.pack("<IIIII", 0, row, row, column, column) + bytes(16)) + record(636)
        for row, column in sorted(places)
    ]
    authors = record(630) + record(632, wide("Мұғалім")) + record(631)
    return b"".join([record(628), authors, record(633), *begun, record(634), record(629)])


def _styles(codes: Sequence[tuple[str, str]]) -> bytes:
    fonts = [record(43, struct.pack("<HH", 220, 8 if is_struck else 0) + bytes(17)) for is_struck in (0, 1)]
    yellow = struct.pack("<BBhBBBB", 2 << 1 | 1, 0, 0, 255, 255, 0, 255)
    fills = [
        record(45, struct.pack("<I", pattern) + (yellow if pattern == 1 else bytes(8)) + bytes(56))
        for pattern in (0, 17, 1)
    ]
    formats = [
        record(44, struct.pack("<H", _FIRST_OWN_FORMAT + place) + wide(code))
        for place, (code, _) in enumerate(codes)
        if code
    ]
    styles = [
        record(
            47,
            struct.pack(
                "<HHHHHBBHBB",
                *(0, _FIRST_OWN_FORMAT + place if code else 0, "S" in look, 2 if "C" in look else 0),
                *(0, 0, 0, 0, 0, 0),
            ),
        )
        for place, (code, look) in enumerate(codes)
    ]
    return b"".join(
        [
            record(278),
            record(615, struct.pack("<I", len(formats))),
            *formats,
            record(616),
            record(611, struct.pack("<I", len(fonts))),
            *fonts,
            record(612),
            record(603, struct.pack("<I", len(fills))),
            *fills,
            record(604),
            record(617, struct.pack("<I", len(styles))),
            *styles,
            record(618),
            record(279),
        ]
    )


def _sheet(sheet: Sheet, lists: _Lists) -> bytes:
    width = max(map(len, sheet.rows), default=0)
    pieces = [record(129)]
    if sheet.states_extent:
        pieces.append(record(148, struct.pack("<IIII", 0, max(len(sheet.rows) - 1, 0), 0, max(width - 1, 0))))
    if sheet.hidden_columns:
        columns = [
            record(60, struct.pack("<IIIIH", column, column, 0, 0, 1))
            for column in sorted(sheet.hidden_columns)
        ]
        pieces += [record(390), *columns, record(391)]
    pieces.append(record(145))
    for number, cells in enumerate(sheet.rows):
        flags = 0x10 if number in sheet.hidden_rows else 0
        pieces.append(record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, flags, 0, 0)))
        pieces += [_cell(column, cell, lists) for column, cell in enumerate(cells) if cell not in (None, "")]
    pieces.append(record(146))
    if sheet.merged:
        ranges = [
            record(176, struct.pack("<IIII", top, bottom, left, right))
            for top, left, bottom, right in sheet.merged
        ]
        pieces += [record(177, struct.pack("<I", len(ranges))), *ranges, record(178)]
    return b"".join([*pieces, record(130)])


def _cell(column: int, given: Value, lists: _Lists) -> bytes:  # noqa: PLR0911 - one answer for each kind
    cell = given if isinstance(given, Cell) else Cell(given)
    value = cell.value
    place = struct.pack("<II", column, lists.style(cell.code, cell.look))
    behind = struct.pack("<HI", 0, 0) if cell.is_formula else b""
    if value is None:
        return record(1, place)
    if cell.is_error:
        return record(11 if cell.is_formula else 3, place + bytes([ERRORS[str(value)]]) + behind)
    if isinstance(value, bool):
        return record(10 if cell.is_formula else 4, place + bytes([value]) + behind)
    if isinstance(value, str):
        if cell.is_shared:
            return record(7, place + struct.pack("<I", lists.text(value)))
        return record(8 if cell.is_formula else 6, place + wide(value) + behind)
    if cell.is_packed:
        # A whole number, or hundredths of one.
        hundredths = value != int(value)
        number = round(value * 100) if hundredths else int(value)
        return record(2, place + struct.pack("<i", number << 2 | 2 | hundredths))
    return record(9 if cell.is_formula else 5, place + struct.pack("<d", value) + behind)
