"""The body of a text whose records are not all alike: columns filled up, and a finding on each record that was mended.

In: the records of a text, where its table begins. Out: columns of equal length, findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from ingest.read.arrow import Chunk, Column, pa
from ingest.read.finding_codes import RAGGED
from ingest.read.form.files.text_start import Start
from ingest.read.text.rows.records import Record
from ingest.schema.texts.finding import Finding, cell_address

SHORT_HEADER = "header_one_short"
"""The finding on a header that lacks a cell its records have."""
_CHUNK = 50_000


def padded_columns(written: Iterable[Record], start: Start) -> tuple[list[Column], list[Finding]]:
    """The columns of an irregular body, and a finding on each record that had to be mended."""
    width = len(start.cells)
    needed = max(index for index, cell in enumerate(start.cells) if cell.strip()) + 1
    chunks: list[list[Chunk]] = [[] for _ in range(width)]
    findings: list[Finding] = []
    longer = True
    below = islice(enumerate(written, start=1), start.header.index + 1, None)
    while rows := list(islice(below, _CHUNK)):
        for number, record in rows:
            findings += _irregular(number, record, needed)
            longer = longer and (not any(record.cells) or _is_longer(record, width))
        padded = [(*record.cells, *[""] * (width - len(record.cells))) for _, record in rows]
        for column in range(width):
            chunks[column].append(pa.array([cells[column] for cells in padded], pa.string()))
    if longer and chunks[0]:
        params = {"found": width, "expected": width + 1}
        findings.append(Finding(SHORT_HEADER, row=start.header.index + 1, params=params))
    return [pa.chunked_array(pieces, pa.string()) for pieces in chunks], findings


def _is_longer(record: Record, width: int) -> bool:
    """Whether a record has one cell more than the header, and an empty one at its end."""
    return len(record.cells) == width + 1 and not record.cells[-1].strip()


def _irregular(number: int, record: Record, needed: int) -> list[Finding]:
    findings = []
    filled = len(record.cells)
    while filled and not record.cells[filled - 1].strip():
        filled -= 1
    if record.stray_quote:
        findings.append(Finding("stray_quote", row=number, cell=cell_address(1, number)))
    if filled and (len(record.cells) < needed or filled > needed):
        found = max(filled, min(len(record.cells), needed))
        first_wrong = cell_address(min(found, needed) + 1, number)
        params = {"found": found, "expected": needed}
        findings.append(Finding(RAGGED, row=number, cell=first_wrong, params=params))
    return findings


def told_by_values(said: Sequence[Finding], of_values: Sequence[Finding]) -> list[Finding]:
    """What is said of uneven records, each at the cell from which on its values are off, where they tell."""
    cells = {finding.row: finding.cell for finding in of_values if finding.code == RAGGED}
    return [
        replace(finding, cell=cells.get(finding.row, finding.cell)) if finding.code == RAGGED else finding
        for finding in said
    ]
