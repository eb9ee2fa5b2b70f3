"""Rules that a contract writes itself: conditions, sums, tables to look into.

What they compare stands in the contract (`must`, `columns`, `lookup`), so that a form can say what no rule of the
library says for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from expectations.reference import COLUMNS, NOT_FOR_PACKS
from expectations.rules.rule import OF_THE_COLUMN, Need, Rule, compared, text
from ingest.authored import fault
from ingest.schema.forms.codelist import codelist, codelists
from ingest.sql import name

# Whose rows are persons of others is nobody's to look into.
_TABLES = tuple(table for table in COLUMNS if table not in {"learner", "staff", *NOT_FOR_PACKS})


class MustBe(Rule):
    """The value compares with constants or other columns of its row as the contract says (`must`)."""

    must: dict[str, Any]

    def fault(self) -> str:
        compare = (compared(f"b.{self.column}", sign, operand) for sign, operand in self.must.items())
        return f"NOT ({' AND '.join(compare)})"


class SumOf(Rule):
    """The value is the sum of the other `columns`, no more than `tolerance` away. Silent where one of them is empty,
    or all of them are where `empty` says what an empty one counts as."""

    columns: list[str]
    tolerance: float = 0
    empty: float | None = None

    def _sum(self) -> str:
        parts = [f"b.{column}" for column in self.columns]
        return " + ".join(
            parts if self.empty is None else (f"coalesce({part}, {self.empty})" for part in parts)
        )

    def fault(self) -> str:
        differs = f"abs(b.{self.column} - ({self._sum()})) > {self.tolerance}"
        if self.empty is None:
            return differs
        filled = " OR ".join(f"b.{column} IS NOT NULL" for column in self.columns)
        return f"({filled}) AND {differs}"

    def facts(self) -> dict[str, str]:
        return {"expected": f"({self._sum()})::DOUBLE"}


class LookupRule(Rule):
    """A rule on a value and a row of another table that the contract names.

    `lookup`: `table` (territory, calendar, organisation, or a codelist with its columns) and `key`, which column of it
    is which of the form.
    """

    is_base: ClassVar[bool] = True

    lookup: dict[str, Any]

    def model_post_init(self, _: Any) -> None:
        asked = [*self.lookup["key"], *([self.lookup["agrees"]] if self.lookup.get("agrees") else [])]
        known = self._columns()
        if unknown := [each for each in asked if each not in known]:
            facts = {"found": ", ".join(unknown), "table": self.table, "known": list(known)}
            raise fault("lookup_of_no_column", **facts)

    @property
    def table(self) -> str:
        """The table that is looked into."""
        return str(self.lookup["table"])

    @property
    def needs(self) -> tuple[Need, ...]:  # type: ignore[override]
        """The reference that must be there; a codelist always is."""
        return (self.table,) if self.table in _TABLES else ()  # type: ignore[return-value]

    def _columns(self) -> tuple[str, ...]:
        if self.table in _TABLES:
            return tuple(COLUMNS[self.table])
        if self.table not in codelists():
            raise fault("lookup_of_no_table", found=self.table, known=list(_TABLES))
        return ("code", *codelist(self.table).codes[0].extra)

    def _source(self) -> str:
        """What is looked into, its texts beside those of the form."""
        if self.table in _TABLES:
            return f"reference_{self.table}"
        columns = self._columns()
        rows = ", ".join(
            "("
            + ", ".join(text(entry.code if column == "code" else entry.extra[column]) for column in columns)
            + ")"
            for entry in codelist(self.table).codes
        )
        return f"(SELECT * FROM (VALUES {rows}) AS v({', '.join(map(name, columns))}))"

    def _own(self, column: str) -> str:
        """A value of the form as the table writes it."""
        return f"b.{column}" if self.table in _TABLES else f"CAST(b.{column} AS VARCHAR)"

    def _same_key(self) -> str:
        return " AND ".join(
            f"t.{name(theirs)} = {self._own(own)}" for theirs, own in self.lookup["key"].items()
        )

    def guards(self) -> list[str]:
        return [*super().guards(), *(f"b.{own} IS NOT NULL" for own in self.lookup["key"].values())]


class FoundIn(LookupRule):
    """There is a row in the table with the values of this one."""

    def joins(self) -> str:
        return f"{super().joins()} ANTI JOIN {self._source()} AS t ON {self._same_key()}"

    def fault(self) -> str:
        return f"b.{self.column} IS NOT NULL"


class AgreesWith(LookupRule):
    """The value is the one that the table's row with the same key has in the column `agrees`. Silent without a row."""

    codes: ClassVar[Mapping[str, str]] = {"expected": OF_THE_COLUMN}

    def joins(self) -> str:
        agrees = name(self.lookup["agrees"])
        keys = ", ".join(name(theirs) for theirs in self.lookup["key"])
        source = f"SELECT {keys}, list(DISTINCT {agrees}) AS known FROM {self._source()} GROUP BY {keys}"
        return f"{super().joins()} JOIN ({source}) AS t ON {self._same_key()}"

    def fault(self) -> str:
        return f"NOT list_contains(t.known, {self._own(self.column)})"

    def facts(self) -> dict[str, str]:
        return {
            "expected": "t.known",
            "_usual": "CASE WHEN len(t.known) = 1 THEN CAST(t.known[1] AS VARCHAR) END",
        }
