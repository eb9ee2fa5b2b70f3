"""What any file is, by its content, for reading without a contract.

In: a path. Out: `workbook` (any kind the libraries open), `markup` (a web page or XML table saved as .xls),
`text`, or the finding that says why it cannot be read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ingest.read.files.binary import is_binary
from ingest.read.files.compound_file import SIGNATURE
from ingest.read.files.container_kind import container_kind, is_sylk
from ingest.read.files.file_kind import kind_of
from ingest.read.text.unicode_marks import UTF8_MARK, is_wide
from ingest.schema.finding import Finding

GeneralKind = Literal["workbook", "markup", "text"]
_MARKUP = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta", b"<head", b"<body", b"<style", b"<div")
_LOOKED_AT = 1 << 16
_PACKED = b"PK"
_FIRST_LETTERS = 1 << 10


def may_be_plain_text(path: Path) -> bool:
    """Whether a file, by its first letters, needs none of the libraries for workbooks and markup. A fast look; may say
    no in vain, and yes of what turns out to be neither. Raises OSError when it cannot be opened."""
    with path.open("rb") as file:
        head = file.read(_FIRST_LETTERS)
    start = head.removeprefix(UTF8_MARK).lstrip()
    return not (head.startswith((_PACKED, SIGNATURE[:2])) or start.startswith(b"<") or is_sylk(head))


def general_kind(path: Path) -> GeneralKind | Finding:  # noqa: PLR0911 - one answer for each kind
    """The kind of a file. Raises OSError when it cannot be opened."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if not head:
        return Finding("empty_file")
    if found := container_kind(path, head):
        return found
    if is_sylk(head):
        return "markup"
    start = head.removeprefix(UTF8_MARK).lstrip()[:200].lower()
    if start.startswith(_MARKUP) and (b"<table" in head.lower() or b"workbook" in head.lower()):
        return "markup"
    if is_wide(head):
        return "text"
    other = kind_of(path)
    if not isinstance(other, Finding):
        return "text"
    if other.code == "wrong_kind":
        return "text" if start.startswith(_MARKUP) else other
    return other if is_binary(head) else "text"
