"""A rule on rows that should agree: who differs from the others of the group is the suspect.

In: the columns that make a group. Out: SQL that selects every row whose value is not the usual one of its group, with a
row that has the usual one (`_like`); where no value is usual, because two stand equally often, every row of the group,
since any of them may be wrong.
"""

from __future__ import annotations

from typing import ClassVar

from expectations.rules.group import place
from expectations.rules.rule import BATCH, Rule, Stage


class MinorityRule(Rule):
    """`columns`: what the rows of a group have in common; none: the whole file is one group."""

    is_base: ClassVar[bool] = True
    stage: ClassVar[Stage] = "group"

    columns: list[str] | None = None

    def groups(self) -> list[str]:
        """SQL expressions of `b` whose values make a group."""
        return [f"b.{column}" for column in self.columns or ()]

    def suspects(self) -> str:
        """Further tables that narrow the rows down to those worth a look, each beginning with `JOIN`."""
        return ""

    def preferred(self) -> str:
        """SQL: whether `v.value` is the one to believe where two stand equally often."""
        return "FALSE"

    def matters(self) -> str:
        """SQL: whether the `value` and the `usual` one are too far apart."""
        return "TRUE"

    def query(self) -> str:
        keys = [f"g{number}" for number in range(len(self.groups()))]
        own = "".join(f", {group} AS {key}" for group, key in zip(self.groups(), keys, strict=True))
        of_group = ", ".join(["v._file", *(f"v.{key}" for key in keys)])
        same = "".join(f" AND b.{key} IS NOT DISTINCT FROM v.{key}" for key in keys)
        return f"""
            WITH b AS (
                SELECT b._file, b._table, b._row, b.{self.column} AS value{own}
                FROM {BATCH} {self.joins()} {self.suspects()}
                WHERE {self.applies(f"b.{self.column} IS NOT NULL")}
            ), counted AS (
                SELECT {of_group}, v.value, count(*) AS rows, min({place("v")}) AS first,
                    {self.preferred()} AS is_preferred
                FROM b AS v GROUP BY ALL
            ), v AS (
                SELECT *, row_number() OVER best AS nth,
                    {_first_two("value")}, {_first_two("rows")}, {_first_two("first")}, {_first_two("is_preferred")}
                FROM counted AS v
                WINDOW best AS (
                    PARTITION BY {of_group} ORDER BY rows DESC, is_preferred DESC, first
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                )
            ), accused AS (
                SELECT *,
                    rows_1 > rows_2 OR is_preferred_1 <> is_preferred_2 AS _is_sure,
                    CASE nth WHEN 1 THEN value_2 ELSE value_1 END AS usual,
                    CASE nth WHEN 1 THEN rows_2 ELSE rows_1 END AS usual_rows,
                    CASE nth WHEN 1 THEN first_2 ELSE first_1 END AS _like
                FROM v WHERE rows_2 IS NOT NULL
            )
            SELECT b._file, b._table, b._row, v.rows, v.usual_rows, v._like, v._is_sure
            FROM b JOIN accused AS v ON b._file = v._file AND b.value = v.value{same}
            WHERE NOT (v.nth = 1 AND v._is_sure) AND {self.matters()}
        """


def _first_two(name: str) -> str:
    """SQL: what the two most frequent values of a group have there."""
    return f"nth_value({name}, 1) OVER best AS {name}_1, nth_value({name}, 2) OVER best AS {name}_2"
