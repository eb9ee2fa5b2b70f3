"""One column of a form: its type, what its values must satisfy, what it reveals about a person, how it lands.

In: the mapping a contract holds for a column. Out: a validated `FormField`, closed to unknown keys. The words are those
of Frictionless Table Schema (type, format, constraints), and a few of our own.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ingest.authored import fault
from ingest.schema.forms.pattern import checked_pattern
from ingest.schema.texts.closed import Closed, Labels, Name
from ingest.schema.values.moment import as_moment

FieldType = Literal["string", "integer", "number", "boolean", "date", "time", "datetime"]
FieldFormat = Literal["default", "iin", "bin", "kato"]
Alphabet = Literal["cyrillic"]
Privacy = Literal["identifier", "quasi", "special", "plain"]
LandsAs = Literal["person_key", "age"]
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
    `named`: the codelist whose codes are the numbers of the column, by the words people have for them («отл.»): a word
    is never read as a number, the number is suggested.
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
    named: Name | None = None
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
        if self.named and self.type not in ("integer", "number"):
            raise fault("names_of_no_number", type=self.type)
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


def require_own_headings(fields: tuple[FormField, ...]) -> None:
    """No heading that two columns answer to."""
    owners: dict[str, str] = {}
    for field in fields:
        for heading in field.headings:
            owner = owners.setdefault(" ".join(heading.casefold().split()), field.name)
            if owner != field.name:
                raise fault("heading_of_two", first=owner, second=field.name, heading=heading)
