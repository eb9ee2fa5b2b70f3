"""Rules on weeks too good, too bad or too even to be true.

All of them ask: a flu week or a school trip is in order once explained.
"""

from __future__ import annotations

from expectations.rules.attendance.class_day import ClassDayRule, FileRule
from expectations.rules.group import of_prepared


class WholeClassAbsent(ClassDayRule):
    """Of a class of `least` learners or more not all are away all day."""

    least: int = 8

    def fault(self) -> str:
        return f"d.learners >= {self.least} AND d.away_all_day = d.learners"

    def facts(self) -> dict[str, str]:
        return {"many": "d.learners", "day": "strftime(d.date, '%d.%m.%Y')"}


class DayCopied(ClassDayRule):
    """No two days of a file have exactly the same absences of the same learners, `least` of them or more."""

    least: int = 15

    def query(self) -> str:
        query = f"""
            WITH day AS (
                SELECT _file, date, min(first) AS first, sum(away) AS away, sum(pattern) AS pattern
                FROM class_day GROUP BY _file, date
            ), same AS (
                SELECT *, lag(date) OVER (PARTITION BY _file, pattern, away ORDER BY date) AS earlier
                FROM day WHERE away >= {self.least}
            )
            SELECT _file, first, strftime(earlier, '%d.%m.%Y') AS day, away AS many
            FROM same WHERE earlier IS NOT NULL
        """
        return of_prepared(query, "day", "many")


class FullAttendance(FileRule):
    """Among `least` learner days or more there is an absence."""

    least: int = 600

    def fault(self) -> str:
        return f"sum(learners) >= {self.least} AND sum(missed) = 0"

    def facts(self) -> dict[str, str]:
        return {"many": "sum(learners)"}


class OneReasonOnly(FileRule):
    """`least` absences or more do not all have one reason."""

    least: int = 40

    def fault(self) -> str:
        return f"sum(away) >= {self.least} AND min(first_reason) = max(last_reason)"

    def facts(self) -> dict[str, str]:
        return {"many": "sum(away)"}


class AbsenceImplausible(FileRule):
    """Of `least` learner days or more no more than half of the lessons are missed."""

    least: int = 100

    def fault(self) -> str:
        return f"sum(learners) >= {self.least} AND sum(missed) * 2 > sum(scheduled)"

    def facts(self) -> dict[str, str]:
        return {"share": "round(100.0 * sum(missed) / sum(scheduled))::INTEGER"}
