"""How a form looks as a workbook: which of its sheets are read, and what stands beside its table.

In: the `layout` of a contract. Out: `Layout`, checked. Fields named here are columns of the form; that they exist is
checked where the contract is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from ingest.authored import fault
from ingest.schema.forms.pattern import checked_pattern
from ingest.schema.texts.closed import Closed, Labels, Name

Number = Annotated[str, Field(pattern=r"^(\d{1,3}|[А-ЯӘҒҚҢӨҰҮҺІA-Z])$")]


class SheetChoice(Closed):
    """Sheets that are read. One of `name` (spaces do not count), `pattern` (a regular expression that the whole name
    follows) or `position` (1: the first sheet, -1: the last one). Capitals and look-alike letters never count."""

    name: str | None = None
    pattern: str | None = None
    position: int | None = None

    @field_validator("pattern")
    @classmethod
    def _can_be_run(cls, pattern: str | None) -> str | None:
        return None if pattern is None else checked_pattern(pattern)

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        said = [way for way in (self.name, self.pattern, self.position) if way is not None]
        if len(said) != 1 or self.position == 0:
            raise fault("sheet_choice")
        return self

    @property
    def shown(self) -> str:
        """The choice as a person reads it."""
        if self.name is not None:
            return f"«{self.name}»"
        return f"/{self.pattern}/" if self.pattern is not None else f"№ {self.position}"


class Beside(Closed):
    """A cell above the table, or beside it, that says something of every row: «Класс: 7 «А»».

    `labels`: what the cell begins with, in any language; what is said stands behind a colon or in the next filled cell
    to the right. `field`: the column it is the value of; or `pattern`, whose named groups are columns.
    """

    labels: tuple[str, ...] = Field(min_length=1)
    field: Name | None = None
    pattern: str | None = None

    @field_validator("pattern")
    @classmethod
    def _has_groups(cls, pattern: str | None) -> str | None:
        return None if pattern is None else _with_groups(pattern)

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.field is None) == (self.pattern is None):
            raise fault("beside_choice")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns it fills."""
        return (self.field,) if self.field else _groups(self.pattern)


class Layout(Closed):
    r"""How the form looks as a workbook.

    `sheet`: the sheet the template has; `freeze_columns`: those that stay in sight. `sheets`: which sheets are read,
    by default every one that holds the table; the others are named as not read. `sheet_name`: a regular expression
    whose named groups are columns that the name of the sheet fills: `(?P<grade>\d+) ?(?P<letter>[А-Я])`. `beside`:
    cells above the table that fill columns. `numbered`: column → its number on the official form (`А`, `3`), by which
    it is found where no header names it. A column that stands in the table itself goes before what stands beside it.
    """

    sheet: Labels
    freeze_columns: int = 0
    sheets: tuple[SheetChoice, ...] = ()
    sheet_name: str | None = None
    beside: tuple[Beside, ...] = ()
    numbered: dict[Name, Number] = Field(default_factory=dict)

    @field_validator("sheet_name")
    @classmethod
    def _has_groups(cls, pattern: str | None) -> str | None:
        return None if pattern is None else _with_groups(pattern)

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        numbers = list(self.numbered.values())
        if len(set(numbers)) < len(numbers):
            raise fault("numbered_twice")
        named = [choice for choice in self.sheets if choice.name or choice.pattern]
        own = (self.sheet.kk, self.sheet.ru, self.sheet.en)
        first = any(choice.position in (1, -1) for choice in self.sheets)
        if named and not first and not all(any(_follows(name, choice) for choice in named) for name in own):
            raise fault("own_sheet_not_read", names=", ".join(own))
        return self

    @property
    def held_beside(self) -> frozenset[str]:
        """Columns that may stand beside the table instead of in it."""
        return frozenset(
            (*_groups(self.sheet_name), *(name for entry in self.beside for name in entry.fields))
        )

    def named_columns(self) -> Iterator[tuple[str, str]]:
        """Every column the layout speaks of, with the key it is named at."""
        for name in _groups(self.sheet_name):
            yield "layout.sheet_name", name
        for place, entry in enumerate(self.beside, 1):
            for name in entry.fields:
                yield f"layout.beside.{place}", name
        for name in self.numbered:
            yield f"layout.numbered.{name}", name


def _follows(name: str, choice: SheetChoice) -> bool:
    if choice.pattern is not None:
        return bool(re.fullmatch(choice.pattern, name))
    return bool(choice.name) and str(choice.name).casefold().split() == name.casefold().split()


def _with_groups(pattern: str) -> str:
    if not re.compile(checked_pattern(pattern)).groupindex:
        raise fault("pattern_without_groups")
    return pattern


def _groups(pattern: str | None) -> tuple[str, ...]:
    return tuple(re.compile(pattern).groupindex) if pattern else ()
