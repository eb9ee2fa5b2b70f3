"""The parts of a workbook's package: what they are, how they point at each other, which are changed.

In: an xlsx file, or the bytes of one. Out: its parts by name, its sheets in order, and the bytes of the package with
parts changed or added. Parts nobody changed are copied as they were. Raises UnmarkableError where the package is not
what the standard says, or holds macros.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from urllib.parse import unquote
from zlib import error as ZlibError  # noqa: N812

from expectations.marked.elements import (
    Element,
    UnmarkableError,
    attribute,
    elements,
    inside,
    named,
    spliced,
    utf8,
    whole,
)

_WORKBOOK = "xl/workbook.xml"
_TYPES = "[Content_Types].xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_NO_RELATIONSHIPS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="{_PACKAGE}"></Relationships>'
).encode()
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml."
CONTENT_TYPES = {
    "worksheet": f"{_CONTENT}worksheet+xml",
    "comments": f"{_CONTENT}comments+xml",
    "styles": f"{_CONTENT}styles+xml",
    "vmlDrawing": "application/vnd.openxmlformats-officedocument.vmlDrawing",
}
_LONGEST_NAME = 31
MOST_BYTES = 256 << 20
"""Of a part that is to be changed; others are copied piece by piece, whatever their size."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, the name of its part, and its relationships by kind."""

    name: str
    part: str


