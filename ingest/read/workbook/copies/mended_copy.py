"""A workbook that is sound, but written in a way the libraries cannot follow → a copy that they can.

In: the path of a workbook that a library failed on, or one whose cells it would leave out. Out: the bytes of a copy
with the same cells, or None where nothing of the kind is to be mended. The file itself is never changed, and the
copy is kept in memory alone.

- xlsx: cells of white space far from all others are left out; errors newer than the library (`#SPILL!`) and in
  another language become texts; a statement of the sheet's extent that is none (`1:126`) is left out; characters
  written by their numbers are written themselves; the book's main part may lie in another folder or have another name.
- xls: the stream with the book may be called in capitals or small letters; an error of a kind the library does not
  know becomes one that no xls holds.
- xlsb: errors become texts too, those a formula gave and those newer than the library; a sheet that does not state its
  extent states one.
- fods: the one XML text becomes the package that an ods is.
- ods: a cell with an error keeps the error as its text, where LibreOffice states an empty text or 0 beside it.
"""

from __future__ import annotations

import contextlib
import errno
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from posixpath import basename, dirname, join
from typing import IO

from ingest.read.cells.no_values import no_value
from ingest.read.files.compound_file import SIGNATURE
from ingest.read.files.container_kind import is_flat
from ingest.read.files.far_cells import blank_strings, is_sparse, may_be_sparse, without_far_blanks
from ingest.read.files.package_parts import main_part
from ingest.read.workbook.binary.errors import errors_as_texts, with_known_errors
from ingest.read.workbook.binary.far_cells import BinaryStrays, strays_of_xls
from ingest.read.workbook.binary.xlsb_records import with_extent
from ingest.read.workbook.copies.escaped_text import with_characters

Source = Path | bytes
"""What a library opens: a file, or the bytes of a mended copy."""

