"""Rows below a header that are no records: totals, signatures, captions, column numbers, headers said again.

In: the columns below a header, and the contract. Out: for each such row why it is none, and whether it could be a
record all the same: then a person is asked instead of told.

What a row is follows from the contract: which of its columns are filled, whether the filled cells hold values of
their type, and whether its words say what it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from ingest.read.arrow import Column, Mask
from ingest.read.form.header.header_match import HeaderWords
from ingest.read.form.rows.cell_fit import Fit, fit
from ingest.read.form.rows.suspect_rows import rows_of, suspects, usually_filled
from ingest.read.form.rows.wordless_totals import wordless_totals
from ingest.read.tables.column_numbering import numbers_columns
from ingest.read.tables.row_kinds import (
    gives_examples,
    gives_units,
    hints_at,
    is_crossed_out,
    is_signed,
    row_text,
    says_caption,
    says_note,
    says_nothing,
    says_signature,
    says_total,
    speaks,
)
from ingest.read.tables.sums import holds_numbers_alone
from ingest.schema.forms.contract import Contract, FormField

Reason = Literal[
    "totals_row",
    "signature_row",
    "caption_row",
    "numbering_row",
    "repeated_header",
    "numbered_rows",
    "filler_row",
    "hint_row",
]
_WIDE = 4
"""Columns that are usually filled: where there are fewer, one filled cell may be what is left of a record."""
_SURE_NUMBERING = 7
"""Columns numbered: of fewer, the row is kept where it could be a record."""
_PHONE_DIGITS = 11
_MOST_SUSPECTS = 4_000
_HINTED = 3
"""Rows below a header among which one may be an example of how to fill it in."""


@dataclass(frozen=True)
class Aside:
    """Row `index` (0-based below the header) is no record. `asks`: it could be one."""

    index: int
    reason: Reason
    asks: bool = False


@dataclass(frozen=True)
class Sight:
    """What is looked at: `columns` of the sheet, `fields`: which of them hold what, `words` of the header,
    `merged`: rows of which one cell is merged over several columns."""

    columns: Sequence[Column]
    fields: Mapping[int, FormField]
    contract: Contract
    words: HeaderWords
    merged: frozenset[int] = frozenset()


def rows_aside(sight: Sight, keep: Mask) -> tuple[list[Aside], list[int]]:
    """The rows of `keep` that are no records, in order; and rows that number columns, or are records: kept."""
    if not sight.fields or not len(keep):
        return [], []
    usual = usually_filled(sight.columns, sight.fields, keep)
    needed = {place for place in usual if sight.contract.needs(sight.fields[place])}
    places = suspects(sight.columns, sight.fields, needed or usual, keep)
    if len(places) > 2 * _MOST_SUSPECTS:
        # Where so much fits nothing, no row tells by that that it is no record: what is none stands at the ends.
        places = np.concatenate([places[:_MOST_SUSPECTS], places[-_MOST_SUSPECTS:]])
    places = np.union1d(places, np.flatnonzero(keep[: 2 * _HINTED])[:_HINTED])
    if sight.merged:
        merged = [index for index in sight.merged if index < len(keep) and keep[index]]
        places = np.union1d(places, np.array(merged, dtype=np.int64))
    judge = _Judge(sight, usual, needed, frozenset(np.flatnonzero(keep[: 2 * _HINTED])[:_HINTED].tolist()))
    found: dict[int, Aside] = {}
    counting: list[int] = []
    weak: list[int] = []
    for index, cells in zip(places.tolist(), rows_of(sight.columns, places), strict=True):
        judged = None if judge.is_plain(index, cells) else judge.row(index, cells)
        if judged == "weak":
            weak.append(index)
        elif judged == "counting":
            counting.append(index)
        elif judged is not None:
            found[index] = judged
    found |= _wordless(sight, judge, keep, found, {*places.tolist()} - {*found, *counting})
    return _with_the_end(keep, found, [index for index in weak if index not in found]), counting


def _wordless(
    sight: Sight, judge: _Judge, keep: Mask, found: Mapping[int, Aside], suspected: Set[int]
) -> dict[int, Aside]:
    """Of the rows that seem to be records, those without any key that are the sums of the others."""
    places = np.array(sorted(suspected), dtype=np.int64)
    rows = zip(places.tolist(), rows_of(sight.columns, places), strict=True)
    candidates = [index for index, cells in rows if judge.may_sum_up(cells)]
    totals = [index for index, aside in found.items() if aside.reason == "totals_row"]
    records = np.array(keep)
    records[[*found]] = False
    return {
        index: Aside(index, "totals_row")
        for index in wordless_totals(sight.columns, candidates, totals, records)
    }


def _with_the_end(keep: Mask, found: dict[int, Aside], weak: Sequence[int]) -> list[Aside]:
    """Below the last whole record nothing is doubted but what could be one, half-empty rows among signatures too."""
    whole = np.array(keep)
    whole[[*found, *weak]] = False
    last = len(keep) - 1 - int(np.argmax(whole[::-1])) if whole.any() else len(keep)
    below = [aside for index, aside in found.items() if index > last]
    for aside in below:
        if aside.reason in ("totals_row", "signature_row"):
            found[aside.index] = replace(aside, asks=False)
    ends = [aside.index for aside in below if aside.reason != "caption_row"]
    for index in weak:
        if ends and index > min(ends):
            found[index] = Aside(index, "caption_row", asks=True)
    return [found[index] for index in sorted(found)]


class _Judge:
    """Says of one row what it is. `usual`: columns most rows fill; `needed`: of those, what every record fills;
    `first`: the first rows."""

    def __init__(self, sight: Sight, usual: set[int], needed: set[int], first: frozenset[int]) -> None:
        self.sight, self.usual, self.needed, self.first = sight, usual, needed, first
        self._field = lru_cache(maxsize=1 << 14)(sight.words.field)
        self.missing = sight.contract.missing_words
        self.keys = {
            column for column, field in sight.fields.items() if field.name in sight.contract.primary_key
        }

    def row(self, index: int, cells: list[str]) -> Aside | Literal["weak", "counting"] | None:
        """Why a row is no record; `weak`: half-empty, but with a value of the form; `counting`: a record that
        numbers columns; None: a record."""
        filled = {column for column, cell in enumerate(cells) if cell.strip()}
        fits = {
            column: fit(self.sight.fields[column], cells[column])
            for column in filled & self.sight.fields.keys()
            if cells[column].strip() not in self.missing
        }
        could_be = bool(self.needed) and all(fits.get(column, "no") != "no" for column in self.needed)
        if reason := self._without_values(index, cells, filled, fits):
            return Aside(index, reason, asks=could_be and reason == "hint_row")
        if numbers_columns(cells):
            asks = could_be and not self.sight.contract.layout.numbered
            is_bare = all(cells[column].strip().isdecimal() for column in filled)
            sure = not asks or len(filled) >= _SURE_NUMBERING or not is_bare
            return Aside(index, "numbering_row", asks=asks) if sure else "counting"
        if not fits and self._only_numbers(cells, filled):
            return Aside(index, "numbered_rows")
        if self._is_total(cells, fits):
            return Aside(index, "totals_row", asks=could_be)
        if self._is_signature(cells, filled, fits, could_be=could_be):
            return Aside(index, "signature_row", asks=could_be)
        return self._caption(index, cells, filled, fits)

    def is_plain(self, index: int, cells: list[str]) -> bool:
        """Whether a row is a record at first sight: as full as the others, its key filled, and nothing in it speaks.

        Where every row is suspect, most are told by this alone: what suits which column need not be asked.
        """
        filled = {column for column, cell in enumerate(cells) if cell.strip()}
        if index in self.sight.merged or self._is_sparse(filled) or not self.keys:
            return False
        if any(cells[column].strip() in self.missing for column in self.keys):
            return False
        if numbers_columns(cells) or self._repeats(cells, filled):
            return False
        if says_nothing(cells[min(self.keys)].strip()) or hints_at(cells) or gives_units(cells):
            return False
        if index in self.first and gives_examples(row_text(cells)):
            return False
        return not any(speaks(cell) for cell in cells if not cell.isdecimal() or len(cell) == _PHONE_DIGITS)

    def may_sum_up(self, cells: list[str]) -> bool:
        """Whether a row holds numbers and names no record."""
        is_unnamed = self.keys and all(cells[column].strip() in self.missing for column in self.keys)
        return bool(is_unnamed) and holds_numbers_alone(cells)

    def _is_sparse(self, filled: set[int]) -> bool:
        return 2 * len(filled & self.usual) <= len(self.usual)

    def _repeats(self, cells: list[str], filled: set[int]) -> bool:
        """Whether the row names the columns it stands in, as the header does."""
        named = sum(
            self._field(cells[column]) == field.name
            for column, field in self.sight.fields.items()
            if column in filled
        )
        return named >= min(2, len(self.sight.fields)) and 2 * named >= len(filled)

    def _without_values(
        self, index: int, cells: list[str], filled: set[int], fits: Mapping[int, Fit]
    ) -> Reason | None:
        """Why a row that names, strikes out or explains its columns is no record; None for any other."""
        if not filled:  # all of it stands beside the table
            return "caption_row"
        if self._repeats(cells, filled):
            return "repeated_header"
        if self._is_crossed_out(cells, filled, fits):
            return "filler_row"
        if self._is_hint(index, cells, filled, fits):
            return "hint_row"
        is_unnamed = any(fits.get(column, "no") == "no" for column in self.keys)
        return "caption_row" if is_unnamed and gives_units(cells) else None

    def _is_crossed_out(self, cells: list[str], filled: set[int], fits: Mapping[int, Fit]) -> bool:
        """Whether crosses and dashes alone stand in the form's columns, none of them a value of its own."""
        own = [cells[column] for column in filled if column in self.sight.fields]
        others = [cells[column] for column in filled if column not in self.sight.fields]
        is_numbered = all(
            cell.strip().rstrip(".)").isdecimal() or says_nothing(cell.strip()) for cell in others
        )
        is_none = "no" in fits.values() or "yes" not in fits.values()
        return bool(own) and is_none and is_numbered and is_crossed_out(own)

    def _is_hint(self, index: int, cells: list[str], filled: set[int], fits: Mapping[int, Fit]) -> bool:
        """Whether a row says how the columns are to be filled in, or is marked as an example of it."""
        if index in self.first and gives_examples(cells[min(filled)]):
            return True
        hinted = hints_at(cells)
        return bool(hinted) and not any(fits.get(column) == "yes" for column in hinted)

    def _only_numbers(self, cells: list[str], filled: set[int]) -> bool:
        """Whether nothing but the running number of a row was filled in beforehand, in a column of no field."""
        left = min(self.sight.fields)
        return bool(filled) and all(
            column < left and cells[column].strip().rstrip(".)").isdecimal() for column in filled
        )

    def _is_total(self, cells: list[str], fits: Mapping[int, Fit]) -> bool:
        """Whether words say so where no record is named in full beside them."""
        says = [column for column, cell in enumerate(cells) if fits.get(column) != "yes" and says_total(cell)]
        is_named = self.keys and all(fits.get(column, "no") != "no" for column in self.keys)
        return bool(says) and (not is_named or says[0] in self.keys)

    def _is_signature(
        self, cells: list[str], filled: set[int], fits: Mapping[int, Fit], *, could_be: bool
    ) -> bool:
        is_sparse = self._is_sparse(filled)
        for column in self.needed:
            field = self.sight.fields[column]
            is_sure = field.format != "default" or (field.type in ("date", "datetime") and not is_sparse)
            if is_sure and fits.get(column) == "yes":
                return False
        words = [cells[column] for column in sorted(filled) if fits.get(column) != "yes"]
        if is_signed(words):
            return True
        if could_be or not (is_sparse or "no" in fits.values()):
            return False
        return says_signature(words) or bool(words and says_note(words[0]))

    def _is_all_words(self, fits: Mapping[int, Fit]) -> bool:
        """Whether a row without a key holds words where values belong, as units below a header do."""
        return not self.keys & fits.keys() and "no" in fits.values() and "yes" not in fits.values()

    def _caption(
        self, index: int, cells: list[str], filled: set[int], fits: Mapping[int, Fit]
    ) -> Aside | Literal["weak"] | None:
        is_merged = index in self.sight.merged
        if not self._is_sparse(filled) and not is_merged and not self._is_all_words(fits):
            return None
        values = {column for column, said in fits.items() if said == "yes"}
        if values:
            return None if self.keys <= values else "weak"
        if "open" not in fits.values():
            return Aside(index, "caption_row")
        if is_merged or says_caption([cells[column] for column in sorted(filled)]):
            return Aside(index, "caption_row")
        return Aside(index, "caption_row", asks=True) if len(self.usual) >= _WIDE else None
