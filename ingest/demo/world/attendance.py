"""Who missed which lessons: the attendance of one school, day by day.

In: the roster of one school, the days to show, a seed. Out: `Attendance`, from which each week's table in
the columns of the form `attendance` is taken. Illness and other valid absences come in spells of days;
lessons missed without a valid reason are mostly single ones. Every rate is an estimate (see `estimates`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.demo.world import estimates
from ingest.demo.world.organisations import Organisation
from ingest.demo.world.school_year import is_school_day

Small = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]

PRESENT, ILL, VALID, INVALID = range(4)
# Code of `absence_reason` → how frequent it is within its cause [E].
_REASONS: dict[int, dict[str, float]] = {
    ILL: {"ILL": 1.0},
    VALID: {"FAM": 0.52, "MED": 0.20, "CMP": 0.14, "ADM": 0.07, "VAL": 0.05, "BRV": 0.02},
    INVALID: {"INV": 0.72, "UNK": 0.28},
}
_CODES = [None, *(code for codes in _REASONS.values() for code in codes)]
_WORDS = np.array(_CODES, dtype=object)
_AWAY = ("external", "family")
_OLDEST = 11


@dataclass(frozen=True)
class Attendance:
    """Learners × days of one school: lessons scheduled and missed, the cause, the reason, late arrivals.

    `roster` holds those who are taught at the school, in the order of the rows of the arrays.
    """

    roster: pa.Table
    days: tuple[date, ...]
    scheduled: Small
    missed: Small
    cause: Small
    reason: Small
    late: npt.NDArray[np.bool_]

    def week(self, days: Sequence[date]) -> pa.Table:
        """The rows of those days, day after day in the order of the roster, in the columns of the form."""
        at = [self.days.index(day) for day in days]
        learners = self.roster.num_rows
        place = np.tile(np.arange(learners), len(at))
        missed = self.missed[:, at].ravel(order="F")
        valid = np.isin(self.cause[:, at], (ILL, VALID)).ravel(order="F")
        columns: dict[str, Any] = {
            name: self.roster[name].take(place) for name in ("bin", "iin", "grade", "letter")
        }
        rows = pa.table(
            columns
            | {
                "date": pa.array(np.repeat(np.array(days, dtype="datetime64[D]"), learners)),
                "lessons_scheduled": self.scheduled[:, at].ravel(order="F"),
                "lessons_missed": missed,
                "lessons_missed_valid": np.where(valid, missed, 0).astype(np.int8),
                "lessons_missed_invalid": np.where(valid, 0, missed).astype(np.int8),
                "is_late": self.late[:, at].ravel(order="F"),
                "absence_reason": pa.array(_WORDS[self.reason[:, at].ravel(order="F")], pa.string()),
            }
        )
        return _without_breaks(rows, days)


def _without_breaks(rows: pa.Table, days: Sequence[date]) -> pa.Table:
    """Without the days on which a grade has a break of its own."""
    if all(is_school_day(day, 1) for day in days):
        return rows
    at_school = {day for day in days if is_school_day(day, 1)}
    kept = [
        grade != 1 or day in at_school
        for grade, day in zip(*(rows[name].to_pylist() for name in ("grade", "date")), strict=True)
    ]
    return rows.filter(pa.array(kept))


def attendance(organisation: Organisation, roster: pa.Table, days: Sequence[date], seed: int) -> Attendance:
    """The attendance of one school on those school days. `roster` holds its learners."""
    is_taught = [
        form not in _AWAY and left is None
        for form, left in zip(roster["study_form"].to_pylist(), roster["left_date"].to_pylist(), strict=True)
    ]
    taught = roster.filter(pa.array(is_taught))
    rng = np.random.default_rng([seed, 5, organisation.index])
    grade = taught["grade"].to_numpy()
    scheduled = _timetable(grade, np.asarray(taught["language"]) == "kk", days)
    chances = _chances(organisation, grade, days, rng)
    cause = _spells(chances, rng)
    missed = _missed(cause, scheduled, rng)
    reason = _reasons(cause, rng)
    late = (cause == PRESENT) & (rng.uniform(size=cause.shape) < estimates.LATE_SHARE)
    return Attendance(taught, tuple(days), scheduled, missed, cause, reason, late)


def _timetable(grade: npt.NDArray[np.int64], kazakh: npt.NDArray[np.bool_], days: Sequence[date]) -> Small:
    """Lessons of each learner on each day: the weekly number spread over five days, half ones rounded up."""
    weekly = np.array([estimates.WEEKLY_LESSONS[one] for one in range(_OLDEST + 1)])
    of_learner = np.ceil(np.where(kazakh, weekly[grade, 0], weekly[grade, 1])).astype(int)
    weekday = np.array([day.weekday() for day in days])
    until, before = of_learner[:, None] * (weekday + 1) // 5, of_learner[:, None] * weekday // 5
    lessons: Small = (until - before).astype(np.int8)
    return lessons


@dataclass(frozen=True)
class _Chances:
    """Learners × days: the share of lessons missed by cause."""

    ill: Floats
    valid: Floats
    invalid: Floats


def _chances(
    organisation: Organisation, grade: npt.NDArray[np.int64], days: Sequence[date], rng: np.random.Generator
) -> _Chances:
    region = next(one for one in estimates.REGIONS if one.kato == organisation.site.region)
    spread = estimates.ABSENCE_SPREAD
    school = region.absence * float(np.exp(rng.normal(-(spread**2) / 2, spread)))
    base = estimates.ABSENCE_RATE * school
    by_day = np.array([estimates.ABSENCE_BY_WEEKDAY[day.weekday()] for day in days])
    season = np.array([_season(day) for day in days])
    share = estimates.ABSENCE_BY_CAUSE
    ill_by_grade = np.array(estimates.ILLNESS_BY_GRADE)[grade][:, None]
    invalid_by_grade = np.array(estimates.INVALID_BY_GRADE)[grade][:, None]
    ones = np.ones((len(grade), 1))
    return _Chances(
        ill=base * share["ill"] * ill_by_grade * season * np.sqrt(by_day),
        valid=base * share["valid"] * ones * by_day,
        invalid=base * share["invalid"] * invalid_by_grade * by_day**2,
    )


def _season(day: date) -> float:
    """Illness on that day in relation to the year's mean; September is told week by week."""
    this_year = date(2026, 8, 31)
    began = this_year if day >= this_year else date(2025, 9, 1)
    week = (day - began).days // 7 + 1
    usual = estimates.ILLNESS_BY_WEEK.get(week) or estimates.ILLNESS_BY_MONTH.get(day.month, 1.0)
    return usual if day >= this_year else usual * estimates.ILLNESS_BEFORE


