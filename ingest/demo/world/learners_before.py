"""The learners of the year before, so that every figure has one of the same time last year beside it.

In: the lists of this year. Out: the list of September 2025 of each school: those of this year who were there, a grade
lower, and in the last grade others, who have left since.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.demo.world.learners import invented_names
from ingest.demo.world.numbers import demo_iins
from ingest.demo.world.organisations import Organisation

FIRST_DAY_OF_TERM_YEAR = np.datetime64("2024-09-02", "D")
Numbers = npt.NDArray[np.int64]
_YEAR_BEGAN = date(2025, 9, 2)
_IN_SECOND_SHIFT = (2, 3, 6, 7)
_FREE_MEALS_UNTIL = 4
# Where of a class with a letter fewer than these were there a year ago, it was none.
_SMALLEST_CLASS = 3


def rosters_before(roster: pa.Table, organisations: tuple[Organisation, ...], seed: int) -> pa.Table:
    """Everybody who learnt in the schools in September 2025, school after school, in the columns of the roster.

    Those of this year's list who were there, a grade lower, and in the last grade of each school others, who have left
    since: as many as are in it now, of the same classes.
    """
    schools = np.array([[one.grades[0], one.grades[1], one.shifts] for one in organisations])
    first, last, shifts = schools[roster["_organisation"].to_numpy()].T
    grade = roster["grade"].to_numpy()
    was_there = roster["enrolled_date"].to_numpy().astype("datetime64[D]") < np.datetime64(_YEAR_BEGAN, "D")
    stayed = np.flatnonzero((grade > first) & was_there)
    left = np.flatnonzero((grade == last) & was_there)
    place: Numbers = np.concatenate([stayed, left])
    grades = np.concatenate([grade[stayed] - 1, grade[left]])
    rows = roster.take(place)
    others = _others(roster, left, seed)
    at_stayed: Numbers = stayed
    for name, values in others.items():
        own = roster[name].take(at_stayed).combine_chunks()
        rows = _with(rows, name, pa.concat_arrays([own, values.cast(own.type)]))
    rows = _with(rows, "grade", pa.array(grades, pa.int32()))
    second = (shifts[place] > 1) & np.isin(grades, _IN_SECOND_SHIFT)
    rows = _with(rows, "shift", pa.array(np.where(second, 2, 1), pa.int32()))
    meals = rows["has_free_meals"].to_numpy() | (grades <= _FREE_MEALS_UNTIL)
    rows = _with(rows, "has_free_meals", pa.array(meals))
    for name in ("left_date", "leaving_reason", "moved_to_bin"):
        rows = _with(rows, name, pa.nulls(len(rows), rows[name].type))
    order = np.lexsort((np.arange(len(rows)), grades, rows["_organisation"].to_numpy()))
    return _without_remains(rows.take(order))


def _others(roster: pa.Table, left: np.ndarray[Any, Any], seed: int) -> dict[str, Any]:
    """Names and numbers of those who have left, born a year before those who are in the same class now."""
    rng = np.random.default_rng([seed, 28])
    born, is_male = roster["birth_date"].to_numpy().astype("datetime64[D]"), _is_male(roster)
    older = born[left] - np.timedelta64(365, "D")
    # Numbered after everybody on this year's list: nobody gets the number of another.
    iins = demo_iins(np.concatenate([born, older]), np.concatenate([is_male, is_male[left]]))[len(born) :]
    language = np.array(roster["language"].take(pa.array(left)).to_pylist(), dtype=object)
    named = invented_names(language, is_male[left], rng)
    entered = roster["enrolled_date"].to_numpy().astype("datetime64[D]")[left]
    return {
        "iin": pa.array(iins.tolist(), pa.string()),
        "birth_date": pa.array(older, pa.date32()),
        "enrolled_date": pa.array(_a_year_earlier(entered), pa.date32()),
        **{name: pa.array(values, pa.string()) for name, values in named.items()},
    }


def _is_male(roster: pa.Table) -> np.ndarray[Any, Any]:
    found: np.ndarray[Any, Any] = np.array(roster["sex"].to_pylist(), dtype=object) == "m"
    return found


def _a_year_earlier(days: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The first of September of the year before: learners enter a school on that day alone."""
    years = days.astype("datetime64[Y]") - np.timedelta64(1, "Y")
    found: np.ndarray[Any, Any] = (years.astype("datetime64[M]") + np.timedelta64(8, "M")).astype(
        "datetime64[D]"
    )
    return found


def _without_remains(rows: pa.Table) -> pa.Table:
    """Without the few who, others having come since, would have been a class with a letter by themselves."""
    keys = ["_organisation", "grade", "letter"]
    sizes = rows.group_by(keys).aggregate([("iin", "count")]).to_pydict()
    small = {
        key
        for *key_, count in zip(*(sizes[name] for name in (*keys, "iin_count")), strict=True)
        if (key := tuple(key_))[2] is not None and count < _SMALLEST_CLASS
    }
    kept = [key not in small for key in zip(*(rows[name].to_pylist() for name in keys), strict=True)]
    return rows.filter(pa.array(kept))


def _with(rows: pa.Table, name: str, values: Any) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), name, values)
