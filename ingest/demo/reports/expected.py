"""What must have become of every report that was due, worked out from the plan alone.

In: a country and what was handed in. Out: the status of each obligation. Written apart from the ledger's own
rule, so that each can find the other wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time

from ingest.demo.reports.histories import CLOSED_ON, LOCAL_TIME, Histories, demo_now
from ingest.demo.reports.plan import Plan, PlannedSubmission
from ingest.demo.world.country import ROSTER_MONTH, Country
from ingest.demo.world.school_year import SCHOOL_YEAR
from ingest.schema.forms.load import contract
from ingest.schema.values.period import Period

_YEAR = Period.parse("school_year", SCHOOL_YEAR)
Duty = tuple[str, str, str]
"""Form, node and period."""


def expected_obligations(country: Country, plan: Plan) -> Mapping[Duty, str]:
    """Status by duty, once everything in the plan was handed in, judged and decided upon."""
    answers: dict[Duty, list[PlannedSubmission]] = {}
    for planned in plan.submissions:
        answers.setdefault((planned.form, planned.node, planned.period), []).append(planned)
    now = demo_now(country.weeks)
    return {
        (form, node, period.text): _status(form, period, answers.get((form, node, period.text), []), now)
        for form, node, period in _duties(country)
    }


def _duties(country: Country) -> Iterator[tuple[str, str, Period]]:
    """A roster and a passport of each school, and attendance of each week, the one that has just begun included."""
    closed = Histories(country).cast["closed"]
    weeks = [*country.periods, country.periods[-1].next()]
    for school in country.organisations:
        yield "learner_roster", school.bin, ROSTER_MONTH
        yield "organisation_passport", school.bin, _YEAR
        for week in weeks:
            if school != closed or week.start < CLOSED_ON:
                yield "attendance", school.bin, week


def _status(form: str, period: Period, answers: list[PlannedSubmission], now: datetime) -> str:
    due = contract(form).due
    assert due is not None
    last_moment = datetime.combine(due.date_of(period), time.max, LOCAL_TIME)
    counting = [one for one in answers if one.outcome in _COUNTING and one.decision != "returned"]
    with_data = [one.received_at for one in counting if one.outcome == "accepted"]
    if with_data:
        return "fulfilled" if min(with_data) <= last_moment else "late"
    if counting:
        return "nil_return"
    return "missing" if now > last_moment else "open"


_COUNTING = ("accepted", "nil_return")
