"""What a contract asks of its rows beyond the constraints of their columns.

In: the mapping a contract holds for a check or a dependency. Out: `Check`, `Determines`, closed to unknown keys.
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from ingest.schema.forms.condition import Comparisons, columns_of, require_operands
from ingest.schema.texts.closed import Closed, Name
from ingest.schema.texts.severity import Severity


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
