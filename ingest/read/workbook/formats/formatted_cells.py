"""The numbers of a workbook that are shown in a wanted way, whatever kind of workbook it is.

In: a path, or the bytes of a copy of an xlsx, and which formats are wanted. Out: the places of such numbers by sheet,
or that nothing is known of formats.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from ingest.read.files.compound_file import SIGNATURE
from ingest.read.files.container_kind import is_flat
from ingest.read.files.package_parts import PACKAGE_DAMAGE
from ingest.read.workbook.copies.mended_copy import Source
from ingest.read.workbook.formats.binary_formats import formatted_in_xls, formatted_in_xlsb
from ingest.read.workbook.formats.document_formats import formatted_in_document
from ingest.read.workbook.formats.number_formats import Places, Wanted
from ingest.read.workbook.formats.package_formats import formatted_in_package

_LOOKED_AT = 1 << 14
_MOST_READ = 1 << 28


def formatted_cells(source: Source, wanted: Wanted) -> dict[str, Places] | None:
    """Sheet → the places of its numbers shown so; None where the formats of its cells cannot be known."""
    try:
        found = (
            _found(source, wanted) if isinstance(source, Path) else _in_archive(io.BytesIO(source), wanted)
        )
    except PACKAGE_DAMAGE:
        return None
    return None if found is None else {name: places for name, places in found.items() if places}


def _found(path: Path, wanted: Wanted) -> dict[str, Places] | None:
    with path.open("rb") as file:
        begin = file.read(_LOOKED_AT)
    if begin.startswith(SIGNATURE):
        return formatted_in_xls(path.read_bytes(), wanted) if path.stat().st_size <= _MOST_READ else None
    if is_flat(begin):
        return _of_document(path.read_bytes(), b"", wanted)
    if not zipfile.is_zipfile(path):
        return None
    return _in_archive(path, wanted)


def _in_archive(file: Path | io.BytesIO, wanted: Wanted) -> dict[str, Places] | None:
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        if "content.xml" in names:
            styles = archive.read("styles.xml") if "styles.xml" in names else b""
            return _of_document(archive.read("content.xml"), styles, wanted)
        found = formatted_in_xlsb(archive, wanted)
        return formatted_in_package(archive, wanted) if found is None else found


def _of_document(content: bytes, styles: bytes, wanted: Wanted) -> dict[str, Places]:
    """Its cells are walked through only where it holds what such formats are made of."""
    is_there = any(sign in part for sign in wanted.signs for part in (content, styles))
    return formatted_in_document(content, styles, wanted) if is_there else {}
