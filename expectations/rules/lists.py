"""Rules that hold a report against lists of persons and the register: who is missing, who is on two lists.

What is known of the lists comes from `enrolled` (those that hold for the period), `enrolled_before` (the one of an
earlier month) and `listed_elsewhere` (who is on a list of another organisation for the same month). No finding
says which other organisation it is: that is not the submitter's to know.
"""

from __future__ import annotations

from typing import ClassVar

from expectations.rules.group import place, placed
from expectations.rules.rule import BATCH, Rule, ValueRule

_NUMBER = "TRY_CAST(b.{0} AS BIGINT)"
# The school year a month text (`2026-09`) lies in, by the year it begins in.
_SCHOOL_YEAR = (
    "(CAST(left({0}, 4) AS INTEGER) - CASE WHEN CAST(right({0}, 2) AS INTEGER) < 9 THEN 1 ELSE 0 END)"
)


def _first_of_whole(column: str) -> str:
    """SQL: the first row with a learner of each file that is a whole report. `column`: the learners' number."""
    return (
        f"(SELECT d._file, min(d.first) AS first FROM distinct_{column} AS d "
        "JOIN scope AS s ON s._file = d._file AND s.has_whole GROUP BY d._file) AS f"
    )


def _of_batch(query: str) -> str:
    """A query that reads prepared tables alone. Great Expectations wants the batch named in every query."""
    return f"{query} WHERE EXISTS (SELECT 1 FROM {BATCH})"


class LearnerElsewhere(ValueRule):
    """A learner on the list of the month is not on that of another organisation for the same month.

    Only lists accepted before this one are known: whoever reports later is asked.
    """

    needs = ("node", "period", "elsewhere")

    def fault(self) -> str:
        return "d.is_sound"

    def joins_of_values(self) -> str:
        return (
            f"{super().joins_of_values()} SEMI JOIN listed_elsewhere AS r "
            "ON r._file = d._file AND r.value = d.value"
        )


class AgainstListBefore(Rule):
    """A rule on each learner (`column`: the grade, `other`: the number) who was on the list before as well."""

    is_base: ClassVar[bool] = True

    other: str
    needs = ("previous_list",)

    def joins(self) -> str:
        return (
            f"{super().joins()} JOIN enrolled_before AS r ON r._file = b._file "
            f"AND r.n = {_NUMBER.format(f'{self.other}')} AND r.grade IS NOT NULL"
        )

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


class GradesNotMovedUp(AgainstListBefore):
    """In a new school year not nine in ten of `least` learners or more are still in the grade they were in."""

    least: int = 50

    def query(self) -> str:
        now = _SCHOOL_YEAR.format("strftime(s.period_start, '%Y-%m')")
        guards = " AND ".join([f"b.{self.column} IS NOT NULL", *self.guards()])
        return placed(
            f"SELECT b._file, min({place()}) AS first, count(*) FILTER (b.{self.column} = r.grade) AS many "
            f"FROM {BATCH}{self.joins()} WHERE {guards} AND {now} > {_SCHOOL_YEAR.format('r.period')} "
            f"GROUP BY b._file HAVING count(*) >= {self.least} "
            f"AND count(*) FILTER (b.{self.column} = r.grade) * 10 >= count(*) * 9",
            "many",
        )


class LearnersNotReported(Rule):
    """Everybody on the latest list has a row, from grade `lowest` on: not `least` and `share` per cent have none.

    Some come and go within a month. One finding a file, at its first row.
    """

    least: int = 5
    share: int = 5
    lowest: int = 0
    needs = ("node", "period", "learner", "whole")

    def query(self) -> str:
        missing = "count(*) FILTER (w.n IS NULL)"
        return _of_batch(
            placed(
                f"SELECT r._file, f.first, {missing} AS many FROM enrolled AS r LEFT JOIN distinct_{self.column} AS w "
                f"ON w._file = r._file AND w.n = r.n JOIN {_first_of_whole(self.column)} ON f._file = r._file "
                f"WHERE r.is_latest AND coalesce(r.grade, {self.lowest}) >= {self.lowest} AND r.n IS NOT NULL "
                f"GROUP BY r._file, f.first HAVING {missing} >= {self.least} "
                f"AND {missing} * 100 >= {self.share} * count(*)",
                "many",
            )
        )


