"""What the cells of a workbook do not tell: macros, hidden rows and columns, formulas nobody computed, merged cells.

In: the path of a workbook. Out: findings, and by sheet the ranges that are merged. Workbooks of Excel's formats
(xlsx, xlsm, xlsb, xls) and of OpenDocument (ods, fods) are looked into. An .xlsb or .xls keeps a value with every
formula, so that none of its formulas is said to lack one.
"""

from __future__ import annotations

import contextlib
import re
import struct
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from ingest.read.column_numbers import column_number
from ingest.read.files.far_cells import MOST_COLUMNS, blank_strings, is_sparse, may_be_sparse, reach_of
from ingest.read.files.package_parts import sheet_parts
from ingest.read.finding_codes import UNCOMPUTED
from ingest.read.row_numbers import Runs
from ingest.read.workbook.beside.document_traces import traces_in_document
from ingest.read.workbook.beside.xls_beside import beside_in_xls
from ingest.read.workbook.beside_cells import NotShown
from ingest.read.workbook.binary.xlsb_records import parts_of_sheets, records_of
from ingest.read.workbook.copies.mended_copy import (
    Source,
    as_library_input,
    binary_strays,
    flat_document,
    old_binary,
)
from ingest.schema.texts.finding import Finding, cell_address
from ingest.schema.values.letters import small_number

# A tag ends before the next one begins, so that no search goes on from each of them to the end of the part.
_ROW_TAG = re.compile(rb"<(?:\w+:)?row\b[^<>]*>")
_COLUMN_TAG = re.compile(rb"<(?:\w+:)?col\b[^<>]*>")
_NUMBER = re.compile(rb'\br="(\d{1,10})"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
# A cell with a formula and no value behind it.
_UNCOMPUTED = re.compile(
    rb'((?><(?:\w+:)?c\b[^<>]*?\br="([A-Z]{1,3}\d{1,7})")[^<>]*+>)\s*<(?:\w+:)?f\b[^<>]*(?:(?<=/)>|>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_MERGED = re.compile(
    rb'<(?:\w+:)?mergeCell\s+ref="\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?"'
)
_UNNUMBERED = re.compile(rb'<(?:\w+:)?c(?=[\s/>])(?![^<>]*\sr=")[^<>]*>')
_MOST_MERGED = 200_000
_ATTRIBUTE = re.compile(r'(?<![\w:])([\w:]+)="([^"]*)"')
_IS_TEXT = re.compile(rb'\bt="str"')
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_PIECE, _LONGEST = 1 << 20, 1 << 23
# Of an .xlsb (MS-XLSB, sections 2.4.743, 2.4.323 and 2.4.722), and where a row says whether it is hidden.
_ROW_OF_XLSB, _COLUMNS_OF_XLSB, _MERGED_OF_XLSB = 0, 60, 176
_FLAGS, _IS_HIDDEN_ROW = 11, 0x10


Range = tuple[int, int, int, int]
"""First row, first column, last row, last column; from 1."""


@dataclass(frozen=True)
class Traces:
    """What was found beside the cells. `merged`: by the name of the sheet, in the order of the file; `uncomputed`: by
    the name of the sheet and the column, from 1, the rows whose formula has no value; `filled`: by the name of the
    sheet the cells with something in them; `unnumbered`: the sheets with cells that do not say where they stand."""

    findings: list[Finding] = field(default_factory=list)
    merged: dict[str, list[Range]] = field(default_factory=dict)
    uncomputed: dict[str, dict[int, array[int]]] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)
    unnumbered: frozenset[str] = frozenset()

    def lacks_places(self, sheet: str, read: int) -> bool:
        """Whether some cells of a sheet may have no place of their own. `read`: cells with something in them that the
        library told of."""
        computed = self.filled.get(sheet, 0) - sum(map(len, self.uncomputed.get(sheet, {}).values()))
        return sheet in self.unnumbered or computed > read


class BrokenPartError(zipfile.BadZipFile):
    """A part of a workbook holds other bytes than were put into it."""


