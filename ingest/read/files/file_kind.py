"""What a file is, by its content alone: its name is not asked.

In: a path. Out: `workbook` (xlsx, xlsb, xls, ods, fods), `markup` (a web page or XML table
saved as .xls, a table of SYLK), `text`, or the finding that says what it is instead and what to do.
"""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path
from typing import Literal

from ingest.read.files.binary import is_binary
from ingest.read.files.container_kind import container_kind, is_sylk, wrong_kind
from ingest.read.text.unicode_marks import UTF8_MARK, is_wide
from ingest.schema.finding import Finding

Kind = Literal["workbook", "markup", "text"]

_LOOKED_AT = 65_536


def kind_of(path: Path) -> Kind | Finding:
    """The kind of a file. Raises OSError when it cannot be opened: that is our fault, not the submitter's."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if not head:
        return Finding("empty_file")
    found = container_kind(path, head)
    if found == "workbook" and _has_macros(path):
        return wrong_kind("workbook_with_macros")
    return found or _of_text(head)


def _has_macros(path: Path) -> bool:
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
        return any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())
    return False


def _of_text(head: bytes) -> Kind | Finding:
    if is_wide(head):
        return "text"
    if is_sylk(head):
        return "markup"
    if is_binary(head):
        return Finding("unreadable")
    start = head.removeprefix(UTF8_MARK).lstrip()[:200].lower()
    if not start:
        return "text"
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta")):
        is_table = b"<table" in head.lower() or b"<ss:table" in head.lower()
        return "markup" if is_table else wrong_kind("web_page")
    return "text"
