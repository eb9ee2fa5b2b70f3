"""What any file is, by its content, for reading without a contract.

In: a path. Out: `workbook` (any kind the libraries open), `markup` (a web page or XML table saved as .xls,
a web archive, a table of SYLK or DIF), `text`, or the finding that says why it cannot be read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ingest.read.files.compound_file import SIGNATURE
from ingest.read.files.container_kind import container_kind
from ingest.read.files.text_kind import is_table_of_text, plain_start, text_kind
from ingest.schema.texts.finding import Finding

GeneralKind = Literal["workbook", "markup", "text"]
_LOOKED_AT = 1 << 16
_PACKED = b"PK"
_FIRST_LETTERS = 1 << 10


def may_be_plain_text(path: Path) -> bool:
    """Whether a file, by its first letters, needs none of the libraries for workbooks and markup. A fast look; may say
    no in vain, and yes of what turns out to be neither. Raises OSError when it cannot be opened."""
    with path.open("rb") as file:
        head = file.read(_FIRST_LETTERS)
    start = plain_start(head)
    return not (
        head.startswith((_PACKED, SIGNATURE[:2])) or start.startswith(b"<") or is_table_of_text(start)
    )


def general_kind(path: Path) -> GeneralKind | Finding:
    """The kind of a file. Raises OSError when it cannot be opened."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if not head:
        return Finding("empty_file")
    return container_kind(path, head) or text_kind(path, head)
