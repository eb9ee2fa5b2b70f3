"""What a file is, by its content alone: its name is not asked.

In: a path. Out: `workbook` (xlsx, xlsb, xls, ods), `markup` (a web page or XML table
saved as .xls), `text`, or the finding that says what it is instead and what to do.
"""

from __future__ import annotations

import mmap
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from ingest.read.files.zip_limits import archive_fault
from ingest.read.text.unicode_marks import UTF8_MARK, is_wide
from ingest.schema.finding import Finding
from ingest.schema.words import Words

Kind = Literal["workbook", "markup", "text"]

_NAMES = Words("file_kind")
_LOOKED_AT = 65_536
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Stream names inside an OLE file are UTF-16.
_ENCRYPTED, _OLD_WORKBOOK = (name.encode("utf-16-le") for name in ("EncryptedPackage", "Workbook"))
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"{\\rtf", "document"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)
# Control characters no table has; a text with them is not a text.
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1a"))


def wrong_kind(kind: str) -> Finding:
    """The finding that names what the file is instead."""
    return Finding("wrong_kind", params={"found": _NAMES.labels(kind)})


def kind_of(path: Path) -> Kind | Finding:
    """The kind of a file. Raises OSError when it cannot be opened: that is our fault, not the submitter's."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if not head:
        return Finding("empty_file")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _of_archive(path)
    if head.startswith(_OLE):
        return _of_compound(path)
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return wrong_kind(kind)
    return _of_text(head)


def _of_archive(path: Path) -> Kind | Finding:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {entry.filename.replace("\\", "/").lower() for entry in archive.infolist()}
            if fault := archive_fault(archive, path.stat().st_size):
                return fault
            if "xl/workbook.xml" not in names:
                return _other_archive(names, archive)
            if any(name.endswith("vbaproject.bin") for name in names):
                return wrong_kind("workbook_with_macros")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError):
        return Finding("damaged_file")
    return "workbook"


def _other_archive(names: set[str], archive: zipfile.ZipFile) -> Kind | Finding:
    if "xl/workbook.bin" in names:
        return "workbook"
    if "mimetype" in names and b"opendocument" in (mimetype := archive.read("mimetype")[:200]):
        return "workbook" if b"spreadsheet" in mimetype else wrong_kind("opendocument")
    if any(name.startswith("word/") for name in names):
        return wrong_kind("document")
    return wrong_kind("archive")


def _of_compound(path: Path) -> Kind | Finding:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(_ENCRYPTED) >= 0:
            return Finding("encrypted_file")
        return "workbook" if content.find(_OLD_WORKBOOK) >= 0 else wrong_kind("document")


def _of_text(head: bytes) -> Kind | Finding:
    if is_wide(head):
        return "text"
    if any(control in head for control in _CONTROLS):
        return Finding("unreadable")
    start = head.removeprefix(UTF8_MARK).lstrip()[:200].lower()
    if not start:
        return "text"
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta")):
        is_table = b"<table" in head.lower() or b"<ss:table" in head.lower()
        return "markup" if is_table else wrong_kind("web_page")
    return "text"
