"""What a file is, by its content alone: its name is not asked.

In: a path. Out: `workbook` (xlsx, xlsb, xls, ods, fods), `markup` (a web page or XML table saved as .xls, a web
archive, a table of SYLK or DIF), `text`, or the finding that says what it is instead and what to do.
"""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path
from typing import Literal

from ingest.read.files.container_kind import container_kind, wrong_kind
from ingest.read.files.text_kind import text_kind
from ingest.schema.texts.finding import Finding

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
    return found or text_kind(path, head)


def _has_macros(path: Path) -> bool:
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
        return any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())
    return False
