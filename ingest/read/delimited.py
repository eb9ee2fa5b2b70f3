"""A csv in UTF-8, separated by `,` or `;`, with or without a byte order mark → the form's table.

In: the path of a file known to be text, the contract. Out: a `Reading`. The fast way is taken where the bytes
below the header are proved regular (`regular`), the careful one elsewhere. A row's number is that of its
record, the first of the file being 1.
"""

from __future__ import annotations

import io
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ingest.read.archive import MOST_COLUMNS
from ingest.read.arrow import Chunk, Column, pa
from ingest.read.body import Body, cut
from ingest.read.header import SEARCHED_ROWS, Header, find_header
from ingest.read.reading import Reading, rows_above, unreadable
from ingest.read.records import Record, records
from ingest.read.regular import regular_columns
from ingest.read.structure import no_header, structure_findings
from ingest.schema.contract import Contract
from ingest.schema.finding import Finding, cell_address

_DELIMITERS = (",", ";")
_NO_CONTENT = str.maketrans("", "", "".join(_DELIMITERS))
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_HEAD = 1 << 17
_CHUNK = 50_000


@dataclass(frozen=True)
class _Start:
    """The records down to the header, the last of `above`. `offset`: bytes up to the header's end."""

    delimiter: str
    header: Header
    above: list[list[str]]
    offset: int

    @property
    def cells(self) -> list[str]:
        return self.above[-1]


def read_delimited(path: Path, contract: Contract) -> Reading:
    """The form's table in a csv. Raises UnicodeDecodeError when it is not UTF-8."""
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if content.find(b"\0") >= 0:
        return unreadable(Finding("unreadable"))
    begin = len(_BYTE_ORDER_MARK) if content[:3] == _BYTE_ORDER_MARK else 0
    start = _start(_head(content, begin), contract, whole=len(content) <= begin + _HEAD)
    if start is None:
        return _without_header(path, contract)
    if len(start.cells) > MOST_COLUMNS:
        return unreadable(Finding("too_many_columns", params={"most": MOST_COLUMNS}))
    body = pa.py_buffer(content).slice(begin + start.offset)
    columns = regular_columns(body, len(start.cells), start.delimiter)
    careful: list[Finding] = []
    if columns is None:
        columns, careful = _careful_columns(path, start)
    return _reading(start, columns, careful, contract)


def _head(content: mmap.mmap, begin: int) -> str:
    """The first characters; a letter cut in two at their end is left out."""
    head = content[begin : begin + _HEAD]
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(head) < _HEAD or error.start < len(head) - 4:
            raise
        return head[: error.start].decode("utf-8")


def _start(head: str, contract: Contract, *, whole: bool) -> _Start | None:
    """The delimiter under which a header names most fields, and that header."""
    best: _Start | None = None
    for delimiter in sorted(_DELIMITERS, key=head.count, reverse=True):
        found = list(_first_records(head, delimiter, whole=whole))
        header = find_header((record.cells for record in found), contract)
        if header and (best is None or len(header.columns) > len(best.header.columns)):
            above = [record.cells for record in found[: header.index + 1]]
            offset = len(head[: found[header.index].consumed].encode("utf-8"))
            best = _Start(delimiter, header, above, offset)
        if best and 2 * len(best.header.columns) >= len(contract.fields):
            break
    return best


def _first_records(head: str, delimiter: str, *, whole: bool) -> Iterator[Record]:
    """The records a header may be among, without one that the end of the head may have cut off."""
    for record in islice(records(io.StringIO(head, newline=""), delimiter), SEARCHED_ROWS):
        if whole or record.consumed < len(head):
            yield record


def _reading(start: _Start, columns: list[Column], careful: list[Finding], contract: Contract) -> Reading:
    body = Body(None, start.header, start.header.index + 1, start.cells, columns)
    table, aside, notes = cut(body, contract)
    if careful:
        rows = set(table.text.column("_row").to_pylist())
        careful = [finding for finding in careful if finding.row in rows]
    findings = structure_findings(body, contract) + notes + careful
    if not table.text.num_rows:
        findings.append(Finding("no_data_rows"))
    not_data = aside + rows_above(start.above)
    return Reading((table,), tuple(findings), table.text.num_rows + not_data, not_data)


def _records(path: Path, delimiter: str) -> Iterator[Record]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from records(lines, delimiter)


def _careful_columns(path: Path, start: _Start) -> tuple[list[Column], list[Finding]]:
    """The columns of an irregular body, and a finding on each record that had to be mended."""
    width = len(start.cells)
    needed = max(index for index, cell in enumerate(start.cells) if cell.strip()) + 1
    chunks: list[list[Chunk]] = [[] for _ in range(width)]
    findings: list[Finding] = []
    below = islice(enumerate(_records(path, start.delimiter), start=1), start.header.index + 1, None)
    while rows := list(islice(below, _CHUNK)):
        for number, record in rows:
            findings += _irregular(number, record, needed)
        padded = [(*record.cells, *[""] * (width - len(record.cells))) for _, record in rows]
        for column in range(width):
            chunks[column].append(pa.array([cells[column] for cells in padded], pa.string()))
    return [pa.chunked_array(pieces, pa.string()) for pieces in chunks], findings


def _irregular(number: int, record: Record, needed: int) -> list[Finding]:
    findings = []
    filled = max((place + 1 for place, cell in enumerate(record.cells) if cell.strip()), default=0)
    if record.stray_quote:
        findings.append(Finding("stray_quote", row=number, cell=cell_address(1, number)))
    if filled and (len(record.cells) < needed or filled > needed):
        found = max(filled, min(len(record.cells), needed))
        first_wrong = cell_address(min(found, needed) + 1, number)
        params = {"found": found, "expected": needed}
        findings.append(Finding("ragged_row", row=number, cell=first_wrong, params=params))
    return findings


def _without_header(path: Path, contract: Contract) -> Reading:
    filled = [
        number
        for number, record in enumerate(_records(path, _DELIMITERS[0]))
        if "".join(record.cells).translate(_NO_CONTENT).strip()
    ]
    if not filled:
        return unreadable(Finding("empty_file"))
    span = filled[-1] - filled[0] + 1
    return Reading(findings=(no_header(contract),), rows_in=span, rows_not_data=span)
