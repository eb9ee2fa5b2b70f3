"""What every rule of the library is: a statement about the rows of one batch, as SQL that selects the unexpected.

In: the column a rule speaks of and its parameters, from a contract. Out: SQL over `{batch}` that selects
`_file, _table, _row` of each unexpected row, with further columns that fill the placeholders of its message. Of these
the ones that begin with `_` say where to look: `_column` (a column other than the rule's own is at fault in that row),
`_like` (the place of a row whose text there is the usual one), `_usual` (that text itself), `_is_sure` (whether the
usual one may be suggested), `_is_alone` (whether a group is that one row). What ends in `_row` is the place of another
row (`group.place`): a message names it by its number, and by its sheet where it is on another.

A rule's name in small letters is the code of the finding it makes and its key in a contract's `checks`. Who runs it
is another room's concern: `expectations.gx` on the server, `expectations.judging.direct` elsewhere.
Tables a rule may join besides the batch, made by `expectations.judging.prepare`:
`scope` (one row per file), `distinct_<column>` (each identifier once per file) and `reference_<name>` are always
there; those of `Table` are made where a rule of the form says that it `reads` them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from ingest.schema.forms.contract import FieldType, Severity
from ingest.sql import literal

Need = Literal[
    "node",
    "period",
    "receipt",
    "territory",
    "calendar",
    "organisation",
    "passport",
    "learner",
    "staff",
    "marks",
    "elsewhere",
    "previous",
    "previous_list",
    "whole",
]
Table = Literal[
    "enrolled",
    "not_enrolled",
    "enrolled_before",
    "not_employed",
    "term_mark",
    "earlier",
    "listed_elsewhere",
    "listed_before",
    "period_day",
    "class_day",
]
Stage = Literal["cell", "row", "group", "across"]
STAGES: tuple[Stage, ...] = ("cell", "row", "group", "across")
"""From what stands in one cell to what stands in other files: each trusts only what those before it left standing."""
# What must be known besides the file itself.
_ELSEWHERE = frozenset(
    {
        "territory",
        "calendar",
        "organisation",
        "passport",
        "learner",
        "staff",
        "marks",
        "elsewhere",
        "previous",
        "previous_list",
    }
)
OF_THE_COLUMN = ""
"""Stands among a rule's `codes` for the codelist of its own column."""
# Great Expectations puts a name of its own behind a bare {batch} unless the query joins: this suits both.
BATCH = "(SELECT * FROM {batch}) AS b"
GX_SEVERITY: Mapping[Severity, str] = {"error": "critical", "query": "warning", "note": "info"}
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


class Rule(BaseModel):
    """One rule on one column.

    `column`: the field whose cell a finding points at. `bad_bits`: the bits of all columns this rule reads; it is
    silent on rows where one of them is set in `_bad`, because the cell was judged already. `when`: only rows whose
    columns hold one of the values, or compare so. `severity`: that of its findings, the rule's own or the contract's.
    """

    is_base: ClassVar[bool] = True
    """Says, on the class itself, that it is a shape for rules and no rule of the library."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Severity
    column: str
    bad_bits: int = 0
    when: dict[str, list[Any] | dict[str, Any]] | None = None

    needs: ClassVar[tuple[Need, ...]] = ()
    """What must be known of a file's surroundings for the rule to run at all."""
    wants: ClassVar[tuple[Need, ...]] = ()
    """What the rule runs without, but then only in part."""
    reads: ClassVar[tuple[Table, ...]] = ()
    """The prepared tables its SQL speaks of."""

    stage: ClassVar[Stage] = "row"
    """What the rule looks at; one that needs other files speaks last in any case."""
    speaks_of: ClassVar[tuple[str, ...]] = ()
    """Columns its SQL reads that the contract does not name."""
    speaks_of_types: ClassVar[frozenset[FieldType] | None] = None
    """The types its column may have; None where any will do."""
    is_about_row: ClassVar[bool] = True
    """Whether a finding is about the row it stands at, and not about all of a group that begins there."""
    is_about_whole_text: ClassVar[bool] = False
    """Whether it says that a text is no such text at all: then nothing is asked of how it is written."""
    asks_for_rows: ClassVar[bool] = False
    """Whether it says that rows are not there: a row of which the reader could follow a part is none of those."""
    asks_for_days: ClassVar[bool] = False
    """Whether it says that days are not there, by its fact `day` or `days`: none of those is one of which the reader
    could not follow the cells."""
    codes: ClassVar[Mapping[str, str]] = {}
    """Facts that are codes, or lists of them → the codelist whose labels a message says instead; `OF_THE_COLUMN` for
    that of the rule's column, if it has one."""
    is_about_cell: ClassVar[bool] = True
    """Whether what stands in the cell is at fault: not where the place only says of which rows something is said."""

    @classmethod
    def code_of_class(cls) -> str:
        """The code of the findings of every rule of this class."""
        return _WORD.sub("_", cls.__name__).lower()

    @property
    def code(self) -> str:
        """The finding this rule makes."""
        return self.code_of_class()

    @property
    def speaks_at(self) -> Stage:
        """The stage at which it runs."""
        return "across" if _ELSEWHERE & set(self.needs) else self.stage

    @property
    def asks_one_row(self) -> bool:
        """Whether what it says of a row follows from that row, and not from others of the batch."""
        return type(self).query is Rule.query and self.unexpected_rows_query.count("{batch}") == 1

    @property
    def gx_severity(self) -> str:
        """The severity as Great Expectations names it."""
        return GX_SEVERITY[self.severity]

    @cached_property
    def unexpected_rows_query(self) -> str:
        """The SQL of the unexpected rows, with `{batch}` for the table of the rows."""
        return _in_one_line(self.query())

    def configuration(self) -> dict[str, Any]:
        """The rule as JSON: its parameters other than the usual ones, and its SQL, in Great Expectations' shape."""
        given = self.model_dump(mode="json", exclude={"severity"}, exclude_defaults=True)
        kwargs = {**given, "unexpected_rows_query": self.unexpected_rows_query}
        return {"kwargs": kwargs, "meta": {}, "severity": self.gx_severity, "type": self.code}

    def query(self) -> str:
        """The SQL of the unexpected rows. The usual shape; a rule of another shape overrides it."""
        return f"""
            SELECT b._file, b._table, b._row{self.said()}
            FROM {BATCH} {self.joins()}
            WHERE {self.applies()} AND ({self.fault()})
        """

    def fault(self) -> str:
        """The condition under which a row `b` is unexpected."""
        raise NotImplementedError(type(self).__name__)

    def joins(self) -> str:
        """Further tables of the query, each beginning with `JOIN`."""
        return "JOIN scope AS s ON s._file = b._file" if self.needs or self.wants else ""

    def facts(self) -> dict[str, str]:
        """Placeholder of the message → SQL expression, for what differs from row to row."""
        return {}

    def said(self) -> str:
        """The facts as further columns of a SELECT."""
        return "".join(f", {expression} AS {name}" for name, expression in self.facts().items())

    def params(self) -> dict[str, Any]:
        """Placeholder of the message → value, for what is the same in every row."""
        return {}

    def suggestion(self, value: str) -> str | None:
        """What the submitter may have meant, for the text of the cell."""
        return None

    def guards(self) -> list[str]:
        """Conditions without which the rule does not apply to a row."""
        found = [f"s.has_{need}" for need in self.needs]
        if self.bad_bits:
            found.append(f"(b._bad & {self.bad_bits}) = 0")
        for name, compare in (self.when or {}).items():
            signs = compare if isinstance(compare, dict) else {"in": compare}
            found += [compared(f"b.{name}", sign, operand) for sign, operand in signs.items()]
        return found

    def applies(self, *further: str) -> str:
        """The guards and `further` conditions as one condition of SQL."""
        return " AND ".join([*further, *self.guards()]) or "TRUE"


