"""What departments of oblasts hand in of regional indicators: three school years, each region unlike the others.

In: a country, of which the seed alone counts. Out: a `Report` an oblast, with its rows. The figures are invented; only
that parts stay within wholes and that years follow each other without jumps is as in life.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone

import numpy as np

from ingest.demo.reports.plan import Decision
from ingest.demo.reports.stories import Report
from ingest.demo.world.country import Country
from ingest.demo.world.territory import regions, reporting_districts

QUARTER = "2026-Q2"
SCHOOL_YEARS = ("2023-2024", "2024-2025", "2025-2026")
_LOCAL_TIME = timezone(timedelta(hours=5))
_SENT_ON = date(2026, 9, 11)
_YEARLY_GROWTH = 0.015
_OF_DISTRICTS = ("schools", "learners", "teachers")

Row = Mapping[str, object]


def indicator_reports(country: Country) -> Iterator[Report]:
    """One of each region, approved by the ministry but the last one, which waits."""
    found = regions()
    for number, region in enumerate(found):
        sent = datetime.combine(_SENT_ON, time(9, 40), _LOCAL_TIME) + timedelta(minutes=7 * number)
        decision: Decision = "waiting" if number == len(found) - 1 else "approved"
        rows = indicator_rows(country.seed, region.kato)
        yield Report(
            "schools", "regional_indicators", region.kato, QUARTER, sent, "KZ", decision, events=tuple(rows)
        )


def indicator_rows(seed: int, kato: str) -> list[Row]:
    """Every indicator of one region that the demonstration has, year after year."""
    rng = np.random.default_rng([seed, 31, int(kato)])
    schools = int(rng.integers(150, 900))
    size, load, room = rng.uniform(300, 700), rng.uniform(10.5, 14.5), rng.uniform(0.88, 1.08)
    small, shifts, emergency = rng.uniform(0.05, 0.5), rng.uniform(0.0, 0.04), rng.uniform(0.0, 0.02)
    covered = rng.uniform(86, 96)
    rows = []
    for number, year in enumerate(SCHOOL_YEARS):
        many = schools + 2 * number
        learners = round(many * size * (1 + _YEARLY_GROWTH) ** number)
        places = round(learners * (room + 0.01 * number))
        values = {
            "schools": many,
            "small_schools": round(many * (small - 0.005 * number)),
            "three_shift_schools": round(many * shifts * (1 - 0.2 * number)),
            "emergency_schools": round(many * emergency),
            "learners": learners,
            "first_graders": round(learners * 0.095),
            "leavers": round(learners * 0.055),
            "teachers": round(learners / load),
            "pupil_places": places,
            "lacking_places": round(max(learners - places, 0) * 0.8 + learners * 0.01),
            "preschool_coverage": round(covered + 0.8 * number, 1),
        }
        rows += [_row("oblast", kato, indicator, year, value) for indicator, value in values.items()]
        rows += _of_districts(kato, year, {each: values[each] for each in _OF_DISTRICTS})
    return rows


def _of_districts(region: str, year: str, values: Mapping[str, float]) -> list[Row]:
    """The figures of a region shared out among its districts, each a little smaller than the one before."""
    districts = [each.kato for each in reporting_districts(region) if each.level == "district"]
    weights = [len(districts) + 3 - place for place in range(len(districts))]
    return [
        _row("district", district, indicator, year, value * weight // sum(weights))
        for indicator, value in values.items()
        for district, weight in zip(districts, weights, strict=True)
    ]


def _row(level: str, kato: str, indicator: str, year: str, value: float) -> Row:
    return {
        "level": level, "kato": kato, "indicator": indicator, "area": "all", "value_period": year,
        "value": float(value),
    }  # fmt: skip
