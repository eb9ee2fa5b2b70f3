"""The contract of one form as typed objects, closed to unknown keys.

In: the mapping a contract file holds, `use:` already resolved (see `load`). Out: a validated `Contract`.
The vocabulary is that of Frictionless Table Schema (fields, type, format, constraints, missingValues,
primaryKey) plus what an authority needs to collect a form: who submits, who approves, when it is due,
what a column reveals about a person and how it lands in the lake.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ingest.authored import fault
from ingest.schema.forms.check import Check, Condition, Determines
from ingest.schema.forms.field import (
    Constraints,
    FieldFormat,
    FieldType,
    FormField,
    Privacy,
    require_own_headings,
)
from ingest.schema.forms.sheets import Layout
from ingest.schema.texts.closed import Closed, Labels, Name
from ingest.schema.texts.language import LANGUAGES, Language
from ingest.schema.texts.severity import Severity
from ingest.schema.values.period import Period, PeriodKind

# What others need of a contract's language they find here.
__all__ = ["LANGUAGES", "Check", "Closed", "Condition", "Constraints", "Contract", "Due", "FieldFormat", "FieldType",
           "FormField", "Labels", "Language", "Layout", "Name", "NodeKind", "Privacy", "Severity"]  # fmt: skip

NodeKind = Literal["republic", "oblast", "district", "organisation"]


class Due(Closed):
    """When a report falls due: `days` days after the `start` or the `end` of its period."""

    after: Literal["start", "end"]
    days: int

    def date_of(self, period: Period) -> date:
        """The last day on which the report of `period` is on time."""
        return (period.start if self.after == "start" else period.end) + timedelta(days=self.days)


Demand = Literal["required", "column", "column_at_times", "at_times", "optional"]
"""Every cell filled; the column there, whatever its cells hold; the column there and some rows filled, as a check says;
some rows filled; nothing."""
# The rules that ask some rows for a value.
_DEMANDING = frozenset({"required_when", "filled_together"})
# A row's untypable cells are kept as bits of a BIGINT.
_MOST_FIELDS = 62


class Contract(Closed):
    """One form: the only place where it is registered.

    `form` is its name in paths, commands and models; `version` grows with every change of what is accepted, and
    holds from `valid_from`. `labels` and `description` are what people read; `grain` begins with "One row per".
    `submitted_by` and `approved_by`: on which levels. `period`: what one report covers; `due`: when it is asked
    for, never without it. `depends_on`: forms that are judged first, because rows are compared with them.
    `missingValues`: texts that mean an empty cell. `primaryKey`: the columns that no two rows share. `fields`:
    the columns in their order. `checks`: rules beyond the constraints of the columns; `determines`: which columns
    follow from which. `layout`: how its
    template looks.
    `takes_effect`: when what it says is what others are judged against and asked by: once it is accepted, or, for
    registers and calendars, once somebody approved it.
    `removes_unasked`: up to which share of the rows that count a later submission may drop without a confirmation.
    `mart`: the model of the warehouse that holds every accepted row, with its `submission_key`: a fact, or
    `stg_<form>` for a form of which dimensions are made.
    """

    form: Name
    version: Annotated[int, Field(ge=1)]
    valid_from: date
    labels: Labels
    description: Labels
    grain: str
    submitted_by: tuple[NodeKind, ...] = Field(min_length=1)
    approved_by: tuple[NodeKind, ...]
    period: PeriodKind
    takes_effect: Literal["accepted", "approved"] = "accepted"
    removes_unasked: Annotated[float, Field(ge=0, le=1)] = 0.2
    mart: Name
    due: Due | None = None
    depends_on: tuple[Name, ...] = ()
    missing_values: tuple[str, ...] = Field(("",), alias="missingValues")
    primary_key: tuple[Name, ...] = Field(alias="primaryKey", min_length=1)
    fields: tuple[FormField, ...] = Field(min_length=1)
    checks: tuple[Check, ...] = ()
    determines: tuple[Determines, ...] = ()
    layout: Layout

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        names = [field.name for field in self.fields]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise fault("field_twice", names=", ".join(twice))
        require_own_headings(self.fields)
        if not (self.mart.startswith("fct_") or self.mart == f"stg_{self.form}"):
            raise fault("no_such_mart", form=self.form)
        if lost := [
            field.name for field in self.fields if field.name in self.primary_key and not field.lands
        ]:
            raise fault("key_never_lands", names=", ".join(lost))
        if not self.grain.startswith("One row per "):
            raise fault("grain_without_row")
        lake_names = [field.lake_name for field in self.fields if field.lands]
        if len(lake_names) != len(set(lake_names)):
            raise fault("lands_twice")
        if len(names) > _MOST_FIELDS:
            raise fault("too_many_fields", count=len(names), most=_MOST_FIELDS)
        return self

    def field(self, name: str) -> FormField:
        """The column of that name. Raises KeyError."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)

    def needs(self, field: FormField) -> bool:
        """Whether no file is accepted without this column; one needed at times is asked for row by row."""
        return field.constraints.required or field.name in self.primary_key

    def demand(self, field: FormField) -> Demand:
        """How far a report must have this column, as templates, pages and findings say it alike."""
        if field.constraints.required:
            return "required"
        is_asked = any(
            check.rule in _DEMANDING and check.field == field.name and check.severity in (None, "error")
            for check in self.checks
        )
        if field.name in self.primary_key:
            return "column_at_times" if is_asked else "column"
        return "at_times" if is_asked else "optional"

    @property
    def missing_words(self) -> frozenset[str]:
        """What stands in a cell for no value, in small letters, capitals and as it is listed; nothing at all too."""
        return _in_cases(self.missing_values)

    def letters_of(self, field: FormField) -> FormField | None:
        """The column behind a whole number that has the letter people write beside it: «5А»; None for none."""
        place = self.fields.index(field) + 1
        following = self.fields[place] if place < len(self.fields) else None
        return following if field.type == "integer" and following and following.alphabet else None

    @property
    def counted_when_empty(self) -> frozenset[str]:
        """The columns whose empty cells count as something in a sum; where one of them is absent, nothing is summed."""
        return frozenset(name for check in self.checks if "empty" in check.limits for name in check.columns)

    @property
    def landed_fields(self) -> tuple[FormField, ...]:
        """The columns that reach the lake, in order."""
        return tuple(field for field in self.fields if field.lands)

    @property
    def person_field(self) -> FormField | None:
        """The column that identifies the person a row is about, None where rows are not about persons."""
        return next((field for field in self.fields if field.lands_as == "person_key"), None)


@lru_cache(maxsize=64)
def _in_cases(values: tuple[str, ...]) -> frozenset[str]:
    words = ("", *map(str.strip, values))
    return frozenset(
        cased for word in words for cased in (word, word.lower(), word.upper(), word.capitalize())
    )
