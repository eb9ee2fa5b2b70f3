"""Rules across the columns of one row."""

from __future__ import annotations

from expectations.rules.rule import DAYS, Rule


class NotAbove(Rule):
    """The number is not above the one in the other column."""

    other: str

    def fault(self) -> str:
        return f"b.{self.column} > b.{self.other}"

    def facts(self) -> dict[str, str]:
        return {"limit": f"b.{self.other}"}


class StartNotAfterEnd(Rule):
    """The first day, or the beginning, is not after the last, or the end."""

    other: str
    speaks_of_types = DAYS | {"time"}

    def fault(self) -> str:
        return f"b.{self.column} > b.{self.other}"

    def facts(self) -> dict[str, str]:
        return {"end": f"b.{self.other}"}


class FilledTogether(Rule):
    """Both columns are filled in, or neither is. Points at the filled one's empty partner."""

    other: str

    def fault(self) -> str:
        return f"b.{self.column} IS NULL AND b.{self.other} IS NOT NULL"


class EmptyWhen(Rule):
    """The cell is empty on the rows that `when` names."""

    def fault(self) -> str:
        return f"b.{self.column} IS NOT NULL"
