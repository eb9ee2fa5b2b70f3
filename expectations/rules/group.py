"""A rule on a group of rows: one finding at the first row of each group in which something is unusual.

In: the columns that make a group (none: the whole file is one). Out: SQL that aggregates the batch once; the
finding stands at the first row of the group, the facts say of how many rows it speaks.
"""

from __future__ import annotations

from typing import ClassVar

from expectations.rules.rule import BATCH, Rule, Stage

# Table and row in one number, so that the first of a group is a plain minimum.
_ROWS = 10_000_000_000


def class_name(grade: str, letter: str) -> str:
    """SQL: a class as it is named, `5 «А»`; without its letter where it has none. Both are expressions of SQL."""
    return f"concat({grade}, ' «' || nullif({letter}, '') || '»')"


def place(row: str = "b") -> str:
    """SQL: table and row of the batch as one number that grows with both."""
    return f"CAST({row}._table AS BIGINT) * {_ROWS} + {row}._row"


def place_of(number: int) -> tuple[int, int]:
    """Table and row of a place."""
    return divmod(number, _ROWS)


def placed(query: str, *facts: str) -> str:
    """The rows of `query(_file, first, facts…)` with `first` taken apart into `_table` and `_row`."""
    names = "".join(f", {name}" for name in facts)
    return f"""
        SELECT _file, CAST(first // {_ROWS} AS INTEGER) AS _table, first % {_ROWS} AS _row{names}
        FROM ({query}) AS g
    """


def of_prepared(query: str, *facts: str) -> str:
    """As `placed`, of prepared tables alone. Great Expectations wants the batch named in every query."""
    return f"{placed(query, *facts)} WHERE EXISTS (SELECT 1 FROM {BATCH})"


class GroupRule(Rule):
    """`columns`: what the rows of a group have in common. `fault` and `facts` speak in aggregates of `b`."""

    is_base: ClassVar[bool] = True
    stage: ClassVar[Stage] = "group"
    is_about_row: ClassVar[bool] = False
    asks_for_all: ClassVar[bool] = False
    """Whether it asks for what is not there: then it is silent where a cell of the group was judged already."""

    columns: list[str] | None = None

    def chosen(self) -> str:
        """Which row of the group the finding points at: a condition, or nothing for the first."""
        return ""

    def groups(self) -> list[str]:
        """SQL expressions of `b` whose values make a group."""
        return [f"b.{column}" for column in self.columns or ()]

    def rows(self) -> str:
        """What is aggregated, named `b`."""
        return BATCH

    def _all_rows(self) -> str:
        return " AND ".join(guard for guard in self.guards() if "_bad" not in guard) or "TRUE"

    def _nothing_bad(self) -> str:
        return f" AND bool_and((b._bad & {self.bad_bits}) = 0)"

    def query(self) -> str:
        chosen = f"FILTER (WHERE {self.chosen()})" if self.chosen() else ""
        query = f"""
            SELECT b._file, min({place()}) {chosen} AS first{self.said()}
            FROM {self.rows()} {self.joins()}
            WHERE {self._all_rows() if self.asks_for_all else self.applies()}
            GROUP BY {", ".join(["b._file", *self.groups()])}
            HAVING {self.fault()}{self._nothing_bad() if self.asks_for_all else ""}
        """
        return placed(query, *self.facts())
