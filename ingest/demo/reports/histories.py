"""Who hands in what, and when: on time, late, never, twice, with a mistake, corrected.

In: a country. Out: `Report`s in the order of their waves. Some schools are cast for one story each, the
others are ordinary: a few of them late or silent each week. Shares are estimates (see `estimates`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from functools import cached_property
from typing import Any

import numpy as np

from ingest.demo.reports.indicators import indicator_reports
from ingest.demo.reports.passports import passport_reports
from ingest.demo.reports.plan import Decision, Wave
from ingest.demo.reports.spring import spring_reports
from ingest.demo.reports.stories import STORIES, Report, told
from ingest.demo.reports.targets import target_reports
from ingest.demo.reports.year_before import year_before_reports
from ingest.demo.world import estimates
from ingest.demo.world.country import ROSTER_MONTH, Country
from ingest.demo.world.organisations import Organisation
from ingest.demo.world.school_year import SCHOOL_YEAR, YEAR_BEFORE
from ingest.demo.world.territory import STATE_OF
from ingest.schema.forms.load import contract
from ingest.schema.values.period import Period

LOCAL_TIME = timezone(timedelta(hours=5))
RENAMED_ON, CLOSED_ON = date(2026, 9, 10), date(2026, 9, 14)
_REGISTERED_ON = date(2026, 8, 25)


def demo_now(weeks: int) -> datetime:
    """Where the clock of a demo of so many weeks stands still: Tuesday at ten, the last week being due."""
    monday = date(2026, 8, 31) + timedelta(weeks=weeks)
    return datetime.combine(monday + timedelta(days=1), time(10), LOCAL_TIME)


@dataclass(frozen=True)
class Histories:
    """Every report of a country."""

    country: Country

    @cached_property
    def cast(self) -> Mapping[str, Organisation]:
        """Story → the school it happens to; no school has two."""
        rng = np.random.default_rng([self.country.seed, 6])
        schools = [self.country.organisations[at] for at in rng.permutation(self.country.size)]
        stories = [story for story, week in STORIES.items() if week <= self.country.weeks]
        return dict(zip(stories, schools, strict=False))

    @cached_property
    def story_of(self) -> Mapping[int, str]:
        """Index of a school → its story; ordinary schools are not in it."""
        return {school.index: story for story, school in self.cast.items()}

    @cached_property
    def _slow(self) -> frozenset[str]:
        """Departments that have decided nothing yet."""
        rng = np.random.default_rng([self.country.seed, 7])
        districts = sorted({school.district for school in self.country.organisations})
        count = round(len(districts) * estimates.SLOW_DEPARTMENTS)
        return frozenset(str(one) for one in rng.choice(districts, size=count, replace=False))

    @cached_property
    def _silent(self) -> tuple[frozenset[int], ...]:
        """Week by week the ordinary schools that send nothing."""
        ordinary = [one.index for one in self.country.organisations if one.index not in self.story_of]
        shares = estimates.MISSING_REPORTS
        found = []
        for number in range(self.country.weeks):
            rng = np.random.default_rng([self.country.seed, 9, number])
            count = round(shares[min(number, len(shares) - 1)] * self.country.size)
            found.append(frozenset(int(one) for one in rng.permutation(ordinary)[:count]))
        return tuple(found)

    def reports(self, wave: Wave) -> list[Report]:
        """What is handed in in one wave, the earliest first."""
        if wave == "republic":
            found = self._republic()
        elif wave == "districts":
            found = self._districts()
        else:
            found = [one for school in self.country.organisations for one in self._of_school(school)]
            found += self._changes()
            found += passport_reports(self.country, self._slow, {self.cast["closed"].index})
            found += year_before_reports(self.country)
            found += spring_reports(self.country, self._slow, self.story_of)
            found += indicator_reports(self.country)
            found += target_reports()
        now = demo_now(self.country.weeks)
        handed_in = [one for one in found if one.wave == wave and one.sent_at < now]
        return sorted(handed_in, key=lambda one: (one.sent_at, one.node))

    def _republic(self) -> list[Report]:
        sent = datetime(2026, 8, 5, 11, 20, tzinfo=LOCAL_TIME)
        return [
            Report("republic", form, "KZ", period, sent, "KZ", "approved")
            for form, period in (
                ("territory_register", STATE_OF),
                ("school_calendar", YEAR_BEFORE),
                ("school_calendar", SCHOOL_YEAR),
            )
        ]

    def _districts(self) -> list[Report]:
        schools: dict[str, list[dict[str, Any]]] = {}
        for school in self.country.organisations:
            schools.setdefault(school.district, []).append(school.opened())
        start = datetime(2026, 8, 26, 9, 0, tzinfo=LOCAL_TIME)
        pause = timedelta(seconds=48 * 3600 // len(schools))
        return [
            self._register("districts", district, _REGISTERED_ON, start + number * pause, events)
            for number, (district, events) in enumerate(sorted(schools.items()))
        ]

    def _register(
        self, wave: Wave, district: str, as_of: date, sent: datetime, events: list[dict[str, Any]]
    ) -> Report:
        oblast = f"{district[:2]}0000000"
        form = "organisation_register"
        return Report(wave, form, district, as_of.isoformat(), sent, oblast, "approved", events=tuple(events))

    def _changes(self) -> list[Report]:
        """The events of the month: one school gets another name, one is closed."""
        renamed, closed = self.cast["renamed"], self.cast["closed"]
        return [
            self._register(
                "schools", school.district, day, datetime.combine(day, time(16, 5), LOCAL_TIME), [event]
            )
            for school, day, event in (
                (renamed, RENAMED_ON, renamed.renamed(RENAMED_ON)),
                (closed, CLOSED_ON, closed.closed(CLOSED_ON)),
            )
        ]

    def _of_school(self, school: Organisation) -> Iterator[Report]:
        story = self.story_of.get(school.index, "ordinary")
        rng = np.random.default_rng([self.country.seed, 8, school.index])
        roster = self._roster(school, rng)
        if story in ("wrong_check_digit", "odd_age"):
            yield from told(roster, story)
        elif story != "no_roster":
            yield roster
        for number, week in enumerate(self.country.periods, start=1):
            report = self._attendance(school, number, week, rng)
            if story == "closed" and week.start >= CLOSED_ON:
                return
            if STORIES.get(story) == number:
                yield from told(report, story)
            elif school.index not in self._silent[number - 1]:
                yield report

    def _roster(self, school: Organisation, rng: np.random.Generator) -> Report:
        day = date(2026, 9, 7 if self._is_late(school, rng) else int(rng.integers(2, 5)))
        return self._report("learner_roster", school, ROSTER_MONTH, _office_hour(day, rng), 0, rng)

    def _attendance(
        self, school: Organisation, number: int, week: Period, rng: np.random.Generator
    ) -> Report:
        due = contract("attendance").due
        assert due is not None
        friday, last = week.start + timedelta(days=4), due.date_of(week)
        on_time = friday if rng.uniform() < 0.6 else last
        day = last + timedelta(days=1) if self._is_late(school, rng) else on_time
        # Nobody hands in after the moment at which the demo stands still.
        sent = min(_office_hour(day, rng), demo_now(self.country.weeks) - timedelta(minutes=20))
        return self._report("attendance", school, week, sent, number, rng)

    def _is_late(self, school: Organisation, rng: np.random.Generator) -> bool:
        is_late = rng.uniform() < estimates.LATE_REPORTS
        return bool(is_late and school.index not in self.story_of)

    def _report(
        self,
        form: str,
        school: Organisation,
        period: Period,
        sent: datetime,
        number: int,
        rng: np.random.Generator,
    ) -> Report:
        shares = estimates.APPROVED_REPORTS
        share = shares[min(number, len(shares) - 1)]
        is_approved = rng.uniform() < share and school.district not in self._slow
        decision: Decision = "approved" if is_approved else "waiting"
        report = Report("schools", form, school.bin, period.text, sent, school.district, decision, school)
        if form == "attendance" and school == self.cast["odd_age"]:
            return replace(report, edits="in_another_class")
        return report


def _office_hour(day: date, rng: np.random.Generator) -> datetime:
    """A moment between half past eight and half past five."""
    return datetime.combine(day, time(8, 30), LOCAL_TIME) + timedelta(seconds=int(rng.integers(0, 9 * 3600)))
