"""Rules on targets of regional indicators: who may set one, and for which years.

The columns are those of the form indicator_targets; a target without a last year is for its first year alone.
"""

from __future__ import annotations

from expectations.rules.rule import BATCH, Rule


class TargetOfSubmitter(Rule):
    """Who hands in a target sets it for themselves: a region for itself and its districts (`other`: the territory,
    which has its first two digits), the republic for any.
    """

    other: str
    needs = ("node",)

    def fault(self) -> str:
        elsewhere = f"left(b.{self.other}, 2) <> left(s.node_code, 2)"
        return f"s.node_kind <> 'republic' AND (b.{self.column} = 'republic' OR {elsewhere})"

    def facts(self) -> dict[str, str]:
        return {"submitter": "s.node_code"}


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
