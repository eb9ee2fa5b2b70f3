"""Which of day and month stands first in a column of dates, where the column itself raises a doubt.

In: a column of dates as written, the rows where a thirteenth month was found, the tables they belong to. Out: the
rows of the same tables that may mean either of two days, and what is to be said of their texts.

`05/09/2026` is the 5th of September here. But beside `09/13/2026`, with no date in the table that puts a day above
12 first, the whole column was probably written by a program that puts the month first, and reading it the usual way
would make other days of it without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np

from ingest.read.arrow import Column, Numbers, pa, pc
from ingest.read.cells.batch.provenance import TableSpan, owners_of
from ingest.read.cells.written.odd_cell import Odd

_WRITTEN = re.compile(r"\s*(\d{1,2})([-./])(\d{1,2})\2(\d{4})\b.*", re.DOTALL)
_LAST_MONTH = 12


def in_doubt(places: list[TableSpan], texts: Column, swapped: Numbers) -> tuple[Numbers, dict[str, Odd]]:
    """Rows that may mean two days, and by their text which. Empty where `swapped` are slips of single cells."""
    rows: list[int] = []
    said: dict[str, Odd] = {}
    for owner in np.unique(owners_of(places, swapped)).tolist():
        place = places[owner]
        own = texts.slice(place.begin, place.table.text.num_rows)
        different = pc.unique(own).to_pylist()
        marks = _month_first(different)
        doubtful = {text: odd for text in different if text and (odd := _either(text, marks))}
        if doubtful:
            said |= doubtful
            mask = pc.is_in(own, value_set=pa.array(list(doubtful), pa.string()))
            rows += (np.flatnonzero(mask.to_numpy()) + place.begin).tolist()
    return np.array(rows, dtype=np.int64), said


def _month_first(texts: Iterable[str | None]) -> set[str]:
    """The marks between numbers of which some second one is no month and no first one is none."""
    over = list(_numbers(texts))
    month_first = {mark for first, mark, second in over if first <= _LAST_MONTH < second}
    return month_first - {mark for first, mark, second in over if second <= _LAST_MONTH < first}


def _numbers(texts: Iterable[str | None]) -> Iterator[tuple[int, str, int]]:
    for text in texts:
        if text and (found := _WRITTEN.fullmatch(text)):
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
    return Odd(code="day_or_month_first", suggestion=params["meant"], params=params)