def traces(path: Path, source: Source | None = None) -> Traces:
    """What one workbook of these formats holds beside its cells; nothing for any other file. `source`: what is looked
    at in place of the file. Raises BrokenPartError."""
    findings: list[Finding] = []
    filled: dict[str, int] = {}
    unnumbered: set[str] = set()
    merged: dict[str, list[Range]] = {}
    uncomputed: dict[str, dict[int, array[int]]] = {}
    broken: list[str] = []
    if strays := binary_strays(path):
        findings += [_stray(name, cells) for name, cells in strays.sheets.items()]
    for name, document in _not_shown(source or path).items():
        findings += said_of_hidden(name, document)
        uncomputed |= {name: document.uncomputed} if document.uncomputed else {}
    # A part that only the other library can unpack is none to look into.
    with contextlib.suppress(*_DAMAGED), zipfile.ZipFile(as_library_input(source or path)) as archive:
        if any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
            findings.append(Finding("macros_left_out"))
        for name, stored in _binary_parts(archive):
            binary = _Sheet(name)
            with _looking(broken, stored), contextlib.suppress(IndexError, struct.error):
                binary.look_through_records(archive.read(stored))
            findings += binary.findings()
            merged |= {name: binary.merged} if binary.merged else {}
        for name, stored in sheet_parts(archive):
            found = _Sheet(name)
            with _looking(broken, stored), archive.open(stored) as part:
                found.look_through(part)
            findings += found.findings()
            filled[name] = found.filled
            unnumbered |= {name} if found.is_unnumbered else set()
            with contextlib.suppress(*_DAMAGED, KeyError):
                findings += _strays(archive, name, stored)
            if found.sheet is not None and found.merged:
                merged[found.sheet] = found.merged
            if found.sheet is not None and found.uncomputed:
                uncomputed[found.sheet] = {
                    column_number(letters.encode()): rows for letters, rows in found.uncomputed.items()
                }
    if broken:
        raise BrokenPartError(broken[0])
    return Traces(findings, merged, uncomputed, filled, frozenset(unnumbered))


@contextlib.contextmanager
def _looking(broken: list[str], part: str) -> Iterator[None]:
    """Let nothing of a damaged part through. `broken`: a part is named in it whose bytes are not those that were put
    into it, which the libraries read as far as they need and do not notice."""
    try:
        yield
    except zipfile.BadZipFile as error:
        if str(error).startswith("Bad CRC-32"):
            broken.append(part)
    except _DAMAGED:
        return


def said_of_hidden(sheet: str | None, hidden: NotShown) -> list[Finding]:
    """The findings on what a sheet does not show."""
    own = _Sheet(sheet)
    own.take(hidden)
    return own.findings()


def _not_shown(source: Source) -> dict[str, NotShown]:
    """The sheets of an .xls, .ods or .fods; none for any other workbook, and for a damaged one."""
    if old := old_binary(source):
        return {name: beside.hidden for name, beside in beside_in_xls(old).items()}
    with contextlib.suppress(*_DAMAGED, KeyError, ElementTree.ParseError):
        if flat := flat_document(source):
            return traces_in_document(flat)
        with zipfile.ZipFile(as_library_input(source)) as archive:
            if "content.xml" in archive.namelist():
                return traces_in_document(archive.read("content.xml"))
    return {}


