"""Other layouts a form may come in: data beside the contract, one file a layout.

In: `ingest/contracts/layouts/<form>/*.yml`. Out: in the order of the names of their files, `CrossTable`s and
`Rearranged` tables. A layout says how what others write becomes the columns of the contract; none is code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import Field, field_validator, model_validator

from ingest.schema.codelist import codelist
from ingest.schema.contract import Closed, Contract, Labels, Name
from ingest.schema.load import CONTRACTS
from ingest.schema.pattern import checked_pattern


class Axis(Closed):
    """What stands along one side of a cross-table.

    `words`: the codelist its words are looked up in, or `period` for years, school years and quarters.
    `fields`: field of the form → `code` or a column of the codelist. `default`: the code where nothing is said.
    """

    words: Name
    fields: dict[Name, Name]
    default: str | None = None


class CrossTable(Closed):
    """One layout: `down` heads the rows, `across` the columns, `blocks` captions stacked parts, `title` stands
    above; `value` is the field the cells hold."""

    down: Axis
    across: Axis
    blocks: Axis
    title: Axis
    value: Name


class Split(Closed):
    """One column that holds several fields.

    `headers`: how it is headed. `pattern`: a regular expression whose named groups are fields of the form, in what
    Python and RE2 read alike (letters by their ranges, no `\\p`, no look-around); a cell that does not follow it
    goes whole into the first of them, where the rules of the form meet it.
    """

    headers: tuple[str, ...]
    pattern: str

    @field_validator("pattern")
    @classmethod
    def _can_be_run(cls, pattern: str) -> str:
        return checked_pattern(pattern)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it holds, in the order of the pattern."""
        groups = re.compile(self.pattern).groupindex
        return tuple(sorted(groups, key=groups.__getitem__))


class Across(Closed):
    """Columns that stand side by side for the values of one field: marks by subject, or by term.

    `field`: what the headers say; `value`: what the cells hold. `columns`: header → value of `field`; `words`: the
    codelist whose words head columns besides. A blank cell is absent.
    """

    field: Name
    value: Name
    columns: dict[str, str] = Field(default_factory=dict)
    words: Name | None = None

    @property
    def headed(self) -> dict[str, str]:
        """Every header of such a column and the value it stands for."""
        listed = codelist(self.words).by_word if self.words else {}
        return {**listed, **self.columns}


class Rearranged(Closed):
    """A table whose columns are those of another software, or of another year.

    `source`: whose export it is, in words for people. `headers`: field → how that software heads it, besides the
    words of the contract. `splits`: columns that hold several fields. `constants`: field → what holds for every
    row. `words`: field → a word of that software → the contract's. `across`: columns side by side that become rows.
    `stub`: the field in the first column where nothing heads it, as in statistical tables. `ignored`: headers that
    are known and not asked for.
    """

    source: Labels
    headers: dict[Name, tuple[str, ...]] = Field(default_factory=dict)
    splits: tuple[Split, ...] = ()
    constants: dict[Name, str] = Field(default_factory=dict)
    words: dict[Name, dict[str, str]] = Field(default_factory=dict)
    across: Across | None = None
    stub: Name | None = None
    ignored: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not (self.headers or self.splits or self.constants or self.across or self.stub):
            raise ValueError("a layout that changes nothing is the contract itself")
        return self

    @property
    def named_fields(self) -> set[str]:
        """Every field the layout speaks of."""
        return {
            *self.headers,
            *self.constants,
            *self.words,
            *((self.across.field, self.across.value) if self.across else ()),
            *((self.stub,) if self.stub else ()),
            *(name for split in self.splits for name in split.fields),
        }


class LayoutError(Exception):
    """A layout that its form cannot follow. Says the file and what is wrong."""


# The layouts of one form that a replay reads by instead of today's files.
_recorded: ContextVar[tuple[str, tuple[CrossTable | Rearranged, ...]] | None] = ContextVar(
    "recorded_layouts", default=None
)


def cross_tables(form: str, directory: Path | None = None) -> tuple[CrossTable, ...]:
    """The cross-tables a form may come as. Raises pydantic.ValidationError on a file that cannot be followed."""
    return tuple(each for each in _in_force(form, directory) if isinstance(each, CrossTable))


def layouts_of(contract: Contract, directory: Path | None = None) -> tuple[CrossTable | Rearranged, ...]:
    """Every layout a form may come in, in their order. Raises as `cross_tables` and `rearranged`."""
    rearranged(contract, directory)
    return _in_force(contract.form, directory)


@contextmanager
def layouts_as(form: str, layouts: tuple[CrossTable | Rearranged, ...]) -> Iterator[None]:
    """Within, these layouts and no others are those of the form."""
    token = _recorded.set((form, layouts))
    try:
        yield
    finally:
        _recorded.reset(token)


def rearranged(contract: Contract, directory: Path | None = None) -> tuple[Rearranged, ...]:
    """The rearranged tables a form may come as. Raises LayoutError where one names a field the form lacks."""
    folder = _folder(contract.form, directory)
    found = tuple(each for each in _in_force(contract.form, directory) if isinstance(each, Rearranged))
    known = {field.name for field in contract.fields}
    for layout in found:
        if strange := sorted(layout.named_fields - known):
            raise LayoutError(f"{folder.name}: {layout.source.en}: the form has no {', '.join(strange)}")
    return found


def _in_force(form: str, directory: Path | None) -> tuple[CrossTable | Rearranged, ...]:
    recorded = _recorded.get()
    if recorded and recorded[0] == form and directory is None:
        return recorded[1]
    return _layouts(_folder(form, directory))


def _folder(form: str, directory: Path | None) -> Path:
    return (directory or CONTRACTS).resolve() / "layouts" / form


@lru_cache(maxsize=64)
def _layouts(folder: Path) -> tuple[CrossTable | Rearranged, ...]:
    return tuple(
        layout_of(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in sorted(folder.glob("*.yml"))
    )


def layout_of(read: Any) -> CrossTable | Rearranged:
    """The layout these plain values describe. Raises pydantic.ValidationError."""
    kind = CrossTable if isinstance(read, dict) and "down" in read else Rearranged
    return kind.model_validate(read)
