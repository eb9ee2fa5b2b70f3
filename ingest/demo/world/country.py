"""The whole synthetic country as one object.

In: a seed, how many organisations, how many learners each, how many weeks. Out: its schools, their rosters
and their attendance. The same numbers always give the same country; a school's attendance depends on
nothing but the seed and the school, so that it may be asked for in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa

from ingest.demo.world import estimates
from ingest.demo.world.attendance import Attendance, attendance
from ingest.demo.world.buildings import Row, passport_before, passport_of
from ingest.demo.world.learners import SCHOOL_YEAR_START, classes, rosters
from ingest.demo.world.learners_before import FIRST_DAY_OF_TERM_YEAR, rosters_before
from ingest.demo.world.organisations import Organisation, organisations
from ingest.demo.world.school_year import YEAR_BEFORE, school_days
from ingest.demo.world.staff import Staff, staff_of
from ingest.demo.world.term_marks import TermMarks, term_marks, term_marks_of_year_before
from ingest.schema.values.period import Period

# Until the turn of the year weeks have the numbers they had.
_SAME_NUMBERS = 17
ROSTER_MONTH = Period.containing("month", SCHOOL_YEAR_START)


@dataclass(frozen=True)
class Country:
    """A country of `size` organisations; `weeks` is how many school weeks are reported, from the first;
    `weeks_before` how many of the year before, the last of them those that the last of this year are compared with."""

    seed: int = 503
    size: int = 80
    learners_per_organisation: int = estimates.LEARNERS_PER_ORGANISATION
    weeks: int = 4
    weeks_before: int = 4

    @cached_property
    def organisations(self) -> tuple[Organisation, ...]:
        """Every school, region by region."""
        return organisations(self.size, self.learners_per_organisation, self.seed)

    @cached_property
    def roster(self) -> pa.Table:
        """Every learner of September in the columns of the form, school after school."""
        return rosters(self.organisations, self.seed)

    @cached_property
    def _bounds(self) -> list[int]:
        return _bounds(self.roster, self.size)

    @cached_property
    def roster_before(self) -> pa.Table:
        """Every learner of the September before, school after school."""
        return rosters_before(self.roster, self.organisations, self.seed)

    @cached_property
    def _bounds_before(self) -> list[int]:
        return _bounds(self.roster_before, self.size)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The weeks reported, of which the first begins before school does."""
        found = [Period.containing("week", SCHOOL_YEAR_START)]
        while len(found) < self.weeks:
            found.append(found[-1].next())
        return tuple(found)

    @cached_property
    def periods_before(self) -> tuple[Period, ...]:
        """The weeks of the year before that are reported: of the same numbers as the last of this year's."""
        weeks = [f"{YEAR_BEFORE[:4]}{week.text[4:]}" for week in self.periods[:_SAME_NUMBERS]]
        return tuple(Period.parse("week", week) for week in weeks[-self.weeks_before :])

    def days_of(self, week: Period) -> tuple[date, ...]:
        """The school days of a week."""
        return school_days(week.start, week.end)

    def roster_of(self, organisation: Organisation) -> pa.Table:
        """The learners of one school."""
        first, last = self._bounds[organisation.index : organisation.index + 2]
        return self.roster.slice(first, last - first)

    def attendance_of(self, organisation: Organisation) -> Attendance:
        """The attendance of one school in all weeks."""
        days = school_days(self.periods[0].start, self.periods[-1].end)
        return attendance(organisation, self.roster_of(organisation), days, self.seed)

    def roster_before_of(self, organisation: Organisation) -> pa.Table:
        """The learners of one school a year before."""
        first, last = self._bounds_before[organisation.index : organisation.index + 2]
        return self.roster_before.slice(first, last - first)

    def attendance_before(self, organisation: Organisation) -> Attendance:
        """The attendance of one school in the weeks of the year before."""
        days = school_days(self.periods_before[0].start, self.periods_before[-1].end)
        return attendance(organisation, self.roster_before_of(organisation), days, self.seed)

    def term_marks_before(self, organisation: Organisation) -> TermMarks:
        """The marks of one school in the last term a year before `term_marks_of`."""
        if organisation.index not in self._term_marks_before:
            roster = self.roster_before_of(organisation)
            made = term_marks_of_year_before(organisation, roster, self.seed, FIRST_DAY_OF_TERM_YEAR)
            self._term_marks_before[organisation.index] = made
        return self._term_marks_before[organisation.index]

    def passport_before(self, organisation: Organisation) -> Row:
        """The passport of one school a year before."""
        rows = self.roster_before_of(organisation)
        sets = len({*zip(rows["grade"].to_pylist(), rows["letter"].to_pylist(), strict=True)})
        return passport_before(self.passport_of(organisation), sets)

    def passport_of(self, organisation: Organisation) -> Row:
        """The passport of one school, in which are as many classes as its list has."""
        sets = sum(one.learners > 0 for one in classes(organisation, self.seed))
        return passport_of(organisation, sets, self.seed)

    @cached_property
    def staff(self) -> Staff:
        """Who was employed in the spring, and the courses they took."""
        return staff_of(self.organisations, self.seed)

    @cached_property
    def _term_marks(self) -> dict[int, TermMarks]:
        return {}

    @cached_property
    def _term_marks_before(self) -> dict[int, TermMarks]:
        return {}

    def term_marks_of(self, organisation: Organisation) -> TermMarks:
        """The marks of one school in the last term of the year before."""
        if organisation.index not in self._term_marks:
            self._term_marks[organisation.index] = term_marks(
                organisation, self.roster_of(organisation), self.seed
            )
        return self._term_marks[organisation.index]


def _bounds(roster: pa.Table, size: int) -> list[int]:
    """Where the learners of each school begin, and the last end."""
    found: list[int] = np.searchsorted(roster["_organisation"].to_numpy(), range(size + 1)).tolist()
    return found
