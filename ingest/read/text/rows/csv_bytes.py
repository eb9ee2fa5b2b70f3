"""Rows of cells → the bytes of a plain csv.

In: rows of text. Out: UTF-8 without a sign, commas, quotes doubled, lines ended by LF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_NEEDS_QUOTES = re.compile(r'[",\r\n]|^[ \t]|[ \t]$')


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as csv. A row of one empty cell is written as an empty pair of quotes, so that it is not lost."""
    lines = (",".join(map(_quoted, row)) if list(row) != [""] else '""' for row in rows)
    return "".join(line + "\n" for line in lines).encode("utf-8", "replace")


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell
