"""Rows of totals that do not say so: no identifier, and no number in them but sums of the rows above.

In: the columns below a header, the rows that may be such, those that say that they sum up, and the records. Out: the
places of those that sum up beyond doubt. Costs a look at every record, so it is asked where a row may be one alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ingest.read.arrow import Column, Mask
from ingest.read.form.rows.suspect_rows import rows_of
from ingest.read.tables.sums import Sums
from ingest.read.tables.table import GridRow

_MOST_ROWS = 200_000
"""Of more, none is added up."""


def wordless_totals(
    columns: Sequence[Column], candidates: Sequence[int], totals: Sequence[int], records: Mask
) -> list[int]:
    """The candidates that sum up; `totals`, which say so, end groups. No candidate is added to another."""
    if not candidates:  # of millions of rows: nothing is looked for among the records then
        return []
    asked = np.array(records)
    asked[[*candidates, *totals]] = True
    if np.count_nonzero(asked) > _MOST_ROWS:
        return []
    places = np.flatnonzero(asked)
    rows = [GridRow(int(place), cells) for place, cells in zip(places, rows_of(columns, places), strict=True)]
    at = {int(place): position for position, place in enumerate(places)}
    ends = sorted(at[place] for place in {*candidates, *totals})
    sums = Sums(rows, ends)
    return [place for place in candidates if sums.surely_adds_up(at[place])]
