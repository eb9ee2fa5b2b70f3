"""Where the table of a text begins: its delimiter and its header.

In: the first characters of a text, the contract. Out: a `Start`, None where no header is found.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ingest.read.form.header.header_match import SEARCHED_ROWS, Header
from ingest.read.form.header.numbered_columns import with_numbered
from ingest.read.form.layouts.alternate_layout import find_any_header
from ingest.read.text.rows.records import Record, records
from ingest.schema.forms.contract import Contract

DELIMITERS = (",", ";", "\t", "|")
HEAD = 1 << 17
"""Bytes among which a header is looked for."""


@dataclass(frozen=True)
class Start:
    """The records down to the header, the last of `above`. `offset`: bytes up to the header's end."""

    delimiter: str
    header: Header
    above: list[list[str]]
    offset: int

    @property
    def cells(self) -> list[str]:
        return [cell or "" for cell in self.header.cells]


def head_of(content: Any, begin: int) -> str:
    """The first characters; a letter cut in two at their end is left out."""
    head: bytes = content[begin : begin + HEAD]
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(head) < HEAD or error.start < len(head) - 4:
            raise
        return head[: error.start].decode("utf-8")


def find_start(head: str, contract: Contract, *, whole: bool) -> Start | None:
    """The delimiter under which a header names most fields, and that header."""
    best: Start | None = None
    for delimiter in sorted(DELIMITERS, key=head.count, reverse=True):
        found = list(_first_records(head, delimiter, whole=whole))
        rows = [record.cells for record in found]
        header = with_numbered(rows, find_any_header(rows, contract), contract)
        if header and (best is None or len(header.columns) > len(best.header.columns)):
            above = [record.cells for record in found[: header.index + 1]]
            offset = len(head[: found[header.index].consumed].encode("utf-8"))
            best = Start(delimiter, header, above, offset)
        if best and 2 * len(best.header.columns) >= len(contract.fields):
            break
    return best


def _first_records(head: str, delimiter: str, *, whole: bool) -> Iterator[Record]:
    """The records a header may be among, without one that the end of the head may have cut off."""
    for record in islice(records(io.StringIO(head, newline=""), delimiter), SEARCHED_ROWS):
        if whole or record.consumed < len(head):
            yield record
