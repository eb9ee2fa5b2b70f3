"""Identifiers nobody has: IINs with the unassigned seventh digit 7 or 8, BINs of the year 65.

In: birth dates and sexes, or a count. Out: identifiers with correct check digits, each given once. The
seventh digit 7 (male) and 8 (female) belongs to no century, so no living person can have such a number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.schema.values.identifier import check_digit

Integers = npt.NDArray[np.int64]
Text = npt.NDArray[np.str_]

_FIRST = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
_SECOND = np.array([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])
_BIN_STEM = "650940"
_SERIALS = 10_000
# Stems without a check digit are moved up here; ordinary serials stay below.
_RESERVE = 9_000


def _digits(numbers: Integers, count: int) -> Integers:
    powers = 10 ** np.arange(count - 1, -1, -1, dtype=np.int64)
    found: Integers = (numbers[:, None] // powers) % 10
    return found


def _check_digits(stems: Integers) -> Integers:
    """The twelfth digit of each eleven-digit stem, 10 where no number with that stem is ever issued."""
    digits = _digits(stems, 11)
    first: Integers = (digits @ _FIRST) % 11
    second: Integers = (digits @ _SECOND) % 11
    return np.where(first == 10, second, first)


def _running_numbers(groups: Integers) -> Integers:
    """0, 1, 2 … within each group of equal values."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(ordered)])
    numbers = np.empty(len(groups), dtype=np.int64)
    numbers[order] = np.arange(len(ordered)) - np.repeat(starts, lengths)
    return numbers


def demo_iins(birth_dates: npt.NDArray[np.datetime64], is_male: npt.NDArray[np.bool_]) -> Text:
    """One IIN each, all different. Raises ValueError when more than 9,000 share a birth date and a sex."""
    days = birth_dates.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    years = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    group = ((years % 100) * 10_000 + month * 100 + day) * 10 + np.where(is_male, 7, 8)
    serial = _running_numbers(group)
    if len(serial) and serial.max() >= _RESERVE:
        raise ValueError("too many demo persons are born on one day")
    stems = group * _SERIALS + serial
    checks = _check_digits(stems)
    moved = 0
    while (unissuable := np.flatnonzero(checks == 10)).size:
        stems[unissuable] = (
            group[unissuable] * _SERIALS + _RESERVE + moved + _running_numbers(group[unissuable])
        )
        moved += 100
        checks[unissuable] = _check_digits(stems[unissuable])
    return _twelve(stems * 10 + checks)


def _twelve(numbers: Integers) -> Text:
    digits: Any = (_digits(numbers, 12) + ord("0")).astype(np.uint32)
    text: Text = np.ascontiguousarray(digits).view("<U12").ravel()
    return text


def demo_bins(count: int, first: int = 1) -> tuple[str, ...]:
    """That many BINs of organisations registered in the impossible year 65, all different."""
    found: list[str] = []
    serial = first
    while len(found) < count:
        stem = f"{_BIN_STEM}{serial:05d}"
        if (last := check_digit(stem)) is not None:
            found.append(f"{stem}{last}")
        serial += 1
    return tuple(found)
