"""Rules that hold a report against lists of persons and the register: who is missing, who is on two lists.

What is known of the lists comes from `enrolled` (those that hold for the period; `not_enrolled`: who of the file is on
none of them), `enrolled_before` (the one of an earlier month) and `listed_elsewhere` (who is on a list of another
organisation for the same month). No finding says which other organisation it is: that is not the submitter's to know.
"""

from __future__ import annotations

from typing import ClassVar

from expectations.rules.group import class_name, of_prepared, place, placed
from expectations.rules.rule import BATCH, Rule, ValueRule

_NUMBER = "TRY_CAST(b.{0} AS BIGINT)"
# The school year a month text (`2026-09`) lies in, by the year it begins in.
_SCHOOL_YEAR = (
    "(CAST(left({0}, 4) AS INTEGER) - CASE WHEN CAST(right({0}, 2) AS INTEGER) < 9 THEN 1 ELSE 0 END)"
)
# A list says who was there on the first day of its month.
_FIRST_DAY = "TRY_CAST(r.period || '-01' AS DATE)"


def _first_of_whole(column: str) -> str:
    """SQL: the first row with a learner of each file that is a whole report. `column`: the learners' number."""
    return f"""
        SELECT d._file, min(d.first) AS first
        FROM distinct_{column} AS d JOIN scope AS s ON s._file = d._file AND s.has_whole
        GROUP BY d._file
    """


class LearnerElsewhere(ValueRule):
    """A learner on the list of the month is not on that of another organisation for the same month.

    Only lists accepted before this one are known: whoever reports later is asked.
    """

    needs = ("node", "period", "elsewhere")
    reads = ("listed_elsewhere",)

    def fault(self) -> str:
        return "d.is_sound"

    def joins_of_values(self) -> str:
        return f"""
            {super().joins_of_values()}
            SEMI JOIN listed_elsewhere AS r ON r._file = d._file AND r.value = d.value
        """


class LearnerElsewhereBefore(Rule):
    """A learner (`other`) who was on another organisation's list of an earlier month was enrolled here after its day.

    Enrolment later than that list is a transfer, which is in order. Says the month and never whose list it was.
    `column`: the day of enrolment. Silent where the other list of this month has the learner as well: that is for
    `learner_elsewhere`.
    """

    other: str
    needs = ("node", "period", "elsewhere")
    reads = ("listed_before", "listed_elsewhere")

    def joins(self) -> str:
        return f"""
            {super().joins()}
            JOIN listed_before AS r ON r._file = b._file AND r.value = b.{self.other}
            ANTI JOIN listed_elsewhere AS n ON n._file = b._file AND n.value = b.{self.other}
        """

    def fault(self) -> str:
        return f"b.{self.column} <= {_FIRST_DAY}"

    def facts(self) -> dict[str, str]:
        return {"month": f"strftime({_FIRST_DAY}, '%m.%Y')"}


class AgainstListBefore(Rule):
    """A rule on each learner (`column`: the grade, `other`: the number) who was on the list before as well."""

    is_base: ClassVar[bool] = True

    other: str
    needs = ("previous_list",)
    reads = ("enrolled_before",)

    def joins(self) -> str:
        return f"""
            {super().joins()}
            JOIN enrolled_before AS r ON r._file = b._file AND r.n = {_NUMBER.format(self.other)}
                AND r.grade IS NOT NULL
        """

    def facts(self) -> dict[str, str]:
        return {"earlier": "r.grade"}


class GradeWentBack(AgainstListBefore):
    """A learner's grade is not lower than on the list before."""

    def fault(self) -> str:
        return f"b.{self.column} < r.grade"


class GradeAhead(AgainstListBefore):
    """A learner moves up one grade at a time, and only from one school year to the next."""

    def fault(self) -> str:
        now = _SCHOOL_YEAR.format("strftime(s.period_start, '%Y-%m')")
        return f"b.{self.column} > r.grade + {now} - {_SCHOOL_YEAR.format('r.period')}"


class LeftBeforeLastList(Rule):
    """Nobody stays on the list who had left before the day of the list before: that one should have said so.

    A list names those who left since the one before it. `column`: the day of leaving.
    """

    needs = ("period", "previous_list")

    def _day(self) -> str:
        return _FIRST_DAY.replace("r.period", "s.roster_before")

    def fault(self) -> str:
        return f"b.{self.column} < {self._day()}"

    def facts(self) -> dict[str, str]:
        return {"start": f"strftime({self._day()}, '%d.%m.%Y')"}


