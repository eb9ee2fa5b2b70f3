"""The contract of one form as typed objects, closed to unknown keys.

In: the mapping a contract file holds, `use:` already resolved (see `load`). Out: a validated `Contract`.
The vocabulary is that of Frictionless Table Schema (fields, type, format, constraints, missingValues,
primaryKey) plus what an authority needs to collect a form: who submits, who approves, when it is due,
what a column reveals about a person and how it lands in the lake.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ingest.authored import fault
from ingest.schema.forms.condition import Comparisons, columns_of, require_operands
from ingest.schema.forms.pattern import checked_pattern
from ingest.schema.forms.sheets import Layout
from ingest.schema.texts.closed import Closed, Labels, Name
from ingest.schema.texts.language import LANGUAGES, Language
from ingest.schema.texts.severity import Severity
from ingest.schema.values.moment import as_moment
from ingest.schema.values.period import Period, PeriodKind

# What others need of a contract's language they find here.
__all__ = ["LANGUAGES", "Check", "Closed", "Constraints", "Contract", "Due", "FormField", "Labels", "Language",
           "Layout", "Name", "Privacy", "Severity"]  # fmt: skip

FieldType = Literal["string", "integer", "number", "boolean", "date", "time", "datetime"]
FieldFormat = Literal["default", "iin", "bin", "kato"]
Alphabet = Literal["cyrillic"]
Privacy = Literal["identifier", "quasi", "special", "plain"]
LandsAs = Literal["person_key", "age"]
NodeKind = Literal["republic", "oblast", "district", "organisation"]
Bound = Annotated[int | float | datetime | date | time, BeforeValidator(as_moment)]


class Constraints(Closed):
    """What a value must satisfy, in the words of Table Schema; `codelist` is ours. Bounds of a day are written
    `2026-09-07`, of a time `08:30`, of a date-time `2026-09-07T08:30`."""

    required: bool = False
    unique: bool = False
    minimum: Bound | None = None
    maximum: Bound | None = None
    min_length: int | None = Field(None, alias="minLength")
    max_length: int | None = Field(None, alias="maxLength")
    pattern: str | None = None
    codelist: Name | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        for lower, upper in ((self.minimum, self.maximum), (self.min_length, self.max_length)):
            if lower is not None and upper is not None and type(lower) is type(upper) and lower > upper:  # type: ignore[operator]
                raise fault("bounds_crossed", lower=str(lower), upper=str(upper))
        if self.pattern is not None:
            checked_pattern(self.pattern)
        return self


_ORDERED: dict[FieldType, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "date": (date,),
    "time": (time,),
    "datetime": (datetime,),
}


def _require_suitable(constraints: Constraints, field_type: FieldType) -> None:
    """No constraint that cannot be meant for a column of that type."""
    bounds = {"minimum": constraints.minimum, "maximum": constraints.maximum}
    for name, bound in bounds.items():
        if bound is not None and type(bound) not in _ORDERED.get(field_type, ()):
            raise fault("bound_of_another_type", name=name, bound=str(bound), type=field_type)
    texts = {
        "minLength": constraints.min_length,
        "maxLength": constraints.max_length,
        "pattern": constraints.pattern,
        "codelist": constraints.codelist,
    }
    for name, value in texts.items():
        if value is not None and field_type != "string":
            raise fault("for_texts_only", name=name, type=field_type)


class FormField(Closed):
    """One column of a form.

    `privacy` has no default: whoever adds a column decides. `identifier` and `special` columns never reach
    the lake as they are; `lands_as` says what stands there instead, absence means nothing does.
    `alphabet`: in which a text made of look-alike letters alone is meant: the Latin «A» of a class is a Cyrillic one.
    `unit`: what a number counts or is measured in, where the label does not say it.
    `may_be_absent`: a file without the column is as good as one with it: nothing is said.
    """

    name: Name
    labels: Labels
    description: Labels | None = None
    aliases: tuple[str, ...] = ()
    type: FieldType
    unit: Labels | None = None
    format: FieldFormat = "default"
    alphabet: Alphabet | None = None
    privacy: Privacy
    lands_as: LandsAs | None = None
    constraints: Constraints = Constraints()
    example: str | None = None
    may_be_absent: bool = False

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        if self.format != "default" and self.type != "string":
            raise fault("for_texts_only", name=f"format {self.format}", type=self.type)
        if self.alphabet and (self.type != "string" or self.format != "default" or self.constraints.codelist):
            raise fault("alphabet_of_no_text")
        if self.lands_as == "person_key" and self.format != "iin":
            raise fault("key_of_no_iin")
        if self.lands_as == "age" and self.type != "date":
            raise fault("age_of_no_date")
        _require_suitable(self.constraints, self.type)
        if self.may_be_absent and self.constraints.required:
            raise fault("required_may_be_absent")
        if self.format == "iin" and self.privacy != "identifier":
            raise fault("iin_not_identifier")
        return self

    @property
    def headings(self) -> tuple[str, ...]:
        """Every way to head this column, as a person writes it: the labels, the aliases, the name."""
        return (self.labels.kk, self.labels.ru, self.labels.en, *self.aliases, self.name)

    @property
    def lands(self) -> bool:
        """Whether anything of this column reaches the lake."""
        return self.lands_as is not None or self.privacy in ("plain", "quasi")

    @property
    def lake_name(self) -> str:
        """The column's name in the lake."""
        return self.lands_as or self.name

    @property
    def lake_type(self) -> LakeType:
        """The column's portable SQL type in the lake (types both engines know)."""
        if self.lands_as == "person_key":
            return "bigint"
        if self.lands_as == "age":
            return "int"
        return _LAKE_TYPES[self.type]


