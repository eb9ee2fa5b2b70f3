"""One of several figures that stand in the same columns, and how it changed: shares and counts in one table.

In: the columns of a figure's part and whole, and of those it is held against. Out: SQL for a saved metric. A share is
in per cent and its change in percentage points, a count is its sum. A change is the shown figure less the shown
earlier one, and nothing else: both are rounded as they are shown first, so that a reader who subtracts finds the same.
Where one of the two is not there, nor is the change.
"""

from __future__ import annotations

from collections.abc import Mapping

FIGURE, PERIOD, IS_SHARE = "figure", "period", "is_share"
COLUMNS = (FIGURE, PERIOD, IS_SHARE)
"""The columns that say which figure a row is of, of which period, and whether it is a share."""
PLACES = 1
"""Decimals of a share in per cent, as its format shows them."""
OPTIONAL = ("less_of", "less_to", "towards")
"""Of a change: part and whole of the earlier figure; `towards`: the column that says which direction is good, for a
metric that orders from what got worse most."""


def figure(parts: Mapping[str, str], chosen: str = "") -> str:
    """`of`, `to`: part and whole; with `less_of` and `less_to` the change since them. `chosen`: which rows are taken.

    Rows of several figures together are none of them; counts of several periods are not added up.
    """
    value = _value(parts["of"], parts["to"], chosen)
    if "less_of" in parts:
        value = f"ROUND({value} - {_value(parts['less_of'], parts['less_to'], chosen)}, {PLACES})"
    if "towards" in parts:
        value = f"-MAX({parts['towards']}){chosen} * {value}"
    return f"CASE WHEN {_is_one(FIGURE, chosen)} THEN {value} END"


def _value(part: str, whole: str, chosen: str) -> str:
    of, to = f"SUM({part}){chosen}", f"SUM({whole}){chosen}"
    share = f"ROUND(100 * CAST({of} AS DOUBLE) / NULLIF({to}, 0), {PLACES})"
    return (
        f"(CASE WHEN MAX({IS_SHARE}){chosen} = 1 THEN {share} "
        f"WHEN {_is_one(PERIOD, chosen)} THEN CAST({of} AS DOUBLE) END)"
    )


def _is_one(column: str, chosen: str) -> str:
    return f"MIN({column}){chosen} = MAX({column}){chosen}"
