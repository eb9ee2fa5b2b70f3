"""Rules on an absence and its reason, of one learner on one day."""

from __future__ import annotations

from expectations.rules.rule import Rule, text
from ingest.schema.forms.codelist import codelist


def _codes(is_valid: bool) -> str:
    said = "true" if is_valid else "false"
    listed = [entry.code for entry in codelist("absence_reason").codes if entry.extra["is_valid"] == said]
    return ", ".join(text(code) for code in listed)


class ReasonWithoutAbsence(Rule):
    """Where no lesson was missed (`other` is 0) no reason of absence stands. Lateness and learning at home may."""

    other: str

    def fault(self) -> str:
        return f"b.{self.other} = 0 AND b.{self.column} IN ({_codes(True)}, {_codes(False)})"


class LateThoughAbsent(Rule):
    """Nobody is late on a day on which every lesson was missed. `columns`: missed and scheduled."""

    columns: list[str]

    def fault(self) -> str:
        missed, scheduled = self.columns
        return f"b.{self.column} AND b.{missed} >= b.{scheduled}"


class ValidWithoutReason(Rule):
    """Lessons missed with a valid reason have one: the reason (`other`) is not one without validity.

    Says nothing where only some of the lessons missed (`columns`) were valid: the main reason may be another.
    """

    other: str
    columns: list[str]

    def fault(self) -> str:
        (missed,) = self.columns
        return f"b.{self.column} > 0 AND b.{self.column} = b.{missed} AND b.{self.other} IN ({_codes(False)})"


class ReasonSaysValid(Rule):
    """Where the main reason (`other`) is a valid one, some of the lessons missed are valid."""

    other: str
    columns: list[str]

    def fault(self) -> str:
        (missed,) = self.columns
        return f"b.{self.column} = 0 AND b.{missed} > 0 AND b.{self.other} IN ({_codes(True)})"
