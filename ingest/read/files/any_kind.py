"""What any file is, by its content, for reading without a contract.

In: a path. Out: `workbook` (any kind the libraries open), `markup` (a web page or XML table saved as .xls),
`text`, or the finding that says why it cannot be read.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Literal

from ingest.read.files.file_kind import kind_of, wrong_kind
from ingest.read.files.zip_limits import archive_fault
from ingest.read.text.unicode_marks import UTF8_MARK, is_wide
from ingest.schema.finding import Finding

GeneralKind = Literal["workbook", "markup", "text"]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOOK_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_MARKUP = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta", b"<head", b"<body", b"<style", b"<div")
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\r\x0b\x0c\x1a\x1c\x1d\x1e\x1f"))
_LOOKED_AT = 1 << 16


def general_kind(path: Path) -> GeneralKind | Finding:  # noqa: PLR0911 - one answer for each kind
    """The kind of a file. Raises OSError when it cannot be opened."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if not head:
        return Finding("empty_file")
    if head.startswith(b"PK"):
        return _of_archive(path)
    if head.startswith(_OLE):
        content = path.read_bytes()
        if _ENCRYPTED in content:
            return Finding("encrypted_file")
        return "workbook" if any(name in content for name in _BOOK_STREAMS) else wrong_kind("document")
    start = head.removeprefix(UTF8_MARK).lstrip()[:200].lower()
    if start.startswith(_MARKUP) and (b"<table" in head.lower() or b"workbook" in head.lower()):
        return "markup"
    if is_wide(head):
        return "text"
    found = kind_of(path)
    if not isinstance(found, Finding):
        return "text"
    if found.code == "wrong_kind":
        return "text" if start.startswith(_MARKUP) else found
    return found if _is_binary(head) else "text"


def _is_binary(head: bytes) -> bool:
    """Whether bytes are no text: control characters beyond a stray few, or zeros."""
    zeros = head.count(0)
    counts = sorted((head.count(control) for control in _CONTROLS), reverse=True)
    # One or two control characters all over a text part its cells and records.
    controls = sum(counts[2:]) if zeros == 0 and sum(counts) < len(head) // 2 else sum(counts)
    return controls > len(head) // 50 or zeros > len(head) // 50


def _of_archive(path: Path) -> GeneralKind | Finding:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {entry.filename.replace("\\", "/").lower() for entry in archive.infolist()}
            if fault := archive_fault(archive, path.stat().st_size):
                return fault
            is_open = "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype")[:200]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError, KeyError):
        return Finding("damaged_file")
    if is_open or names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return "workbook"
    return wrong_kind("document" if any(name.startswith("word/") for name in names) else "archive")
