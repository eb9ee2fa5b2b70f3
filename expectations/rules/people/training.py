"""Rules on the courses of employees: who took them, how long they were, which document was given.

The columns are those of the form staff_training. All of them ask: somebody may have left before the list of staff was
written, two courses may be held in the same days.
"""

from __future__ import annotations

from typing import Any

from expectations.rules.group import place
from expectations.rules.rule import BATCH, Rule, ValueRule


class EmployeeOnStaffRoster(ValueRule):
    """The employee is on a staff roster of the organisation: that of the quarter or the latest before it.

    Departments hand in no such list, and are not asked.
    """

    needs = ("node", "period", "staff")
    reads = ("not_employed",)

    def fault(self) -> str:
        return "d.is_sound"

    def joins_of_values(self) -> str:
        return f"{super().joins_of_values()} SEMI JOIN not_employed AS r ON r._file = d._file AND r.value = d.value"


class HoursFitDays(Rule):
    """A course has no more hours than its days can hold: `most` a day, first and last day (`columns`) included."""

    columns: list[str]
    most: int = 12

    def _days(self) -> str:
        first, last = self.columns
        return f"(b.{last} - b.{first} + 1)"

    def fault(self) -> str:
        first, last = self.columns
        return f"b.{first} <= b.{last} AND b.{self.column} > {self.most} * {self._days()}"

    def facts(self) -> dict[str, str]:
        return {"days": self._days()}

    def params(self) -> dict[str, Any]:
        return {"most": self.most}


class DocumentTwice(Rule):
    """A document is given once: no earlier row has its number, whoever it names (`columns`) and whatever the course.

    What has no digit is no number: «б/н» stands in many rows.
    """

    columns: list[str]
    stage = "group"

    def query(self) -> str:
        number = f"lower(trim(b.{self.column}))"
        return f"""
            WITH g AS (
                SELECT b._file, b._table, b._row, row_number() OVER same AS nth,
                    first_value({place()}) OVER same AS first_row
                FROM {BATCH}
                WHERE {self.applies(f"regexp_matches(b.{self.column}, '[0-9]')")}
                WINDOW same AS (PARTITION BY b._file, {number} ORDER BY b._table, b._row)
            )
            SELECT _file, _table, _row, first_row FROM g WHERE nth > 1
        """


class CourseNamedTwice(Rule):
    """An employee took one course of as many hours in the same days (`columns`), not two under other names.

    Points at the later row.
    """

    columns: list[str]
    stage = "group"

    def query(self) -> str:
        same = ", ".join(["b._file", *(f"b.{name}" for name in self.columns)])
        filled = [f"b.{name} IS NOT NULL" for name in (self.column, *self.columns)]
        return f"""
            WITH g AS (
                SELECT b._file, b._table, b._row, b.{self.column} AS named,
                    first_value({place()}) OVER same AS first_row, first_value(b.{self.column}) OVER same AS first_name
                FROM {BATCH}
                WHERE {self.applies(*filled)}
                WINDOW same AS (PARTITION BY {same} ORDER BY b._table, b._row)
            )
            SELECT _file, _table, _row, first_row FROM g WHERE named <> first_name
        """
