"""The body of a text whose records are not all alike: columns filled up, and a finding on each record that was mended.

In: the records of a text, where its table begins, the contract. Out: columns of equal length, findings.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from ingest.read.arrow import Chunk, Column, pa
from ingest.read.form.files.text_start import Start
from ingest.read.form.rows.cell_fit import fit
from ingest.read.text.records import Record
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding, cell_address

SHORT_HEADER = "header_one_short"
"""The finding on a header that lacks a cell its records have."""
_CHUNK = 50_000
_MOST_SUSPECTS = 1_000
_SURE_SHIFT = 2
"""So many cells more suit their columns without the spare one."""


def padded_columns(
    written: Iterable[Record], start: Start, contract: Contract
) -> tuple[list[Column], list[Finding]]:
    """The columns of an irregular body, and a finding on each record that had to be mended."""
    width = len(start.cells)
    needed = max(index for index, cell in enumerate(start.cells) if cell.strip()) + 1
    chunks: list[list[Chunk]] = [[] for _ in range(width)]
    findings: list[Finding] = []
    longer = True
    shifted = _Shifted(start, contract)
    below = islice(enumerate(written, start=1), start.header.index + 1, None)
    while rows := list(islice(below, _CHUNK)):
        for number, record in rows:
            findings += _irregular(number, record, needed)
            shifted.take(number, record, needed)
            longer = longer and (not any(record.cells) or _is_longer(record, width))
        padded = [(*record.cells, *[""] * (width - len(record.cells))) for _, record in rows]
        for column in range(width):
            chunks[column].append(pa.array([cells[column] for cells in padded], pa.string()))
    if longer and chunks[0]:
        params = {"found": width, "expected": width + 1}
        findings.append(Finding(SHORT_HEADER, row=start.header.index + 1, params=params))
    findings = sorted([*findings, *shifted.findings(needed)], key=lambda finding: finding.row or 0)
    return [pa.chunked_array(pieces, pa.string()) for pieces in chunks], findings


def _is_longer(record: Record, width: int) -> bool:
    """Whether a record has one cell more than the header, and an empty one at its end."""
    return len(record.cells) == width + 1 and not record.cells[-1].strip()


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


class _Shifted:
    """The records with a cell too many whose last cells are empty, so that none stands beyond the header: are their
    values one column off from some cell on? Of a text with a delimiter at the end of each line all records are so."""

    def __init__(self, start: Start, contract: Contract) -> None:
        known = {field.name: field for field in contract.fields}
        self._fields = {column: known[name] for name, column in start.header.columns.items() if name in known}
        self._needed = {column for column, field in self._fields.items() if contract.needs(field)}
        self._width = len(start.cells)
        self._suspects: list[tuple[int, tuple[str, ...]]] = []
        self._count = 0
        self._records = 0

    def take(self, number: int, record: Record, needed: int) -> None:
        """Look at one record. `needed`: cells up to the last name."""
        filled = any(map(str.strip, record.cells))
        self._records += filled
        beyond = record.cells[needed:]
        if filled and len(record.cells) > self._width and not any(map(str.strip, beyond)):
            self._count += 1
            if len(self._suspects) < _MOST_SUSPECTS:
                self._suspects.append((number, tuple(record.cells)))

    def findings(self, needed: int) -> list[Finding]:
        """A finding on each record that is one column off, at the cell from which on it is."""
        if 2 * self._count > self._records > 1:
            return []
        found = []
        for number, cells in self._suspects:
            if place := self._spare(cells):
                params = {"found": len(cells), "expected": needed}
                address = cell_address(place, number)
                found.append(Finding("ragged_row", row=number, cell=address, params=params))
        return found

    def _spare(self, cells: tuple[str, ...]) -> int:
        """The 1-based place of the cell without which the others suit their columns; 0 where there is none."""
        as_it_stands = [self._is_misfit(column, cells[column]) for column in range(self._width)]
        without = [self._is_misfit(column, cells[column + 1]) for column in range(self._width)]
        misfits = [sum(as_it_stands[:place]) + sum(without[place:]) for place in range(self._width)]
        least = min(misfits)
        return misfits.index(least) + 1 if sum(as_it_stands) - least >= _SURE_SHIFT else 0

    def _is_misfit(self, column: int, text: str) -> bool:
        field = self._fields.get(column)
        if field is None:
            return False
        return fit(field, text) == "no" if text.strip() else column in self._needed
