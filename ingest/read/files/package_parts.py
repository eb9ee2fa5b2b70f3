"""The parts of a workbook in Excel's open format, by the package's own statements: they may lie in any folder.

In: an opened zip archive. Out: the names of parts as the archive stores them. The archive is not believed: what is
no part of it is left out, and nothing large is read.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from html import unescape
from posixpath import basename, dirname, join, normpath
from xml.etree import ElementTree

PACKAGE_DAMAGE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ElementTree.ParseError,
)
"""What reading a damaged package raises. Whoever looks beside the cells finds nothing there then: damage is for the
reader of the whole workbook to say."""
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^<>]*>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^<>]*>")
_ATTRIBUTE = re.compile(r"""(?<![\w:])([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_USUAL = ("xl/workbook.xml", "xl/workbook.bin")
# Lists of parts are small; larger ones are no report's.
_MOST_READ = 16 << 20


def main_part(archive: zipfile.ZipFile) -> str | None:
    """The part that lists the sheets; None where the archive states none."""
    stored = _stored(archive)
    for name in _USUAL:
        if name in stored:
            return stored[name]
    for given in _relations(archive, "_rels/.rels"):
        if given.get("Type", "").endswith("/officeDocument"):
            part = stored.get(_target("", given.get("Target", "")).lower())
            if part and _is_book(archive, part):
                return part
    return None


def sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Each sheet's name and the part it is stored in."""
    book = main_part(archive)
    if book is None or not book.lower().endswith(".xml"):
        return []
    plain = book.replace("\\", "/")
    relations = join(dirname(plain), "_rels", f"{basename(plain)}.rels")
    targets = {given.get("Id", ""): given.get("Target", "") for given in _relations(archive, relations)}
    stored = _stored(archive)
    found = []
    for tag in _SHEET.findall(_text(archive, book)):
        given = _attributes(tag)
        link = next((value for name, value in given.items() if name.rpartition(":")[2] == "id"), "")
        part = stored.get(_target(dirname(plain), targets.get(link, "")).lower())
        if part:
            found.append((given.get("name", ""), part))
    return found


def relations_of(archive: zipfile.ZipFile, part: str) -> list[tuple[str, str]]:
    """What a part refers to inside the archive: the kind of each, and the stored name of the part meant."""
    return list(relations_by_id(archive, part).values())


def relations_by_id(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """The same, by what the part calls each of them."""
    plain, stored = part.replace("\\", "/"), _stored(archive)
    relations = join(dirname(plain), "_rels", f"{basename(plain)}.rels")
    meant = {
        given.get("Id", str(place)): (
            given.get("Type", ""),
            stored.get(_target(dirname(plain), given.get("Target", "")).lower()),
        )
        for place, given in enumerate(_relations(archive, relations))
    }
    return {name: (kind, target) for name, (kind, target) in meant.items() if target}


def plain_name(stored: str) -> str:
    """The name of a part to compare with: small letters, and the separator of packages."""
    return stored.replace("\\", "/").lower()


def _stored(archive: zipfile.ZipFile) -> dict[str, str]:
    return {plain_name(name): name for name in archive.namelist()}


def _is_book(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether the part is a book of Excel's: a text document has a main part too."""
    return part.lower().endswith(".bin") or (
        "<" in (text := _text(archive, part)) and bool(_SHEET.search(text))
    )


def _relations(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    stored = _stored(archive).get(name.lower())
    return [_attributes(tag) for tag in _RELATION.findall(_text(archive, stored))] if stored else []


def _text(archive: zipfile.ZipFile, part: str) -> str:
    entry = archive.getinfo(part)
    return archive.read(entry).decode("utf-8", "replace") if entry.file_size <= _MOST_READ else ""


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(first or second) for name, first, second in _ATTRIBUTE.findall(tag)}


def _target(folder: str, target: str) -> str:
    """The part a target means: said from the root or from the folder of the part that names it."""
    return normpath(target.lstrip("/") if target.startswith("/") else join(folder, target))
