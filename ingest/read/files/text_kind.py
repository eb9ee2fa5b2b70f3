"""What a text is besides a csv: a table of SYLK or DIF, a web page or web archive, JSON, a letter, a page to print;
and, by the look of its lines (`line_kind`), a calendar, a dump of a database, the text of a program …

In: a path and the file's first bytes, of which no signature says what the file is. Out: `text`, `markup` where a table
stands in it that we read, or the finding that names what it is instead. Wide encodings are looked through as well.
"""

from __future__ import annotations

import json
import mmap
import re
import zipfile
from pathlib import Path
from typing import Literal

from ingest.read.files.binary import is_binary
from ingest.read.files.container_kind import is_sylk, wrong_kind
from ingest.read.files.line_kind import line_kind
from ingest.read.text.encodings.unicode_marks import UTF8_MARK, is_wide, marked_encoding, wide_encoding
from ingest.schema.texts.finding import Finding

TextKind = Literal["markup", "text"]

_FIRST, _MOST_DECODED = 1 << 10, 1 << 26
_MARKUP = re.compile(
    rb"<(?:!doctype|html|table|\?xml|meta|head|body|style|div|svg|workbook|ss:workbook)\b", re.IGNORECASE
)
_TABLE = re.compile(rb"<(?:ss:)?table\b", re.IGNORECASE)
_XML_OF_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
_END_OF_BOOK = re.compile(rb"</(?:ss:)?workbook\s*>", re.IGNORECASE)
_SVG = re.compile(rb"<svg\b", re.IGNORECASE)
# `TABLE`, the version and the name of a table: how each file of DIF begins.
_DIF = re.compile(rb'TABLE[ \t]*\r?\n0,[0-9]+[ \t]*\r?\n"')
# Lines `Name: value` as letters and web archives begin with; names that no table is likely to be headed by.
_HEADERS = re.compile(
    rb"(?:(?:From|To|Cc|Date|Subject|Received|Return-Path|Message-ID|Delivered-To|Reply-To|Snapshot-Content-Location"
    rb"|MIME-Version|Content-[A-Za-z-]+|X-[A-Za-z-]+|DKIM-Signature):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){3}",
    re.IGNORECASE,
)
_ARCHIVED = re.compile(rb"^(?:MIME-Version|Content-Type):", re.IGNORECASE | re.MULTILINE)
_RELATED = re.compile(rb"^Content-Type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_JSON = re.compile(rb'\s*(?:\[\s*)*\{\s*(?:"(?:[^"\\]|\\.){0,200}"\s*:|\})|\s*\[\s*[\[\]"\d]')
_PRINTED = re.compile(rb"%!PS-|\x1b%-12345X")
_SEALED = re.compile(rb"-----BEGIN [A-Z0-9 ]{3,40}-----")


_OF_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})


def named_workbook(path: Path) -> tuple[Finding, ...]:
    """What is to be said of a text by its name: a spreadsheet program does not open one that is named as a workbook."""
    ending = path.suffix.casefold()
    return (Finding("text_named_workbook", params={"ending": ending}),) if ending in _OF_WORKBOOKS else ()


def text_kind(path: Path, head: bytes) -> TextKind | Finding:  # noqa: PLR0911 - one answer for each kind
    """The kind of a text. Raises OSError when it cannot be opened."""
    start = plain_start(head)
    if is_table_of_text(start):
        return "markup"
    if _MARKUP.match(start):
        if _holds_table(path):
            return Finding("damaged_file") if _breaks_off(path, start) else "markup"
        return wrong_kind("image" if _SVG.search(start) else "web_page")
    if _HEADERS.match(start) and _ARCHIVED.search(start):
        return wrong_kind("letter")
    for pattern, kind in ((_PRINTED, "document"), (_SEALED, "sealed")):
        if pattern.match(start):
            return wrong_kind(kind)
    if start.startswith(b"%PDF-"):
        return wrong_kind("pdf")
    if start.startswith(b"{\\rtf"):
        return wrong_kind("document")
    is_whole = path.stat().st_size <= len(head)
    if _JSON.match(start) and _is_json(start, is_whole=is_whole):
        return wrong_kind("json")
    if is_binary(head):
        # A package whose list of parts stands at its end lost its beginning.
        return Finding("damaged_file" if zipfile.is_zipfile(path) else "unreadable")
    found = line_kind(start, is_whole=is_whole)
    return wrong_kind(found) if found else "text"


def plain_start(head: bytes) -> bytes:
    """The beginning of a text in UTF-8, whatever Unicode it is in, without marks and white space before it."""
    if is_wide(head):
        marked = marked_encoding(head)
        name, size = marked or (wide_encoding(head) or "utf-16-le", 0)
        head = head[size:].decode(name, "ignore").encode("utf-8", "ignore")
    return head.removeprefix(UTF8_MARK).lstrip()


def is_table_of_text(start: bytes) -> bool:
    """Whether a text begins as a format that is read as a table: SYLK, DIF, a web archive."""
    return is_sylk(start) or is_dif(start) or is_web_archive(start)


def is_dif(start: bytes) -> bool:
    """Whether a text begins as a table of DIF (Data Interchange Format)."""
    return bool(_DIF.match(start))


def is_web_archive(start: bytes) -> bool:
    """Whether a text begins as a page saved with all its parts (mht): a letter that nobody sent."""
    head = start[: 1 << 12]
    is_sent = re.search(rb"^(?:To|Received|Delivered-To|Return-Path):", head, re.IGNORECASE | re.MULTILINE)
    return bool(_RELATED.search(head)) and bool(_ARCHIVED.match(head) or _HEADERS.match(head)) and not is_sent


def _breaks_off(path: Path, start: bytes) -> bool:
    """Whether a workbook in the XML of Excel 2003 ends before its end is said. A web page need not say its own."""
    if _XML_OF_2003 not in start:
        return False
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _FIRST, 0))
        end = file.read().replace(b"\0", b"")
    return not _END_OF_BOOK.search(end)


def _holds_table(path: Path) -> bool:
    """Whether the tag of a table stands anywhere in a file: before it may stand long styles."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if is_wide(content[:_FIRST]):
            return bool(_TABLE.search(plain_start(content[:_MOST_DECODED])))
        return bool(_TABLE.search(content))


def _is_json(start: bytes, *, is_whole: bool) -> bool:
    """Whether a text that begins as JSON goes on so: nothing follows a value on its line."""
    text = start.decode("utf-8", "ignore")
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        # Cut off where we stopped looking; or an object that is written wrongly, which no csv begins with.
        return not is_whole or text.startswith("{") or bool(re.match(r"\[\s*\{", text))
    rest = text[end:].lstrip(" \t")
    return not rest or rest[0] in "\r\n"
