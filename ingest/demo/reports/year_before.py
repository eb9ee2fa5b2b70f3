"""What is handed in of the year before: its lists, weeks, staff and passports, and the term of the year before that.

In: a country. Out: `Report`s. Nobody is asked for them. They come with the corrections, when this year's lists have
been judged: a list of a year ago is no list against which to hold somebody's report of this September.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone

import numpy as np

from ingest.demo.reports.plan import Decision
from ingest.demo.reports.stories import Report
from ingest.demo.world.country import Country
from ingest.demo.world.organisations import Organisation
from ingest.demo.world.school_year import YEAR_BEFORE

ROSTER_MONTH_BEFORE, QUARTER_BEFORE, TERM_BEFORE = "2025-09", "2025-Q2", "2024-2025-T4"
_SENT_ON = date(2026, 9, 11)
_LOCAL_TIME = timezone(timedelta(hours=5))


def year_before_reports(country: Country) -> Iterator[Report]:
    """Every report on the year before, school by school, that of one which is closed since as well."""
    forms = [
        ("learner_roster", ROSTER_MONTH_BEFORE),
        *(("attendance", week.text) for week in country.periods_before),
        ("staff_roster", QUARTER_BEFORE),
        ("term_results", TERM_BEFORE),
        ("organisation_passport", YEAR_BEFORE),
    ]
    for school in country.organisations:
        rng = np.random.default_rng([country.seed, 29, school.index])
        for form, period in forms:
            if form != "term_results" or country.term_marks_before(school).is_marked:
                yield _report(form, period, school, rng)


def _report(form: str, period: str, school: Organisation, rng: np.random.Generator) -> Report:
    decision: Decision = "approved"
    sent = datetime.combine(_SENT_ON, time(8, 30), _LOCAL_TIME) + timedelta(
        seconds=int(rng.integers(0, 9 * 3600))
    )
    return Report(
        "corrections", form, school.bin, period, sent, school.district, decision, school, story="year_before"
    )
