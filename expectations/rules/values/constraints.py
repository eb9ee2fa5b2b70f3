"""Rules on one cell: what the constraints of a contract's field say.

In: the constraints `required`, `minimum`, `maximum`, `minLength`, `maxLength`, `pattern`, `codelist`.
"""

from __future__ import annotations

import re
from typing import Any

from expectations.rules.rule import CellRule, text
from expectations.rules.values.nearest import nearest_word
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Labels
from ingest.schema.texts.message import interval
from ingest.schema.values.moment import moment_sql, read_moment

Bound = float | int | str
# What stands around the letter of a class: «7-А», «А класс».
_CLASS = re.compile(r"^\d{1,2}[\W_]{0,3}|[\W_]{1,3}(?:класс|кл|сынып|сыныбы|сын)[\W_]{0,3}$", re.I)
_AROUND = re.compile(r"^[\W_]{1,4}|[\W_]{1,4}$")


def _bare(value: str) -> str | None:
    """A text without the signs around it, and without the class around its letter: «А», (А), А., 7-А are А. Whether
    that is a value of the column is judged before it is offered."""
    bare = _AROUND.sub("", _CLASS.sub("", value))
    return bare if bare and bare != value else None


class Required(CellRule):
    """The cell is filled in. Says nothing where the reader found something it could not type."""

    def fault(self) -> str:
        return f"b.{self.column} IS NULL"


class RequiredWhen(Required):
    """The cell is filled in on the rows that `when` names."""

    stage = "row"


class OutOfRange(CellRule):
    """The number, day or time lies between `minimum` and `maximum`, both included. Days and times as ISO text."""

    minimum: float | int | str | None = None
    maximum: float | int | str | None = None

    def fault(self) -> str:
        bounds = (("<", self.minimum), (">", self.maximum))
        return " OR ".join(
            f"b.{self.column} {sign} {_literal(bound)}" for sign, bound in bounds if bound is not None
        )

    def params(self) -> dict[str, Any]:
        return {"allowed": _span(self.minimum, self.maximum)}


class TextLength(CellRule):
    """The text has from `minimum` to `maximum` characters."""

    minimum: int | None = None
    maximum: int | None = None

    def fault(self) -> str:
        bounds = (("<", self.minimum), (">", self.maximum))
        return " OR ".join(
            f"length(b.{self.column}) {sign} {bound}" for sign, bound in bounds if bound is not None
        )

    def params(self) -> dict[str, Any]:
        return {"allowed": _span(self.minimum, self.maximum)}

    def suggestion(self, value: str) -> str | None:
        return _bare(value)


class Pattern(CellRule):
    """The whole text matches a regular expression. `example` is shown to the submitter instead of it."""

    expression: str
    example: str = ""

    def fault(self) -> str:
        return f"NOT regexp_full_match(b.{self.column}, {text(self.expression)})"

    def params(self) -> dict[str, Any]:
        return {"example": self.example}

    def suggestion(self, value: str) -> str | None:
        return _bare(value)


class NotInCodelist(CellRule):
    """The text is a code of the codelist; the reader has already turned labels into codes."""

    codelist: str

    def fault(self) -> str:
        codes = ", ".join(text(code) for code in codelist(self.codelist).by_code)
        return f"b.{self.column} IS NOT NULL AND b.{self.column} NOT IN ({codes})"

    def suggestion(self, value: str) -> str | None:
        return nearest_word(self.codelist, value)


class CodeNotValid(CellRule):
    """The code holds in the reporting period: its validity began before the last day and ends after the first."""

    codelist: str
    needs = ("period",)

    def fault(self) -> str:
        dated = [entry for entry in codelist(self.codelist).codes if entry.valid_from or entry.valid_to]
        bounds = [(entry.code, "s.period_end <", entry.valid_from) for entry in dated]
        bounds += [(entry.code, "s.period_start >", entry.valid_to) for entry in dated]
        found = [
            f"(b.{self.column} = {text(code)} AND {side} DATE '{day}')" for code, side, day in bounds if day
        ]
        return " OR ".join(found) or "FALSE"


def _literal(bound: Bound) -> str:
    moment = read_moment(bound) if isinstance(bound, str) else None
    return moment_sql(moment) if moment else str(bound)


def _span(minimum: Bound | None, maximum: Bound | None) -> Labels:
    """The interval as messages say it."""
    least, most = (read_moment(end) if isinstance(end, str) else end for end in (minimum, maximum))
    return interval(least, most)
