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

from ingest.demo import estimates
from ingest.demo.attendance import Attendance, attendance
from ingest.demo.buildings import Row, passport_of
from ingest.demo.learners import SCHOOL_YEAR_START, classes, rosters
from ingest.demo.organisations import Organisation, organisations
from ingest.demo.school_year import school_days
from ingest.demo.staff import Staff, staff_of
from ingest.demo.term_marks import TermMarks, term_marks
from ingest.schema.values.period import Period

ROSTER_MONTH = Period.containing("month", SCHOOL_YEAR_START)


@dataclass(frozen=True)
class Country:
    """A country of `size` organisations; `weeks` is how many school weeks are reported, from the first."""

    seed: int = 503
    size: int = 80
    learners_per_organisation: int = estimates.LEARNERS_PER_ORGANISATION
    weeks: int = 4

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
        found: list[int] = np.searchsorted(
            self.roster["_organisation"].to_numpy(), range(self.size + 1)
        ).tolist()
        return found

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The weeks reported, of which the first begins before school does."""
        found = [Period.containing("week", SCHOOL_YEAR_START)]
        while len(found) < self.weeks:
            found.append(found[-1].next())
        return tuple(found)

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

    def term_marks_of(self, organisation: Organisation) -> TermMarks:
        """The marks of one school in the last term of the year before."""
        if organisation.index not in self._term_marks:
            self._term_marks[organisation.index] = term_marks(
                organisation, self.roster_of(organisation), self.seed
            )
        return self._term_marks[organisation.index]
