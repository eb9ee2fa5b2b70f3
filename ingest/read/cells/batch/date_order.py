"""Which of day and month stands first in a column of dates, where the column itself raises a doubt.

In: a column of dates as written, the rows where a thirteenth month was found, the tables they belong to. Out: the
rows of the same tables that may mean either of two days, and what is to be said of their texts.

`05/09/2026` is the 5th of September here. But beside `09/13/2026`, with no date in the table that puts a day above
12 first, the whole column was probably written by a program that puts the month first, and reading it the usual way
would make other days of it without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import numpy as np

from ingest.read.arrow import Chunk, Column, Numbers, pa, pc
from ingest.read.cells.batch.looked_at import Said
from ingest.read.cells.batch.provenance import TableSpan, owners_of
from ingest.read.cells.written.odd_cell import Odd

CODE = "day_or_month_first"
_WRITTEN = re.compile(r"\s*(\d{1,2})([-./])(\d{1,2})\2(\d{4})\b.*", re.DOTALL)
_LAST_MONTH = 12
_AT_ONCE = 4_096


def in_doubt(places: list[TableSpan], texts: Column, swapped: Numbers) -> tuple[Numbers, Said]:
    """Rows that may mean two days, and by their text which. Empty where `swapped` are slips of single cells."""
    rows = [np.zeros(0, dtype=np.int64)]
    all_marks: set[str] = set()
    for owner in np.unique(owners_of(places, swapped)).tolist():
        place = places[owner]
        own = texts.slice(place.begin, place.table.text.num_rows)
        different = pc.unique(own)
        marks = _month_first(different)
        doubtful = [
            pa.array([text for text in _texts(piece) if _either(text, marks)], pa.string())
            for piece in _pieces(different)
        ]
        if marks and any(map(len, doubtful)):
            all_marks |= marks
            mask = pc.is_in(own, value_set=pa.concat_arrays(doubtful))
            rows.append(np.flatnonzero(mask.to_numpy()) + place.begin)
    return np.concatenate(rows), _said_by(all_marks)


def either_of(doubt: Said, other: Said) -> Said:
    """What is said of doubtful dates, and of all other faults by `other`."""
    return lambda code, texts: doubt(code, texts) if code == CODE else other(code, texts)


def _said_by(marks: set[str]) -> Said:
    def said(_code: str, texts: Sequence[str | None]) -> Mapping[str, Odd]:
        return {text: odd for text in texts if text and (odd := _either(text, marks))}

    return said


def _pieces(texts: Chunk) -> Iterator[Chunk]:
    """A few at a time: of what may be hundreds of thousands none is kept."""
    return (texts.slice(begin, _AT_ONCE) for begin in range(0, len(texts), _AT_ONCE))


def _texts(piece: Chunk) -> list[str]:
    return [text for text in piece.to_pylist() if text]


def _month_first(texts: Chunk) -> set[str]:
    """The marks between numbers of which some second one is no month and no first one is none."""
    month_first: set[str] = set()
    day_first: set[str] = set()
    for first, mark, second in _numbers(text for piece in _pieces(texts) for text in _texts(piece)):
        if first <= _LAST_MONTH < second:
            month_first.add(mark)
        elif second <= _LAST_MONTH < first:
            day_first.add(mark)
    return month_first - day_first


def _numbers(texts: Iterable[str]) -> Iterator[tuple[int, str, int]]:
    for text in texts:
        if found := _WRITTEN.fullmatch(text):
            yield int(found[1]), found[2], int(found[3])


def _either(text: str, marks: set[str]) -> Odd | None:
    """The two days a text may mean, None where it is written otherwise or means one."""
    found = _WRITTEN.fullmatch(text)
    if not found or found[2] not in marks:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if first == second or not (1 <= first <= _LAST_MONTH and 1 <= second <= _LAST_MONTH and year):
        return None
    meant, usual = date(year, first, second), date(year, second, first)
    params = {"meant": f"{meant:%d.%m.}{year:04}", "usual": f"{usual:%d.%m.}{year:04}"}
    return Odd(code=CODE, suggestion=params["meant"], params=params)
