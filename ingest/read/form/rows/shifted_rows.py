"""Rows whose values stand a column or two beside their own: a cell was put in or taken out, and the rest slipped.

In: the columns below a header, what the form says of them, and the rows with content. Out: one finding for each such
row, at the cell from which on its values are off; what else is wrong in the row follows from that. A row is said to be
shifted where clearly more of its cells suit their columns once it is put back. A look at whole columns leaves the few
rows that are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

import numpy as np

from ingest.read.arrow import Column, Mask, pa, pc
from ingest.read.cells.columns.column_text import blank
from ingest.read.cells.columns.repeated_texts import each_once
from ingest.read.finding_codes import RAGGED
from ingest.read.form.header.body import Body
from ingest.read.form.rows.cell_fit import fit
from ingest.read.form.rows.suspect_rows import is_telling, mark_empty, mark_no_values, rows_of
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.texts.finding import Finding, cell_address

_STEPS = (1, -1, 2, -2)
"""Columns to the right (+) or left (−) by which values slip, the likeliest first."""
_SURE = 2
"""So many cells more suit their columns once a row is put back."""
_SAMPLED, _FEW = 2_500, 500
"""Cells looked at, and how many different texts a column of codes has among them at most."""
_MOST_SUSPECTS = 1_000

Fields = Mapping[int, FormField]


def shifted_rows(body: Body, fields: Fields, contract: Contract, keep: Mask) -> list[Finding]:
    """A finding on each row of `keep` that is off. Where most rows are, their header is: then nothing is said."""
    words = body.header.layout.words if body.header.layout else {}
    fields = {column: field for column, field in fields.items() if field.name not in words}
    if len(fields) <= _SURE:
        return []
    width = max(body.header.columns.values()) + 1
    needed = {column for column, field in fields.items() if contract.needs(field)}
    suits = _Suits(fields, needed, contract, width)
    suspects = np.flatnonzero(_suspects(body.columns, fields, needed, width) & keep)
    places = suspects[:_MOST_SUSPECTS]
    found = []
    for place, cells in zip(places.tolist(), rows_of(body.columns, places), strict=True):
        if (column := suits.first_off(cells)) is not None:
            last = max(at for at, cell in enumerate(cells) if cell.strip()) + 1
            found.append((place + body.header_row + 1, column, last))
    if 2 * len(found) * len(suspects) > keep.sum() * len(places) and keep.sum() > 1:
        return []
    return [
        Finding(
            RAGGED,
            body.sheet,
            cell_address(column + body.first_column, row),
            row,
            params={"found": last, "expected": width},
        )
        for row, column, last in found
    ]


class _Suits:
    """Says from which cell on a row is off. `width`: columns up to the last that the header names."""

    def __init__(self, fields: Fields, needed: set[int], contract: Contract, width: int) -> None:
        self._fields, self._needed, self._width = fields, needed, width
        self._missing = contract.missing_words
        self._fit = lru_cache(maxsize=1 << 14)(lambda column, text: fit(self._fields[column], text))

    def first_off(self, cells: Sequence[str]) -> int | None:
        """The place of the first cell that is off; None where none clearly is."""
        stands = [self._is_misfit(column, self._at(cells, column)) for column in range(self._width)]
        beyond = bool(self._at(cells, self._width))
        if sum(stands) + beyond < _SURE:
            return None
        before = [0, *accumulate(stands)]
        best, place = sum(stands) + beyond, None
        for step in _STEPS:
            misfits = self._put_back(cells, step, before)
            if (least := min(misfits)) < best:
                # Of places that explain as much the last: from there on least is moved.
                best, place = least, self._width - 1 - misfits[::-1].index(least)
        gained = sum(stands) + beyond - best
        return place if gained >= _SURE and best <= gained else None

    def _put_back(self, cells: Sequence[str], step: int, before: Sequence[int]) -> list[int]:
        """For each place the cells that suit nothing, were those from there on put back by so many columns. What was
        taken out is missing in any case; a value that would have no column any more suits nothing."""
        moved = [self._is_misfit(column, self._at(cells, column + step)) for column in range(self._width)]
        behind = [*accumulate(reversed(moved), initial=0)][::-1]
        gap = max(-step, 0)
        without = sum(
            bool(self._at(cells, column + step)) for column in range(self._width, self._width + 1 + gap)
        )
        return [
            before[place] + behind[min(place + gap, self._width)] + without for place in range(self._width)
        ]

    @staticmethod
    def _at(cells: Sequence[str], column: int) -> str:
        return cells[column].strip() if 0 <= column < len(cells) else ""

    def _is_misfit(self, column: int, text: str) -> bool:
        if column not in self._fields:
            return False
        if text in self._missing:
            return column in self._needed
        return self._fit(column, text) == "no"


def _suspects(columns: Sequence[Column], fields: Fields, needed: set[int], width: int) -> Mask:
    """The rows worth a look: without a value that all need, with one beyond the header, or with one that cannot be
    of its column. Every shift goes on to the end of a row, so that the last columns of each kind tell enough."""
    odd = np.zeros(len(columns[0]) if columns else 0, dtype=bool)
    for column in sorted(needed)[-2:]:
        mark_empty(columns[column], odd)
    if width < len(columns):
        beyond = ~blank(columns[width]).to_numpy(zero_copy_only=False)
        odd |= beyond if 2 * beyond.sum() <= len(beyond) or len(beyond) == 1 else False
    for column in _last_between(fields, needed, is_telling):
        mark_no_values(columns[column], fields[column], odd, shall_be=column in needed)
    for column in _last_between(fields, needed, _is_of_codes):
        _mark_no_codes(columns[column], fields[column], odd)
    return odd


def _last_between(fields: Fields, needed: set[int], is_such: Callable[[FormField], bool]) -> set[int]:
    """Of such columns the last one with another kind on its left, and the last with another on its right: what slips
    into them from there is seen. Of those that each row fills as well: others may be blank behind a shift."""
    such = {column for column, field in fields.items() if is_such(field)}
    sides = [{column for column in such if column + side not in such} for side in (-1, 1)]
    return {max(found) for side in sides for found in (side, side & needed) if found}


def _is_of_codes(field: FormField) -> bool:
    return bool(field.constraints.codelist) or field.type == "boolean"


def _mark_no_codes(column: Column, field: FormField, odd: Mask) -> None:
    """Where a cell holds no word of the list; a column of many different texts holds no codes at all."""
    if len(column.slice(0, _SAMPLED).unique()) > _FEW:
        return
    different, places = each_once(column)
    if len(different) > _MOST_SUSPECTS:
        return
    is_none = np.array(
        [bool(text and text.strip()) and fit(field, text) == "no" for text in different.to_pylist()]
    )
    if is_none.any():
        wrong = pa.array(np.flatnonzero(is_none), places[0].type)
        said = pa.chunked_array([pc.is_in(chunk, value_set=wrong) for chunk in places])
        odd |= said.fill_null(False).to_numpy()