_FORMATS_OF_XLS, _FORMATS_OF_XLSX = frozenset({".xls", ".xla"}), frozenset({".xlsx", ".xlsm", ".xlam"})
_FORMATS = _FORMATS_OF_XLS | _FORMATS_OF_XLSX | {".xlsb", ".ods"}
"""Endings by which the libraries choose how to read."""
_PIECE = 1 << 20
_LOOKED_AT = 1 << 14
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c(?=\s)[^<>]*?\st=)(?:"e"|'e')""")
_EXTENT = re.compile(rb"<(?:\w+:)?dimension\b[^<>]*>(?:\s*</(?:\w+:)?dimension>)?")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")
_TARGET = re.compile(rb'(\sTarget="(?:[^"/]*/)*)[^"/]*')
_CELL_OF_ODS = re.compile(rb"<table:table-cell\b([^<>]*)>(\s*<text:p[^<>]*>([^<]{1,40})</text:p>)")
_SHEET = re.compile(r"worksheets[/\\][^/\\]+\.xml$", re.IGNORECASE)
_BINARY_SHEET = re.compile(r"worksheets[/\\][^/\\]+\.bin$", re.IGNORECASE)
# The stream of an xls, whatever the capitals of its name.
_BOOK_STREAM = re.compile("workbook".encode("utf-16-le"), re.IGNORECASE)
_MOST_COPIED = 1 << 28
_STATED = re.compile(rb'\soffice:(?:string-value|value|value-type|boolean-value|date-value)="[^"]*"')
_ERROR_OF_ODS = re.compile(rb">(?:#|\w{3,6}:)[^<]{1,30}</text:p>")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError)


def as_library_input(source: Source) -> str | io.BytesIO:
    """The source as python-calamine opens it."""
    return io.BytesIO(source) if isinstance(source, bytes) else str(source)


def mended_copy(path: Path) -> bytes | None:
    """The copy of an xlsx or xls; None for any other kind and where nothing is to be mended."""
    if not zipfile.is_zipfile(path):
        content = path.read_bytes() if path.stat().st_size <= _MOST_COPIED else b""
        renamed = _BOOK_STREAM.sub("Workbook".encode("utf-16-le"), content, count=1)
        mended = with_known_errors(renamed) or renamed
        return mended if mended != content else None
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name: name.replace("\\", "/") for name in archive.namelist()}
            book = main_part(archive)
            if book is None:
                return None
            relations = join(dirname(book), "_rels", f"{basename(book)}.rels")
            names |= {book: join(dirname(book), "workbook.xml")}
            names |= (
                {relations: join(dirname(book), "_rels", "workbook.xml.rels")} if relations in names else {}
            )
            return _copied(archive, names, _mended_part)
    except _BROKEN:
        return None
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        return None  # a place before the beginning, where a damaged table of contents points


def library_source(path: Path) -> Source:
    """What to open of a workbook: the file, or a copy where the libraries would leave some of its cells out."""
    with path.open("rb") as file:
        flat = is_flat(file.read(_LOOKED_AT))
    package = _packed(path) if flat else path
    if copy := _whole_copy(package):
        return copy
    if isinstance(package, io.BytesIO):
        return package.getvalue()
    if strays := binary_strays(path):
        return strays.copy
    return path.read_bytes() if _misleads(path) else path


def flat_document(source: Source) -> bytes | None:
    """The XML of a workbook that is one text (fods); None for any other."""
    if isinstance(source, bytes):
        return source if is_flat(source[:_LOOKED_AT]) else None
    with source.open("rb") as file:
        return file.read() if is_flat(file.read(_LOOKED_AT)) and not file.seek(0) else None


def old_binary(source: Source) -> bytes | None:
    """The bytes of an xls; None for any other kind."""
    if isinstance(source, bytes):
        return source if source.startswith(SIGNATURE) else None
    with source.open("rb") as file:
        is_xls = file.read(len(SIGNATURE)) == SIGNATURE
    return source.read_bytes() if is_xls and source.stat().st_size <= _MOST_COPIED else None


def binary_strays(path: Path) -> BinaryStrays | None:
    """The stray cells of an xls; None for any other kind, and where there are none."""
    book = old_binary(path)
    return strays_of_xls(book) if book else None


def _misleads(path: Path) -> bool:
    """Whether the name of a workbook states another format than it has: the libraries believe it."""
    stated = path.suffix.lower()
    if stated not in _FORMATS:
        return False
    if not zipfile.is_zipfile(path):
        return stated not in _FORMATS_OF_XLS
    with contextlib.suppress(*_BROKEN), zipfile.ZipFile(path) as archive:
        book = main_part(archive) or ""
        if not book and "content.xml" in archive.namelist():
            return stated != ".ods"
        return stated != ".xlsb" if book.lower().endswith(".bin") else stated not in _FORMATS_OF_XLSX
    return False


def _whole_copy(package: Path | io.BytesIO) -> bytes | None:
    """The copy of a package with the cells that would be left out; None where there are none, or it is no package."""
    if not zipfile.is_zipfile(package):
        return None
    with contextlib.suppress(*_BROKEN), zipfile.ZipFile(package) as archive:
        for copy_of in (_without_far_blanks, _with_error_texts):
            with contextlib.suppress(*_BROKEN):
                if copy := copy_of(archive):
                    return copy
    return None


def _without_far_blanks(archive: zipfile.ZipFile) -> bytes | None:
    """The copy of an xlsx of which a sheet has blank cells far from all others; None for any other file."""
    sheets = [
        entry.filename
        for entry in archive.infolist()
        if _SHEET.search(entry.filename) and may_be_sparse(archive, entry)
    ]
    sparse = {name: content for name in sheets if is_sparse(content := archive.read(name))}
    blank = blank_strings(archive) if sparse else frozenset()
    cut = {name: without_far_blanks(content, blank) for name, content in sparse.items()}
    if not any(cut.values()):
        return None

    def mended(name: str, part: IO[bytes]) -> Iterator[bytes]:
        yield from _mended_part(name, io.BytesIO(cut.get(name) or part.read()))

    names = archive.namelist()
    return _copied(archive, dict(zip(names, names, strict=True)), mended)


def _packed(path: Path) -> io.BytesIO:
    """An OpenDocument file that is one XML text as the package the libraries know."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", _ODS, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{_MANIFEST}"/>')
        archive.write(path, "content.xml")
    return packed


