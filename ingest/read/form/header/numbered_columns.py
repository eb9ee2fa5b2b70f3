"""Columns known by their numbers on the official form: `А`, `Б`, `1`, `2`, in a row below the header or alone.

In: the first rows of a sheet, the header that was found, and the contract. Out: the header with the columns that only
their numbers name; where no row names columns, the row of numbers as the header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from ingest.read.form.header.header_match import Header, folded
from ingest.read.tables.column_numbering import numbers_columns
from ingest.read.tables.multi_row_header import Cells
from ingest.schema.forms.contract import Contract
from ingest.schema.values.letters import letters_in_cyrillic

_BELOW = 3
"""Rows below a header among which its columns may be numbered: units stand between."""


def with_numbered(rows: Sequence[Cells], header: Header | None, contract: Contract) -> Header | None:
    """The header with columns by their numbers, where the contract gives any."""
    numbered = {name: _folded(number) for name, number in contract.layout.numbered.items()}
    if not numbered:
        return header
    begin = header.index + 1 if header else 0
    below = islice(enumerate(rows), begin, begin + _BELOW if header else None)
    for index, cells in below:
        if not numbers_columns([cell or "" for cell in cells]):
            continue
        places = _places(cells)
        missing = {
            name: places[number]
            for name, number in numbered.items()
            if number in places and not (header and name in header.columns)
        }
        if header is None:
            return _alone(index, cells, missing) if len(missing) >= min(2, len(numbered)) else None
        taken = set(header.columns.values())
        found = {name: column for name, column in missing.items() if column not in taken}
        unknown = {column: text for column, text in header.unknown.items() if column not in found.values()}
        return replace(header, columns=header.columns | found, unknown=unknown)
    return header


def _places(cells: Cells) -> dict[str, int]:
    """Number → its first column: of one merged over several, the first."""
    places: dict[str, int] = {}
    for column, cell in enumerate(cells):
        if cell and cell.strip():
            places.setdefault(_folded(cell), column)
    return places


def _folded(number: str) -> str:
    bare = folded(number).strip("().")
    return letters_in_cyrillic(bare) if len(bare) == 1 else bare


def _alone(index: int, cells: Cells, columns: dict[str, int]) -> Header:
    unknown = {
        column: cell
        for column, cell in enumerate(cells)
        if cell and cell.strip() and column not in columns.values()
    }
    return Header(index=index, columns=columns, duplicates={}, unknown=unknown, cells=cells, levels=(cells,))