# A day, or a moment of one.
DAYS: frozenset[FieldType] = frozenset({"date", "datetime"})


def day(column: str) -> str:
    """SQL: the day of a day or a moment."""
    return f"CAST({column} AS DATE)"


class CellRule(Rule):
    """A rule on what stands in one cell."""

    is_base: ClassVar[bool] = True
    stage: ClassVar[Stage] = "cell"


class ValueRule(Rule):
    """A rule on the value of an identifier, whatever row it stands in: asked once per distinct value.

    `fault` speaks of `d`, a row of `distinct_<column>`. In a national week each learner's number stands in
    five rows; looking at each once is what keeps these rules cheap.
    """

    is_base: ClassVar[bool] = True

    def query(self) -> str:
        names = "".join(f", d.{name}" for name in self.facts())
        needed = " AND ".join([*(f"s.has_{need}" for need in self.needs), f"({self.fault()})"])
        return f"""
            WITH wrong AS (
                SELECT d._file, d.value{self.said()}
                FROM distinct_{self.column} AS d {self.joins_of_values()}
                WHERE {needed}
            )
            SELECT b._file, b._table, b._row{names}
            FROM {BATCH} JOIN wrong AS d ON d._file = b._file AND d.value = b.{self.column}
            WHERE {self.applies()}
        """

    def guards(self) -> list[str]:
        # What is needed is asked of the values; the rest speaks of rows.
        return [guard for guard in super().guards() if not guard.startswith("s.has_")]

    def joins_of_values(self) -> str:
        """Further tables the values are compared with, each beginning with `JOIN`."""
        return "JOIN scope AS s ON s._file = d._file" if self.needs or self.wants else ""


def compared(left: str, sign: str, operand: Any) -> str:
    """A comparison of a contract as SQL. `operand`: a constant, a list of them, `{"column": name}`, or after `is` what
    the cell is, empty or filled."""
    if sign == "is":
        return f"{left} IS {'NULL' if operand == 'empty' else 'NOT NULL'}"
    if isinstance(operand, list | tuple):
        return f"{left} {sign.upper()} ({', '.join(map(_constant, operand))})"
    right = f"b.{operand['column']}" if isinstance(operand, dict) else _constant(operand)
    return f"{left} {_SQL_SIGNS.get(sign, sign)} {right}"


_SQL_SIGNS = {"==": "=", "!=": "<>"}


def _constant(value: Any) -> str:
    return text(value) if isinstance(value, str) else str(value)


def text(value: str) -> str:
    """A SQL text literal inside a query whose braces are placeholders."""
    return literal(value).replace("{", "{{").replace("}", "}}")


_SPACE_OR_LITERAL = re.compile(r"'(?:[^']|'')*'|\s+")


def _in_one_line(query: str) -> str:
    """A query as the suite of a form keeps it: without the indentation it has in the code, its texts untouched."""
    return _SPACE_OR_LITERAL.sub(lambda part: " " if part[0].isspace() else part[0], query).strip()
