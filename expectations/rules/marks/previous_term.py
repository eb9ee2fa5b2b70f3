"""Rules that hold the marks of a term against those of the term before.

They read `earlier`, the rows of the same node's latest accepted report, which holds no identifier of anybody.
"""

from __future__ import annotations

from expectations.rules.group import place, placed
from expectations.rules.rule import BATCH, Rule


class MarksJump(Rule):
    """The average mark of a grade in a subject (`columns`) is not more than one mark away from the term before.

    Of fewer than `least` marks nothing is said.
    """

    columns: list[str]
    least: int = 20
    needs = ("previous", "whole")
    is_about_row = False
    reads = ("earlier",)

    def query(self) -> str:
        grade, subject = self.columns
        query = f"""
            WITH now AS (
                SELECT b._file, b.{grade}, b.{subject}, min({place()}) AS first,
                    count(*) AS marks, avg(b.{self.column}) AS mark
                FROM {BATCH} {self.joins()}
                WHERE {self.applies(f"b.{self.column} IS NOT NULL")}
                GROUP BY b._file, b.{grade}, b.{subject}
            ), before AS (
                SELECT _file, {grade}, {subject}, count({self.column}) AS marks, avg({self.column}) AS mark
                FROM earlier GROUP BY ALL
            )
            SELECT w._file, w.first, round(w.mark, 2) AS average, round(e.mark, 2) AS earlier
            FROM now AS w JOIN before AS e USING (_file, {grade}, {subject})
            WHERE w.marks >= {self.least} AND e.marks >= {self.least} AND abs(w.mark - e.mark) > 1
        """
        return placed(query, "average", "earlier")