class GradesNotMovedUp(AgainstListBefore):
    """In a new school year not nine in ten of `least` learners or more are still in the grade they were in."""

    least: int = 50
    is_about_row = False

    def query(self) -> str:
        now = _SCHOOL_YEAR.format("strftime(s.period_start, '%Y-%m')")
        same = f"count(*) FILTER (b.{self.column} = r.grade)"
        query = f"""
            SELECT b._file, min({place()}) AS first, {same} AS many
            FROM {BATCH} {self.joins()}
            WHERE {self.applies(f"b.{self.column} IS NOT NULL")} AND {now} > {_SCHOOL_YEAR.format("r.period")}
            GROUP BY b._file
            HAVING count(*) >= {self.least} AND {same} * 10 >= count(*) * 9
        """
        return placed(query, "many")


class LearnersNotReported(Rule):
    """Everybody on the latest list has a row, from grade `lowest` on: not `least` and `share` per cent have none.

    Some come and go within a month. One finding a file, at its first row.
    """

    least: int = 5
    share: int = 5
    lowest: int = 0
    needs = ("node", "period", "learner", "whole")
    is_about_row = False
    reads = ("enrolled",)

    def query(self) -> str:
        missing = "count(*) FILTER (NOT r.is_reported)"
        query = f"""
            WITH f AS ({_first_of_whole(self.column)})
            SELECT r._file, f.first, {missing} AS many
            FROM enrolled AS r JOIN f ON f._file = r._file
            WHERE r.is_latest AND NOT r.is_gone AND coalesce(r.grade, {self.lowest}) >= {self.lowest}
                AND r.n IS NOT NULL
            GROUP BY r._file, f.first
            HAVING {missing} >= {self.least} AND {missing} * 100 >= {self.share} * count(*)
        """
        return of_prepared(query, "many")


class ClassNotReported(Rule):
    """Every class of `least` learners or more on the latest list is that of a learner of the file.

    Learners whom the file names without a grade that can be read are not missed: it is their grade that is wrong.
    `column`: the learners' number. Grades below `lowest` are left out. Points at the first row of the file.
    """

    least: int = 3
    lowest: int = 0
    needs = ("node", "period", "learner", "whole")
    is_about_row = False
    reads = ("enrolled",)

    def query(self) -> str:
        # Most learners stand in one class: the few others are looked at once more. Classes are few, and learners are
        # looked at only of those that are absent.
        query = f"""
            WITH found AS (
                SELECT DISTINCT _file, grade, letter FROM distinct_{self.column}
                UNION ALL
                SELECT _file, grade_to, letter_to FROM distinct_{self.column}
                WHERE grade <> grade_to OR letter <> letter_to
            ), there AS (
                SELECT DISTINCT _file, grade, lower(coalesce(letter, '')) AS letter FROM found
            ), listed AS (
                SELECT DISTINCT _file, grade, letter FROM enrolled
                WHERE is_latest AND NOT is_gone AND grade >= {self.lowest}
            ), absent AS (
                SELECT r._file, r.grade, lower(coalesce(r.letter, '')) AS letter FROM listed AS r
                ANTI JOIN there AS w ON w._file = r._file AND w.grade = r.grade
                    AND w.letter = lower(coalesce(r.letter, ''))
            ), f AS ({_first_of_whole(self.column)})
            SELECT r._file, f.first, count(*) AS many,
                {class_name("r.grade", "any_value(r.letter)")} AS roster_class
            FROM enrolled AS r
            SEMI JOIN absent AS w ON w._file = r._file AND w.grade = r.grade
                AND w.letter = lower(coalesce(r.letter, ''))
            ANTI JOIN distinct_{self.column} AS n ON n._file = r._file AND n.n = r.n AND n.grade IS NULL
            JOIN f ON f._file = r._file
            WHERE r.is_latest AND NOT r.is_gone
            GROUP BY r._file, f.first, r.grade, lower(coalesce(r.letter, ''))
            HAVING count(*) >= {self.least}
        """
        return of_prepared(query, "roster_class", "many")


class LearnerOnRoster(ValueRule):
    """The learner is on a roster of the organisation that holds for the period.

    These are the rosters of the months the period touches, and the latest before them.
    """

    needs = ("node", "period", "learner")
    reads = ("not_enrolled",)

    def fault(self) -> str:
        return "d.is_sound"

    def joins_of_values(self) -> str:
        # A join and no EXISTS: for that the engine first looks for the distinct pairs, which they are.
        return f"{super().joins_of_values()} SEMI JOIN not_enrolled AS r ON r._file = d._file AND r.n = d.n"