class ClassNotReported(Rule):
    """Every class of `least` learners or more on the latest list is that of a learner of the file.

    `column`: the learners' number. Grades below `lowest` are left out. Points at the first row of the file.
    """

    least: int = 3
    lowest: int = 0
    needs = ("node", "period", "learner", "whole")

    def query(self) -> str:
        # Most learners stand in one class: the few others are looked at once more.
        source = f"distinct_{self.column}"
        found = (
            f"SELECT DISTINCT _file, grade, letter FROM {source} UNION ALL SELECT _file, grade_to, letter_to "
            f"FROM {source} WHERE grade <> grade_to OR letter <> letter_to"
        )
        there = f"SELECT DISTINCT _file, grade, lower(coalesce(letter, '')) AS letter FROM ({found}) AS c"
        return _of_batch(
            placed(
                "SELECT r._file, f.first, r.grade AS roster_grade, "
                "any_value(coalesce(r.letter, '')) AS roster_letter, "
                f"count(*) AS many FROM enrolled AS r ANTI JOIN ({there}) AS w "
                "ON w._file = r._file AND w.grade = r.grade AND w.letter = lower(coalesce(r.letter, '')) "
                f"JOIN {_first_of_whole(self.column)} ON f._file = r._file "
                f"WHERE r.is_latest AND r.grade >= {self.lowest} "
                "GROUP BY r._file, f.first, r.grade, lower(coalesce(r.letter, '')) "
                f"HAVING count(*) >= {self.least}",
                "roster_grade",
                "roster_letter",
                "many",
            )
        )


class LearnersLackDays(Rule):
    """A learner has a row for every day on which half of the class (`columns`) or more have. One finding a class.

    Says nothing while fewer than `least` learners and a quarter of the class lack days: some come or leave within
    the week. Reads `class_day`.
    """

    columns: list[str]
    other: str
    least: int = 5

    def _suspects(self) -> str:
        """The files that are worth counting learner by learner: every class of any other has equal days."""
        return (
            "(SELECT c._file FROM (SELECT _file, grade, letter, max(learners) AS most, sum(learners) AS rows, "
            "count(*) AS days FROM class_day GROUP BY ALL) AS c JOIN (SELECT _file, count(*) AS learners "
            f"FROM distinct_{self.other} GROUP BY _file) AS l ON l._file = c._file GROUP BY c._file, l.learners "
            f"HAVING sum(c.most * c.days - c.rows) >= {self.least} OR sum(c.most) <> l.learners)"
        )

    def query(self) -> str:
        grade, letter = self.columns
        key = f"b._file, b.{grade}, lower(coalesce(b.{letter}, ''))"
        guards = " AND ".join([f"b.{self.column} IS NOT NULL", *self.guards()])
        rows = f"{BATCH} SEMI JOIN {self._suspects()} AS f ON f._file = b._file WHERE {guards}"
        lacks = "count(*) FILTER (w.days < c.days)"
        learners = (
            f"SELECT {key} AS letter, b.{self.other}, min({place()}) AS first, "
            f"count(DISTINCT b.{self.column}) AS days FROM {rows} GROUP BY ALL"
        )
        days = f"SELECT {key} AS letter, b.{self.column}, count(*) AS learners FROM {rows} GROUP BY ALL"
        classes = (
            f"SELECT _file, {grade}, letter, count(*) FILTER (learners * 2 >= most) AS days FROM (SELECT *, "
            f"max(learners) OVER (PARTITION BY _file, {grade}, letter) AS most FROM ({days}) AS d) AS d GROUP BY ALL"
        )
        return placed(
            f"SELECT c._file, min(w.first) FILTER (w.days < c.days) AS first, {lacks} AS many "
            f"FROM ({learners}) AS w JOIN ({classes}) AS c ON c._file = w._file "
            f"AND c.{grade} IS NOT DISTINCT FROM w.{grade} AND c.letter = w.letter "
            f"GROUP BY c._file, c.{grade}, c.letter HAVING {lacks} >= {self.least} AND {lacks} * 4 >= count(*)",
            "many",
        )