def _binary_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The sheets of an .xlsb and their parts; none for any other package."""
    with contextlib.suppress(*_DAMAGED, IndexError, KeyError, struct.error):
        if parts := parts_of_sheets(archive):
            return parts.sheets
    return []


def _strays(archive: zipfile.ZipFile, sheet: str, stored: str) -> list[Finding]:
    """That a few cells far away from all others of a sheet are not read."""
    if not may_be_sparse(archive, archive.getinfo(stored)) or not is_sparse(content := archive.read(stored)):
        return []
    strays = reach_of(content, blank_strings(archive)).strays
    if not strays:
        return []
    return [_stray(sheet, strays)]


def _stray(sheet: str, strays: Sequence[tuple[int, int]]) -> Finding:
    cells = [cell_address(column, row) for column, row in strays]
    params = {"count": len(cells), "cells": ", ".join(cells)}
    return Finding("stray_cells", sheet, cells[0], strays[0][1], params=params)


class _Sheet:
    """What one sheet's part tells, looked through piece by piece."""

    def __init__(self, sheet: str | None) -> None:
        self.sheet = sheet
        self.rows = Runs()
        self.merged: list[Range] = []
        self.columns: list[str] = []
        # Column → the rows whose formula has no value.
        self.uncomputed: dict[str, array[int]] = {}
        self.filled = 0
        self.is_unnumbered = False

    def look_through(self, part: IO[bytes]) -> None:
        """Take in the part. A row is never cut in two, but for one that is longer than any."""
        rest, is_first = b"", True
        while piece := part.read(_PIECE):
            text = rest + piece
            end = text.rfind(b"<row") if len(text) < _LONGEST else -1
            end = end if end > 0 else len(text) if len(text) >= _LONGEST else 0
            self._take(text[:end], is_first=is_first)
            is_first, rest = is_first and not end, text[end:]
        self._take(rest, is_first=is_first)

    def look_through_records(self, part: bytes) -> None:
        """Take in the part of an .xlsb."""
        for kind, begin, end in records_of(part):
            if kind == _ROW_OF_XLSB and end - begin > _FLAGS and part[begin + _FLAGS] & _IS_HIDDEN_ROW:
                self.rows.add(struct.unpack_from("<I", part, begin)[0] + 1)
            elif kind == _COLUMNS_OF_XLSB:
                least, most, _, _, flags = struct.unpack_from("<IIIIH", part, begin)
                if flags & 1 and least < MOST_COLUMNS:
                    self.columns.append(_letters({"min": str(least + 1), "max": str(most + 1)}))
            elif kind == _MERGED_OF_XLSB and len(self.merged) < _MOST_MERGED:
                top, bottom, left, right = struct.unpack_from("<IIII", part, begin)
                self.merged.append((top + 1, left + 1, bottom + 1, right + 1))

    def take(self, sheet: NotShown) -> None:
        """Take in what is known of a sheet."""
        self.rows = sheet.rows
        self.columns = [_letters({"min": str(least), "max": str(most)}) for least, most in sheet.columns]
        self.uncomputed = {cell_address(place, 1)[:-1]: rows for place, rows in sheet.uncomputed.items()}

    def _take(self, text: bytes, *, is_first: bool) -> None:
        if b"mergeCell" in text and len(self.merged) < _MOST_MERGED:
            self.merged += [_range(*corners) for corners in _MERGED.findall(text)]
        if b"hidden=" in text:
            self._take_hidden(text, is_first=is_first)
        self.filled += text.count(b"</c>") or text.count(b":c>")
        if text.count(b"<c ") != text.count(b'<c r="') or b"<c>" in text or b":c" in text:
            self.is_unnumbered = self.is_unnumbered or bool(_UNNUMBERED.search(text))
        has_formula = b"f" in text and (b"<f" in text or b":f" in text)
        for tag, address in _UNCOMPUTED.findall(text) if has_formula else ():
            if _IS_TEXT.search(tag):
                continue  # computed, as an empty text
            cell = address.decode("ascii")
            column = cell.rstrip("0123456789")
            self.uncomputed.setdefault(column, array("i")).append(int(cell.removeprefix(column)))

    def _take_hidden(self, text: bytes, *, is_first: bool) -> None:
        for tag in _ROW_TAG.findall(text):
            if _HIDDEN.search(tag) and (number := _row(tag)):
                self.rows.add(number)
        head = text[: text.find(b"sheetData")] if is_first else b""
        for tag in filter(_HIDDEN.search, _COLUMN_TAG.findall(head)):
            given = dict(_ATTRIBUTE.findall(tag.decode("utf-8", "replace")))
            if 0 < small_number(given.get("min", ""), 0) <= MOST_COLUMNS:
                self.columns.append(_letters(given))

    def findings(self) -> list[Finding]:
        found = []
        if self.rows.count:
            params = {"rows": str(self.rows)}
            found.append(Finding("hidden_rows_read", self.sheet, row=self.rows.first, params=params))
        if self.columns:
            cell = self.columns[0].split("–")[0] + "1"
            params = {"columns": ", ".join(self.columns)}
            found.append(Finding("hidden_columns_read", self.sheet, cell=cell, row=1, params=params))
        for column, rows in self.uncomputed.items():
            counted = {"count": len(rows)}
            found.append(
                Finding(UNCOMPUTED, self.sheet, cell=f"{column}{rows[0]}", row=rows[0], params=counted)
            )
        return found


def _range(left: bytes, top: bytes, right: bytes, bottom: bytes) -> Range:
    return int(top), column_number(left), int(bottom or top), column_number(right or left)


def _letters(given: dict[str, str]) -> str:
    """The columns `min` to `max` as letters."""
    least = small_number(given["min"], 1)
    places = (least, min(small_number(given.get("max", ""), least), 16_384))
    first, last = (cell_address(place, 1)[:-1] for place in places)
    return first if first == last else f"{first}–{last}"


def _row(tag: bytes) -> int:
    found = _NUMBER.search(tag)
    return int(found[1]) if found else 0
