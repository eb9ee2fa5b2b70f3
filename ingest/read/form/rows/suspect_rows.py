"""Rows worth a look one by one: the few that, seen as columns, do not look like the others.

In: the columns below a header and what the form says of them. Out: places of rows. A row is suspect where it lacks
what the form needs, where a key column holds no key, where it begins like a row of totals or signatures, or counts
columns. Costs a few passes over key columns, so that a large file without any such row is read as fast as before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from ingest.read.arrow import Bytes, Column, Mask, Numbers, pa, pc, taken
from ingest.read.cells.columns.column_text import may_hold_odd
from ingest.read.tables.row_kinds import first_words
from ingest.read.text.unseen.in_bytes import holds_unseen
from ingest.schema.forms.contract import FormField
from ingest.schema.values.letters import unseen_ranges

_SAMPLED, _SAMPLES = 250, 8
"""Rows of a sample, and how many samples from all over the table say which columns are usually filled."""
_KEYS = 3
"""Columns of values that are looked at closely; more of them would tell no more."""
_SHORTEST_IDENTIFIER = 6
"""Bytes: half of an identifier; numbers of columns and counts are shorter."""
_PREFIX = 4
_LONGEST_COUNT = 5
_LONGEST_STROKE = 12
"""Bytes."""
_ASCII, _THREE_BYTES = 0x80, 0xE0
_LETTERS_AND_DIGITS = np.array([chr(code).isalnum() for code in range(_ASCII)])
# How the numbers of columns begin, in two columns side by side.
_COUNTS = ("0 1", "1 2", "2 3", "3 4", "1 1", "2 2", "а б", "а 1", "б 1", "б в", "в 1", "a b", "a 1", "b 1", "b c",
           "i ii", "ii iii")  # fmt: skip


def usually_filled(columns: Sequence[Column], fields: Mapping[int, FormField], keep: Mask) -> set[int]:
    """The columns of fields that at least half of the fuller rows fill, told by rows from all over the table.

    Captions and totals fill few, however many of them there are.
    """
    height = len(keep)
    begins = range(0, height, max(_SAMPLED, -(-height // _SAMPLES)))
    filled = np.array(
        [
            [
                bool(cell and cell.strip())
                for begin in begins
                for cell in columns[column].slice(begin, _SAMPLED).to_pylist()
            ]
            for column in fields
        ]
    )
    counts = filled.sum(axis=0)
    if not counts.any():
        return set(fields)
    shares = filled[:, 2 * counts >= counts.max()].mean(axis=1)
    return {column for column, share in zip(fields, shares, strict=True) if 2 * share >= 1}


def suspects(
    columns: Sequence[Column], fields: Mapping[int, FormField], needed: set[int], keep: Mask
) -> Numbers:
    """The places of suspect rows among those of `keep`. `needed`: columns that every record fills."""
    odd = np.zeros(len(keep), dtype=bool)
    telling = sorted(
        (column for column in needed if is_telling(fields[column])), key=lambda at: _rank(fields[at])
    )
    for column in needed:
        mark_empty(columns[column], odd)
    for column in telling[:_KEYS]:
        mark_no_values(columns[column], fields[column], odd)
    for column, field in fields.items():
        if field.type == "string" and field.format == "default" and not field.constraints.codelist:
            _mark_words(columns[column], odd)
    for column in fields:
        _mark_unseen(columns[column], odd)
    for column in sorted(needed)[:1]:
        _mark_strokes(columns[column], odd)
    _mark_counts(columns, sorted(fields), odd)
    return np.flatnonzero(odd & keep)


def rows_of(columns: Sequence[Column], places: Numbers) -> Iterator[list[str]]:
    """The cells of these rows without what nobody sees, blank ones empty."""
    if not len(places):
        return iter(())
    cells = [taken(column, places).to_pylist() for column in columns]
    pattern = _unseen()
    return ([pattern.sub("", cell) if cell else "" for cell in row] for row in zip(*cells, strict=True))


def is_telling(field: FormField) -> bool:
    """Whether values of a column begin with a digit."""
    return field.format != "default" or field.type in ("integer", "number", "date", "time", "datetime")


def _rank(field: FormField) -> int:
    """How surely a column tells records from other rows, 0 most."""
    return 0 if field.format != "default" else 1 if field.type in ("date", "datetime") else 2


def _pieces(column: Column) -> Iterator[tuple[slice, Bytes, Any, Any]]:
    """Of each chunk its rows, the bytes, where its cells begin, and their lengths; a null is an empty cell."""
    row = 0
    for chunk in column.chunks:
        if not len(chunk):
            continue
        offsets = np.frombuffer(chunk.buffers()[1], dtype=np.int32)[
            chunk.offset : chunk.offset + len(chunk) + 1
        ]
        lengths = np.diff(offsets)
        if chunk.null_count:
            lengths = np.where(chunk.is_valid().to_numpy(zero_copy_only=False), lengths, 0)
        content = chunk.buffers()[2]
        data = np.frombuffer(content, dtype=np.uint8) if content else np.zeros(1, dtype=np.uint8)
        yield slice(row, row + len(chunk)), data, offsets[:-1], lengths
        row += len(chunk)


def mark_empty(column: Column, odd: Mask) -> None:
    """Where a cell is empty."""
    for rows, _, _, lengths in _pieces(column):
        odd[rows] |= lengths == 0


def mark_no_values(column: Column, field: FormField, odd: Mask, *, shall_be: bool = True) -> None:
    """Where a cell does not begin as values do, or is too short for an identifier. `shall_be`: or is empty."""
    shortest = _SHORTEST_IDENTIFIER if field.format != "default" else 1
    for rows, data, begins, lengths in _pieces(column):
        first = data[np.minimum(begins, len(data) - 1)]
        found = (lengths < shortest) | (first >= ord("A")) | (first <= ord(" "))
        odd[rows] |= found if shall_be else found & (lengths > 0)


def _mark_words(column: Column, odd: Mask) -> None:
    """Where a cell begins with the letters of a word that begins totals or signatures."""
    for rows, data, begins, lengths in _pieces(column):
        places = np.flatnonzero(lengths >= _PREFIX)
        if not len(places):
            continue
        start = begins[places].astype(np.int64)
        may_begin = _first_bytes()[data[start]]
        places, start = places[may_begin], start[may_begin]
        code = np.zeros(len(places), dtype=np.uint32)
        for place in range(_PREFIX):
            code = (code << np.uint32(8)) | data[start + place]
        odd[rows.start + places[np.isin(code, _prefixes())]] = True


def _mark_unseen(column: Column, odd: Mask) -> None:
    """Where a cell holds a character nobody sees, which would hide what the row says."""
    row = 0
    for chunk in column.chunks:
        content = chunk.buffers()[2] if len(chunk) else None
        is_odd = may_hold_odd(np.frombuffer(content, dtype=np.uint8)) if content else False
        if content and is_odd and holds_unseen(content.to_pybytes()):
            found = pc.match_substring_regex(chunk, _unseen().pattern).fill_null(False)
            odd[row : row + len(chunk)] |= found.to_numpy(zero_copy_only=False)
        row += len(chunk)


@lru_cache(maxsize=1)
def _unseen() -> re.Pattern[str]:
    return re.compile(rf"[\x7f{unseen_ranges()}]")


def _mark_strokes(column: Column, odd: Mask) -> None:
    """Where a cell is short and begins as one that is struck out does: with a sign, or with «х»."""
    for rows, data, begins, lengths in _pieces(column):
        first = np.minimum(begins, len(data) - 1)
        begin, following = data[first], data[np.minimum(first + 1, len(data) - 1)]
        is_ascii = begin < _ASCII
        is_sign = is_ascii & ~_LETTERS_AND_DIGITS[np.minimum(begin, _ASCII - 1)]
        is_cross = (begin == ord("x")) | (begin == ord("X")) | (begin >= _THREE_BYTES)
        for letter in ("х", "Х", "×", "·"):
            lead, follow = letter.encode()
            is_cross |= (begin == lead) & (following == follow)
        odd[rows] |= (lengths > 0) & (lengths <= _LONGEST_STROKE) & (is_sign | is_cross)


@lru_cache(maxsize=1)
def _first_bytes() -> Mask:
    table = np.zeros(256, dtype=bool)
    table[(_prefixes() >> 24).astype(np.int64)] = True
    return table


@lru_cache(maxsize=1)
def _prefixes() -> Numbers:
    written = {way for word in first_words() for way in (word, word.capitalize(), word.upper())}
    codes = {word.encode()[:_PREFIX] for word in (*written, "____", "№__")}
    return np.array([int.from_bytes(code, "big") for code in codes if len(code) == _PREFIX], dtype=np.uint32)


def _mark_counts(columns: Sequence[Column], fields: Sequence[int], odd: Mask) -> None:
    """Where the first two columns of the form count columns."""
    if len(fields) < 2:
        return
    pair = [columns[column] for column in fields[:2]]
    short = np.ones(len(odd), dtype=bool)
    for column in pair:
        for rows, _, _, lengths in _pieces(column):
            short[rows] &= (lengths > 0) & (lengths <= _LONGEST_COUNT)
        if not short.any():
            return
    places = np.flatnonzero(short)
    first, second = (pc.utf8_trim(taken(column, places).combine_chunks(), " .()") for column in pair)
    said = pc.utf8_lower(pc.binary_join_element_wise(first, second, " "))
    odd[short] |= pc.is_in(said, value_set=pa.array(_COUNTS)).to_numpy(zero_copy_only=False)
