"""Rules that hold a report against the one before it: the same node's latest accepted of an earlier period.

All of them ask: a school may double, an epidemic come, a building be measured anew. They read `earlier`, the rows
of that report, which holds no identifier of anybody. A node's first report has none; then nothing is said.
"""

from __future__ import annotations

from expectations.rules.group import GroupRule
from expectations.rules.rule import Rule


class SizeJump(GroupRule):
    """The list has not grown or shrunk by `least` rows and `most` per cent at once since the report before."""

    least: int = 20
    most: int = 20
    needs = ("previous", "whole")
    is_about_row = False
    reads = ("earlier",)

    def joins(self) -> str:
        return f"""
            {super().joins()}
            JOIN (SELECT _file, count(*) AS rows FROM earlier GROUP BY _file) AS e ON e._file = b._file
        """

    def fault(self) -> str:
        change = "abs(count(*) - any_value(e.rows))"
        return f"{change} >= {self.least} AND {change} * 100 > {self.most} * any_value(e.rows)"

    def facts(self) -> dict[str, str]:
        return {"many": "count(*)", "earlier": "any_value(e.rows)"}


class ChangedMuch(Rule):
    """The number has not become `times` times what it was in the report before, or that part of it.

    `other` is the key of the row. Changes by less than `least` are left out.
    """

    other: str
    times: int = 2
    least: int = 10
    needs = ("previous",)
    reads = ("earlier",)

    def joins(self) -> str:
        return f"{super().joins()} JOIN earlier AS e ON e._file = b._file AND e.{self.other} = b.{self.other}"

    def fault(self) -> str:
        now, before = f"b.{self.column}", f"e.{self.column}"
        return (
            f"abs({now} - {before}) >= {self.least} "
            f"AND greatest({now}, {before}) >= {self.times} * least({now}, {before})"
        )

    def facts(self) -> dict[str, str]:
        return {"earlier": f"e.{self.column}::DOUBLE"}


class FactChanged(Rule):
    """What does not change of itself is what it was in the report before. `other` is the key of the row."""

    other: str
    needs = ("previous",)
    reads = ("earlier",)

    def joins(self) -> str:
        return f"{super().joins()} JOIN earlier AS e ON e._file = b._file AND e.{self.other} = b.{self.other}"

    def fault(self) -> str:
        return f"b.{self.column} <> e.{self.column}"

    def facts(self) -> dict[str, str]:
        return {"earlier": f"e.{self.column}"}


class ValueRestated(Rule):
    """A value that the report before gave for the same key (`columns`) is given once more as it was."""

    columns: list[str]
    needs = ("previous",)
    reads = ("earlier",)

    def joins(self) -> str:
        same = " AND ".join(f"e.{name} IS NOT DISTINCT FROM b.{name}" for name in self.columns)
        return f"{super().joins()} JOIN earlier AS e ON e._file = b._file AND {same}"

    def fault(self) -> str:
        return f"b.{self.column} <> e.{self.column}"

    def facts(self) -> dict[str, str]:
        return {"earlier": f"e.{self.column}::DOUBLE"}
