"""Rules on the classes of a roster and on columns that should, or should not, hold one value."""

from __future__ import annotations

from typing import Any

from expectations.rules.group import GroupRule, place, placed
from expectations.rules.minority import MinorityRule
from expectations.rules.rule import BATCH, CellRule, Rule


class ClassSize(GroupRule):
    """A class (`columns`) has no more than `most` learners; the sanitary norm is 25, overfull schools 36."""

    most: int = 40

    def fault(self) -> str:
        return f"count(*) > {self.most}"

    def facts(self) -> dict[str, str]:
        return {"many": "count(*)"}

    def params(self) -> dict[str, Any]:
        return {"most": self.most}


class SeveralValues(MinorityRule):
    """All rows of a group (`columns`; none: of the file) hold the same value in the column. Points at those that
    differ from most of the group."""


class LetterOfOneLearner(Rule):
    """No class (`columns`: grade and letter) holds one learner alone beside one of the same grade with `least`."""

    columns: list[str]
    least: int = 10
    stage = "group"

    def query(self) -> str:
        grade, letter = self.columns
        query = f"""
            WITH class AS (
                SELECT b._file, b.{grade} AS grade, lower(b.{letter}) AS letter, min({place()}) AS first,
                    count(*) AS learners, any_value(b.{letter}) AS written
                FROM {BATCH} WHERE {self.applies(f"b.{grade} IS NOT NULL", f"b.{letter} IS NOT NULL")}
                GROUP BY b._file, b.{grade}, lower(b.{letter})
            ), compared AS (
                SELECT *, max(learners) OVER same AS most,
                    string_agg(written, ', ') FILTER (learners > 1) OVER same AS letters
                FROM class
                WINDOW same AS (PARTITION BY _file, grade)
            )
            SELECT _file, first, grade, letters FROM compared WHERE learners = 1 AND most >= {self.least}
        """
        return placed(query, "grade", "letters")


class OneValueOnly(GroupRule):
    """Among `least` rows or more the column does not hold one and the same value, as if copied down."""

    least: int = 200

    def fault(self) -> str:
        return f"count(b.{self.column}) >= {self.least} AND min(b.{self.column}) = max(b.{self.column})"

    def facts(self) -> dict[str, str]:
        return {"many": "count(*)"}


class GradeSkipped(GroupRule):
    """A list of `least` learners or more holds every grade between its lowest and its highest."""

    asks_for_all = True

    least: int = 100

    def fault(self) -> str:
        column = f"b.{self.column}"
        return f"count(*) >= {self.least} AND max({column}) - min({column}) + 1 > count(DISTINCT {column})"

    def facts(self) -> dict[str, str]:
        return {"present": f"array_to_string(list_sort(list(DISTINCT b.{self.column})), ', ')"}


class DateAfterPeriod(CellRule):
    """The date is not after the last day of the period the file reports on."""

    needs = ("period",)

    def fault(self) -> str:
        return f"b.{self.column} > s.period_end"

    def facts(self) -> dict[str, str]:
        return {"end": "strftime(s.period_end, '%d.%m.%Y')"}


class FilledTogether(Rule):
    """Both columns are filled in, or neither is. Points at the filled one's empty partner."""

    other: str

    def fault(self) -> str:
        return f"b.{self.column} IS NULL AND b.{self.other} IS NOT NULL"


class EmptyWhen(Rule):
    """The cell is empty on the rows that `when` names."""

    def fault(self) -> str:
        return f"b.{self.column} IS NOT NULL"