def _spells(chances: _Chances, rng: np.random.Generator) -> Small:
    """The cause of absence of each learner on each day. A spell begins by chance and lasts some days."""
    learners, days = chances.ill.shape
    cause = np.zeros((learners, days), dtype=np.int8)
    lasting, current = np.zeros(learners, dtype=int), np.zeros(learners, dtype=np.int8)
    for day in range(days):
        for kind, rate, mean in (
            (ILL, chances.ill[:, day], estimates.MEAN_ILLNESS_DAYS),
            (VALID, chances.valid[:, day], estimates.MEAN_VALID_DAYS),
        ):
            # On the first day some are already away: as many as on any other.
            start = rate if day == 0 else rate / mean
            falls = (lasting == 0) & (rng.uniform(size=learners) < start)
            current[falls] = kind
            lasting[falls] = rng.geometric(1 / mean, size=int(falls.sum()))
        cause[:, day] = np.where(lasting > 0, current, PRESENT)
        lasting = np.maximum(lasting - 1, 0)
    # A learner without a reason misses some lessons of a day: so many days, that the lessons come out right.
    stays_away = rng.uniform(size=cause.shape) < chances.invalid * _LESSONS_PER_INVALID_DAY
    cause[(cause == PRESENT) & stays_away] = INVALID
    return cause


# A day without a reason costs half of its lessons on average (see `_missed`): there are twice as many.
_LESSONS_PER_INVALID_DAY = 1 / 0.50


def _missed(cause: Small, scheduled: Small, rng: np.random.Generator) -> Small:
    """Lessons missed: all on days of illness, a part on some days of other causes."""
    part = np.maximum(1, np.round(scheduled * rng.uniform(0.1, 0.6, size=cause.shape))).astype(np.int8)
    chance = rng.uniform(size=cause.shape)
    whole = (cause == ILL) | ((cause == VALID) & (chance < 0.8)) | ((cause == INVALID) & (chance < 0.22))
    return np.where(cause == PRESENT, 0, np.where(whole, scheduled, part)).astype(np.int8)


def _reasons(cause: Small, rng: np.random.Generator) -> Small:
    """The place in `_CODES` of each day's reason; 0, nothing, for days without absence."""
    found = np.zeros(cause.shape, dtype=np.int8)
    for kind, codes in _REASONS.items():
        at = cause == kind
        drawn = rng.choice(list(codes), size=int(at.sum()), p=list(codes.values()))
        places = {code: place for place, code in enumerate(_CODES)}
        found[at] = [places[code] for code in drawn]
    return found