def _with_error_texts(archive: zipfile.ZipFile) -> bytes | None:
    """The copy of an ods or xlsb in which errors are texts; None for any other kind and for one without errors."""
    names = archive.namelist()
    same = dict(zip(names, names, strict=True))
    if "content.xml" in names:
        is_to_mend = _holds(archive, "content.xml", _ERROR_OF_ODS)
        return _copied(archive, same, _mended_ods) if is_to_mend else None
    sheets = [name for name in names if _BINARY_SHEET.search(name)]
    if any(_mended_sheet(archive.read(name)) for name in sheets):
        return _copied(archive, same, _mended_xlsb)
    return None


def copied(archive: zipfile.ZipFile, parts: Mapping[str, bytes]) -> bytes:
    """A copy of an xlsx, with other contents of some of its parts; mended as any is."""
    names = archive.namelist()

    def mended(name: str, part: IO[bytes]) -> Iterator[bytes]:
        yield from _mended_part(name, io.BytesIO(parts[name]) if name in parts else part)

    return _copied(archive, dict(zip(names, names, strict=True)), mended)


def _copied(
    archive: zipfile.ZipFile, names: dict[str, str], mended: Callable[[str, IO[bytes]], Iterator[bytes]]
) -> bytes:
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for stored, name in names.items():
            with archive.open(stored) as part, target.open(name, "w", force_zip64=True) as written:
                for piece in mended(name, part):
                    written.write(piece)
    return copy.getvalue()


def _mended_part(name: str, part: IO[bytes]) -> Iterator[bytes]:
    is_sheet = name.endswith(".xml") and not name.startswith(("docProps/", "[Content_Types]"))
    for piece in _pieces(part, b"<"):
        if name == "_rels/.rels":
            yield _RELATION.sub(_with_usual_book, piece)
        else:
            yield (
                with_characters(_EXTENT.sub(b"", _ERROR_CELL.sub(rb'\1"str"', piece))) if is_sheet else piece
            )


def _with_usual_book(relation: re.Match[bytes]) -> bytes:
    is_book = b'/officeDocument"' in relation[0]
    return _TARGET.sub(rb"\1workbook.xml", relation[0]) if is_book else relation[0]


def _mended_xlsb(name: str, part: IO[bytes]) -> Iterator[bytes]:
    content = part.read()
    yield (_mended_sheet(content) if _BINARY_SHEET.search(name) else None) or content


def _mended_sheet(part: bytes) -> bytes | None:
    """The part of a sheet as the library can follow it; None where it can as it stands."""
    stated = with_extent(part)
    return errors_as_texts(stated or part) or stated


def _mended_ods(name: str, part: IO[bytes]) -> Iterator[bytes]:
    def mended(found: re.Match[bytes]) -> bytes:
        if no_value(found[3].decode("utf-8", "replace")) != "error":
            return found[0]
        return b'<table:table-cell%s office:value-type="string">%s' % (_STATED.sub(b"", found[1]), found[2])

    for piece in _pieces(part, b"<table:table-cell"):
        yield _CELL_OF_ODS.sub(mended, piece) if name == "content.xml" else piece


def _pieces(part: IO[bytes], beginning: bytes) -> Iterator[bytes]:
    """The part in pieces that are cut where `beginning` stands, so that no tag is cut in two."""
    rest = b""
    while piece := part.read(_PIECE):
        text = rest + piece
        end = max(text.rfind(beginning), 0)
        yield text[:end]
        rest = text[end:]
    yield rest


def _holds(archive: zipfile.ZipFile, name: str, pattern: re.Pattern[bytes]) -> bool:
    with archive.open(name) as part:
        return any(pattern.search(piece) for piece in _pieces(part, b"<table:table-cell"))
