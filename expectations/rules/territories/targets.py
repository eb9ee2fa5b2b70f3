"""Rules on targets of regional indicators: for which years one is set.

The columns are those of the form indicator_targets; a target without a last year is for its first year alone.
"""

from __future__ import annotations

from expectations.rules.rule import BATCH, Rule


class TargetYearsOverlap(Rule):
    """No two targets of one indicator and territory are for the same year; `other` is the column of the last year.

    Two that begin in the same year have the same key, of which another rule speaks. Points at the later one.
    """

    other: str
    stage = "group"
    speaks_of = ("indicator", "kato", "level")

    def query(self) -> str:
        last = f"coalesce(b.{self.other}, b.{self.column})"
        # By their first years, one lies inside an earlier one when any of those ends after it begins.
        return f"""
            WITH ordered AS (
                SELECT b.*, max({last}) OVER (
                    PARTITION BY b._file, b.indicator, b.level, b.kato ORDER BY b.{self.column}
                    RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS latest
                FROM {BATCH} WHERE b.{self.column} IS NOT NULL
            )
            SELECT b._file, b._table, b._row, b.latest FROM ordered AS b
            WHERE {self.applies(f"b.{self.column} <= b.latest")}
        """
