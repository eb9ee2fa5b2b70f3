"""Rules on dates: inside the reporting period, on a school day, segments of the calendar apart."""

from __future__ import annotations

from expectations.rules.group import GroupRule
from expectations.rules.rule import BATCH, DAYS, CellRule, Rule, day


class DateInPeriod(CellRule):
    """The date lies in the period the file reports on."""

    needs = ("period",)
    speaks_of_types = DAYS

    def fault(self) -> str:
        return f"{day(f'b.{self.column}')} NOT BETWEEN s.period_start AND s.period_end"

    def facts(self) -> dict[str, str]:
        return {
            "start": "strftime(s.period_start, '%d.%m.%Y')",
            "end": "strftime(s.period_end, '%d.%m.%Y')",
        }


class DateAfterReceipt(CellRule):
    """The date is not after the day on which the file was received: nobody reports what has not happened yet."""

    needs = ("receipt",)
    speaks_of_types = DAYS

    def fault(self) -> str:
        return f"{day(f'b.{self.column}')} > s.received_on"

    def facts(self) -> dict[str, str]:
        return {"received": "s.received_on"}


class DateNotInBreak(Rule):
    """The date is a day of a term and neither of a break nor a public holiday, for the grade of the row.

    A break may be for some grades only (the extra one of grade 1). Days outside the period are left to
    `date_in_period`. `other` is the column of the grade, None where a form has no grades.
    """

    other: str | None = None
    needs = ("period", "calendar")
    reads = ("period_day",)
    speaks_of_types = DAYS

    def fault(self) -> str:
        grade = f"b.{self.other}" if self.other else "NULL"
        return f"""
            EXISTS (
                SELECT 1 FROM (
                    SELECT d.day, coalesce(c.grade_from, 0) AS first, coalesce(c.grade_to, 12) AS last
                    FROM period_day AS d
                    JOIN reference_calendar AS c ON d.day BETWEEN c.start_date AND c.end_date
                        AND c.segment IN ('break', 'holiday')
                    UNION ALL
                    SELECT d.day, 0, 12 FROM period_day AS d WHERE NOT EXISTS (
                        SELECT 1 FROM reference_calendar AS t
                        WHERE t.segment = 'term' AND d.day BETWEEN t.start_date AND t.end_date
                    )
                ) AS off
                WHERE off.day = {day(f"b.{self.column}")}
                    AND ((off.first = 0 AND off.last = 12) OR {grade} BETWEEN off.first AND off.last)
            )
        """


class SegmentsDoNotOverlap(Rule):
    """No term or break of a calendar begins inside an earlier one for the same grades.

    A break for grade 1 alone lies inside a term on purpose, holidays lie anywhere: both are left out.
    """

    other: str
    stage = "group"
    speaks_of = ("segment", "grade_from", "grade_to")

    def query(self) -> str:
        # By their first days, a period lies inside an earlier one when any of those ends after it begins.
        return f"""
            WITH ordered AS (
                SELECT b.*, max(b.{self.other}) OVER (
                    PARTITION BY b._file, b.grade_from, b.grade_to ORDER BY b.{self.column}, b._table, b._row
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS latest
                FROM {BATCH} WHERE b.segment IN ('term', 'break') AND b.{self.column} IS NOT NULL
            )
            SELECT b._file, b._table, b._row FROM ordered AS b
            WHERE {self.applies(f"b.{self.column} <= b.{self.other}", f"b.{self.column} <= b.latest")}
        """


class DateAfterPeriod(CellRule):
    """The date is not after the last day of the period the file reports on."""

    needs = ("period",)
    speaks_of_types = DAYS

    def fault(self) -> str:
        return f"{day(f'b.{self.column}')} > s.period_end"

    def facts(self) -> dict[str, str]:
        return {"end": "strftime(s.period_end, '%d.%m.%Y')"}


class DateOnSunday(GroupRule):
    """Nothing of lessons falls on a Sunday. One finding a file and day (`columns`: the day)."""

    speaks_of_types = DAYS

    def fault(self) -> str:
        return f"isodow(min({day(f'b.{self.column}')})) = 7"

    def facts(self) -> dict[str, str]:
        return {"many": "count(*)"}