LakeType = Literal["string", "bigint", "int", "decimal(18, 4)", "boolean", "date", "timestamp"]
_LAKE_TYPES: dict[FieldType, LakeType] = {
    "string": "string",
    "integer": "int",
    "number": "decimal(18, 4)",
    "boolean": "boolean",
    "date": "date",
    # Not every engine has a type for the time of day: as `08:30:00` it sorts and compares as it should.
    "time": "string",
    "datetime": "timestamp",
}


def _require_own_headings(fields: tuple[FormField, ...]) -> None:
    owners: dict[str, str] = {}
    for field in fields:
        for heading in field.headings:
            owner = owners.setdefault(" ".join(heading.casefold().split()), field.name)
            if owner != field.name:
                raise fault("heading_of_two", first=owner, second=field.name, heading=heading)


class Lookup(Closed):
    """Another table to look into: `table` is territory, calendar, organisation or a codelist; `key` says which column
    of it (a codelist's own is `code`) is which of the form; `agrees` is the column of it that must hold the same."""

    table: Name
    key: dict[Name, Name] = Field(min_length=1)
    agrees: Name | None = None


Condition = tuple[str, ...] | Comparisons


class Check(Closed):
    """One rule of the rule library, beyond what field constraints already say.

    `field` and `other` name columns; `when` limits the rule to rows whose named columns hold one of the listed values,
    or compare by the signs <, <=, >, >=, ==, !=, in, not in with a constant, a list or `{column: name}`, or are empty
    or filled (`{is: empty}`); `must` compares `field` so for the rule `must_be`; `columns` are further ones the rule
    speaks of together; `lookup` names the table that `found_in` and `agrees_with` look into; `limits` are the rule's
    numbers where they differ from its own; `severity` overrides the rule's own.
    """

    rule: Name
    field: Name | None = None
    other: Name | None = None
    when: dict[Name, Condition] = Field(default_factory=dict)
    must: Comparisons = Field(default_factory=dict)
    columns: tuple[Name, ...] = ()
    lookup: Lookup | None = None
    limits: dict[Name, int | float] = Field(default_factory=dict)
    severity: Severity | None = None

    @property
    def named_fields(self) -> tuple[str, ...]:
        """Every column the check speaks of."""
        named = (self.field, self.other, *self.when, *self.columns, *self.compared_with, *self._keys)
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def compared_with(self) -> tuple[str, ...]:
        """The columns that conditions compare others with."""
        every = (self.must, *(each for each in self.when.values() if isinstance(each, dict)))
        return tuple(name for compared in every for name in columns_of(compared))

    @property
    def _keys(self) -> tuple[str, ...]:
        return tuple(self.lookup.key.values()) if self.lookup else ()

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        _require_operands(self.must, *self.when.values())
        return self


def _require_operands(*conditions: Condition) -> None:
    for compared in conditions:
        if isinstance(compared, dict):
            require_operands(compared)


class Determines(Closed):
    """A dependency: rows that hold the same in `columns` hold the same in each of `fields`. Who differs from most is
    asked, or refused, as `severity` says. `when` limits it to some rows, as that of a check does."""

    columns: tuple[Name, ...] = Field(min_length=1)
    fields: tuple[Name, ...] = Field(min_length=1)
    when: dict[Name, Condition] = Field(default_factory=dict)
    severity: Severity | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        _require_operands(*self.when.values())
        return self


class Due(Closed):
    """When a report falls due: `days` days after the `start` or the `end` of its period."""

    after: Literal["start", "end"]
    days: int

    def date_of(self, period: Period) -> date:
        """The last day on which the report of `period` is on time."""
        return (period.start if self.after == "start" else period.end) + timedelta(days=self.days)


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
        _require_own_headings(self.fields)
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
