"""Who hands in the passport of the school year, and when: in time, late, never, with a mistake, corrected.

In: a country, which departments are slow. Out: `Report`s of the waves of schools and of corrections. Each story is told
of a school of its own; what else happens to that school is told by its other reports.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone

import numpy as np

from ingest.demo.reports.plan import Decision
from ingest.demo.reports.stories import Report, Teller, asked, mistaken, told
from ingest.demo.world import estimates
from ingest.demo.world.country import Country
from ingest.demo.world.organisations import Organisation
from ingest.demo.world.school_year import SCHOOL_YEAR

_LOCAL_TIME = timezone(timedelta(hours=5))
_FIRST, _IN_TIME, _LATE = date(2026, 9, 3), date(2026, 9, 11), date(2026, 9, 15)

PASSPORT_STORIES: Mapping[str, Teller] = {
    "more_online_than_there_are": mistaken("more_online_than_there_are", timedelta(days=2), "approved"),
    "heating_in_own_words": mistaken("heating_in_own_words", None),
    "toilet_without_sewer": asked("toilet_without_sewer"),
    "other_capacity": asked("other_capacity"),
}


def passport_reports(
    country: Country, slow: Collection[str], closed: Collection[int] = ()
) -> Iterator[Report]:
    """Every passport that is handed in, school by school. `closed`: none any more when others are late."""
    cast = passport_cast(country)
    stories = {school.index: story for story, school in cast.items()}
    silent = _silent(country, stories)
    for school in country.organisations:
        if school.index in silent:
            continue
        report = _report(country, school, slow, may_be_late=school.index not in closed)
        story = stories.get(school.index)
        if story is None:
            yield report
        else:
            yield from told(report, story, PASSPORT_STORIES)


def passport_cast(country: Country) -> Mapping[str, Organisation]:
    """Story → the school whose passport it is told of."""
    rng = np.random.default_rng([country.seed, 25])
    schools = (country.organisations[at] for at in rng.permutation(country.size))
    return dict(zip(PASSPORT_STORIES, schools, strict=False))


def _silent(country: Country, stories: Collection[int]) -> frozenset[int]:
    rng = np.random.default_rng([country.seed, 26])
    ordinary = [school.index for school in country.organisations if school.index not in stories]
    count = round(estimates.MISSING_PASSPORTS * country.size)
    return frozenset(int(one) for one in rng.permutation(ordinary)[:count])


def _report(country: Country, school: Organisation, slow: Collection[str], may_be_late: bool) -> Report:
    rng = np.random.default_rng([country.seed, 27, school.index])
    is_late = rng.uniform() < estimates.LATE_REPORTS and may_be_late
    day = _LATE if is_late else _FIRST + timedelta(days=int(rng.integers((_IN_TIME - _FIRST).days + 1)))
    sent = datetime.combine(day, time(8, 30), _LOCAL_TIME) + timedelta(seconds=int(rng.integers(0, 9 * 3600)))
    is_approved = rng.uniform() < estimates.APPROVED_REPORTS[0] and school.district not in slow
    decision: Decision = "approved" if is_approved else "waiting"
    return Report(
        "schools",
        "organisation_passport",
        school.bin,
        SCHOOL_YEAR,
        sent,
        school.district,
        decision,
        school,
    )
