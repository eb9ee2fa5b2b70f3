"""What is handed in of the spring before: the marks of its term, the staff at its end, the courses of its quarter.

In: a country, which departments are slow. Out: `Report`s of the wave of schools. Nobody is asked for them, they lie
before the day on which the country begins to collect: the term and the courses are there to be looked at. A tenth of
the schools, those whose electronic journals could give them out, hand in the current marks of its months too; in one of
these some marks of the term are not what the current ones make.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta, timezone

import numpy as np

from ingest.demo.reports.plan import Decision
from ingest.demo.reports.stories import Report
from ingest.demo.world import estimates
from ingest.demo.world.country import Country
from ingest.demo.world.organisations import Organisation
from ingest.demo.world.staff import QUARTER
from ingest.demo.world.term_marks import MONTHS, TERM

_LOCAL_TIME = timezone(timedelta(hours=5))
# After the lists of September: the numbers of learners are known by lists alone.
_FIRST, _SECOND = date(2026, 9, 9), date(2026, 9, 10)
_FORMS = (
    ("staff_roster", QUARTER, _FIRST),
    ("staff_training", QUARTER, _SECOND),
    ("term_results", TERM, _SECOND),
)


def spring_reports(country: Country, slow: Collection[str], cast: Collection[int]) -> Iterator[Report]:
    """Every report on the spring, school by school. `cast`: the schools to which something else happens."""
    with_marks = schools_with_marks(country, cast)
    for school in country.organisations:
        rng = np.random.default_rng([country.seed, 23, school.index])
        has_learners = country.term_marks_of(school).is_marked
        for form, period, day in _FORMS:
            if form != "term_results" or has_learners:
                planted = form == "term_results" and school in with_marks[:1]
                yield _report(form, period, day, school, slow, rng, "other_term_mark" if planted else None)
        for month in MONTHS if school in with_marks else ():
            yield _report("current_marks", month, _FIRST, school, slow, rng)
    for number, (district, rows) in enumerate(country.staff.courses_of_departments.items()):
        sent = datetime.combine(_SECOND, time(9, 10), _LOCAL_TIME) + timedelta(minutes=number)
        oblast = f"{district[:2]}0000000"
        yield Report("schools", "staff_training", district, QUARTER, sent, oblast, "approved", events=rows)


def schools_with_marks(country: Country, cast: Collection[int] = ()) -> tuple[Organisation, ...]:
    """The schools that hand in current marks: those in the middle by size, a tenth of the country, of which each has
    marked grades and nothing else happens to it: whose list was rejected could not be held against its marks."""
    marked = [
        school
        for school in country.organisations
        if school.index not in cast and country.term_marks_of(school).is_marked
    ]
    by_size = sorted(marked, key=lambda school: (school.size, school.index))
    count = min(len(by_size), max(1, round(country.size * estimates.SCHOOLS_WITH_CURRENT_MARKS)))
    first = (len(by_size) - count) // 2
    return tuple(by_size[first : first + count])


def _report(
    form: str,
    period: str,
    day: date,
    school: Organisation,
    slow: Collection[str],
    rng: np.random.Generator,
    edits: str | None = None,
) -> Report:
    is_approved = rng.uniform() < estimates.APPROVED_REPORTS[0] and school.district not in slow
    decision: Decision = "approved" if is_approved else "waiting"
    sent = datetime.combine(day, time(8, 30), _LOCAL_TIME) + timedelta(seconds=int(rng.integers(0, 9 * 3600)))
    story = "other_term_mark" if edits else "ordinary"
    return Report(
        "schools", form, school.bin, period, sent, school.district, decision, school, edits=edits, story=story
    )
