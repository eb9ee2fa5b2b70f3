"""Rules on columns that should, or should not, hold one value."""

from __future__ import annotations

from expectations.rules.group import GroupRule
from expectations.rules.minority import MinorityRule


class SeveralValues(MinorityRule):
    """All rows of a group (`columns`; none: of the file) hold the same value in the column. Points at those that
    differ from most of the group."""


class OneValueOnly(GroupRule):
    """Among `least` rows or more the column does not hold one and the same value, as if copied down."""

    least: int = 200

    def fault(self) -> str:
        return f"count(b.{self.column}) >= {self.least} AND min(b.{self.column}) = max(b.{self.column})"

    def facts(self) -> dict[str, str]:
        return {"many": "count(*)"}