class Package:
    """One workbook, opened to be changed."""

    def __init__(self, source: Path | bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source)
        except (zipfile.BadZipFile, OSError) as error:
            raise UnmarkableError("no package") from error
        names = self._archive.namelist()
        if _WORKBOOK not in names or _TYPES not in names or len(set(names)) != len(names):
            raise UnmarkableError("no workbook")
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise UnmarkableError("macros are not given back")
        self._names = set(names)
        self._changed: dict[str, bytes] = {}
        found = elements(self.read(_WORKBOOK))
        if found[0].attributes.get(f"xmlns{':' + found[0].prefix[:-1] if found[0].prefix else ''}") != _MAIN:
            raise UnmarkableError("a workbook of another namespace")
        self.sheets = self._sheets(found)

    def close(self) -> None:
        """Close the file it was opened from."""
        self._archive.close()

    def has(self, part: str) -> bool:
        return part in self._names or part in self._changed

    def read(self, part: str) -> bytes:
        """The bytes of a part as they are now."""
        if part in self._changed:
            return self._changed[part]
        try:
            if self._archive.getinfo(part).file_size > MOST_BYTES:
                raise UnmarkableError(f"a part too large to be changed in memory: {part}")
            return utf8(self._archive.read(part))
        except (KeyError, zipfile.BadZipFile, ZlibError, RuntimeError, NotImplementedError) as error:
            raise UnmarkableError(f"a part that cannot be read: {part}") from error

    def write(self, part: str, content: bytes) -> None:
        """Change a part, or add one."""
        self._changed[part] = content

    def free_name(self, pattern: str) -> str:
        """A name of a part nobody has, from a pattern such as `xl/comments{}.xml`."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def related(self, part: str, kind: str) -> list[tuple[str, str]]:
        """(id, name of the part) of everything of a kind that a part points at inside the package."""
        name = _relationships_of(part)
        if not self.has(name):
            return []
        return [
            (element.attributes.get("Id", ""), _resolved(part, element.attributes.get("Target", "")))
            for element in named(elements(self.read(name)), "Relationship")
            if element.attributes.get("Type", "").rpartition("/")[2] == kind
            and element.attributes.get("TargetMode") != "External"
        ]

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part point at another; the id of that."""
        name = _relationships_of(part)
        xml = self.read(name) if self.has(name) else _NO_RELATIONSHIPS
        found = elements(xml)
        used = {element.attributes.get("Id") for element in found}
        number = len(found)
        while f"rId{number}" in used:
            number += 1
        p = found[0].prefix
        entry = f'<{p}Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="/{target}"/>'
        self.write(name, spliced(xml, [found[0].append(entry.encode())]))
        return f"rId{number}"

    def declare(self, part: str, kind: str) -> None:
        """Say what kind of part a new one is."""
        xml = self.read(_TYPES)
        root = elements(xml)[0]
        p = root.prefix
        entry = f'<{p}Override PartName="/{part}" ContentType="{CONTENT_TYPES[kind]}"/>'
        self.write(_TYPES, spliced(xml, [root.append(entry.encode())]))

    def styles_part(self) -> str | None:
        """The part with the formats."""
        return next((part for _, part in self.related(_WORKBOOK, "styles")), None)

    def add_styles(self) -> str:
        """Make room for formats in a workbook that has none."""
        part = "xl/styles.xml" if not self.has("xl/styles.xml") else self.free_name("xl/styles{}.xml")
        self.relate(_WORKBOOK, "styles", part)
        self.declare(part, "styles")
        return part

    def put_sheet(self, name: str, content: bytes, replaced: Collection[str]) -> None:
        """Put a sheet behind the others, or in the place of one that has one of the names `replaced`."""
        standing = next((sheet for sheet in self.sheets if sheet.name in replaced), None)
        if standing:
            self.write(standing.part, content)
            self.write(_relationships_of(standing.part), _NO_RELATIONSHIPS)
            return
        part = self.free_name("xl/worksheets/findings{}.xml")
        self.write(part, content)
        self.declare(part, "worksheet")
        relationship = self.relate(_WORKBOOK, "worksheet", part)
        xml = self.read(_WORKBOOK)
        found = elements(xml)
        sheets = _only(found, "sheets")
        number = max(
            (whole(element.attributes.get("sheetId")) for element in inside(found, sheets)), default=0
        )
        entry = (
            f'<{sheets.prefix}sheet name="{attribute(self._free_sheet_name(name))}" sheetId="{number + 1}"'
            f' xmlns:r="{_OFFICE}" r:id="{relationship}"/>'
        )
        self.write(_WORKBOOK, spliced(xml, [sheets.append(entry.encode())]))

    def _free_sheet_name(self, name: str) -> str:
        taken = {sheet.name.casefold() for sheet in self._sheets(elements(self.read(_WORKBOOK)))}
        free, number = name, 2
        while free.casefold() in taken:
            free, number = f"{name[: _LONGEST_NAME - 5]} ({number})", number + 1
        return free

    def _sheets(self, found: list[Element]) -> list[Sheet]:
        parts = dict(self.related(_WORKBOOK, "worksheet"))
        sheets = []
        for element in inside(found, _only(found, "sheets")):
            identifier = next((v for k, v in element.attributes.items() if k.rpartition(":")[2] == "id"), "")
            if identifier in parts:
                sheets.append(Sheet(element.attributes.get("name", ""), parts[identifier]))
        return sheets

    def packed(self) -> bytes:
        """The package with its changes; every other part with its bytes, its place and its date."""
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry in self._archive.infolist():
                changed = self._changed.get(entry.filename)
                if changed is None:
                    self._copy(entry, archive)
                else:
                    archive.writestr(entry, changed)
            for part, content in self._changed.items():
                if part not in self._names:
                    entry = zipfile.ZipInfo(part)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(entry, content)
        return buffer.getvalue()

    def _copy(self, entry: zipfile.ZipInfo, archive: zipfile.ZipFile) -> None:
        try:
            with self._archive.open(entry) as part, archive.open(copy(entry), "w") as copied:
                copyfileobj(part, copied)
        except (zipfile.BadZipFile, ZlibError, RuntimeError, NotImplementedError, EOFError) as error:
            raise UnmarkableError(f"a part that cannot be read: {entry.filename}") from error


def _only(found: list[Element], name: str) -> Element:
    element = next(named(found, name), None)
    if element is None:
        raise UnmarkableError(f"a workbook without {name}")
    return element


def _relationships_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _resolved(part: str, target: str) -> str:
    """The name of the part a target stands for, seen from the part that points at it."""
    if target.startswith("/"):
        return unquote(target[1:])
    return unquote(posixpath.normpath(posixpath.join(posixpath.dirname(part), target)))
