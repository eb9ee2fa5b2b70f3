"""Layouts of tables as paper has them: a row a learner, a column a day or a subject, a sign in the cell.

In: a layout file of that kind. Out: `Register`, checked; how its cells are read is for the reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import model_validator

from ingest.authored import fault
from ingest.schema.forms.contract import Closed, Labels, Name
from ingest.schema.forms.split import Split


class LessonCells(Closed):
    """What the cells of a register of attendance fill, besides the day: letters say who was not there and why.

    `words`: the codelist of those letters and words, whose columns `is_absence` and `is_valid` say what each means.
    `scheduled`: how many lessons the day has, said once below the headings in a row that begins with one of
    `counted_by`; the other fields follow from the cell. A blank cell: the learner was there.
    """

    words: Name
    scheduled: Name
    missed: Name
    missed_valid: Name
    late: Name
    reason: Name
    counted_by: tuple[str, ...]

    @property
    def fields(self) -> dict[str, str]:
        """Key of the layout → field of the form."""
        named = ("scheduled", "missed", "missed_valid", "late", "reason")
        return {key: getattr(self, key) for key in named}

    @property
    def codelists(self) -> set[str]:
        """The codelists it reads by."""
        return {self.words}


class MarkCells(Closed):
    """What the cells of a sheet of marks fill: a mark, or a word in its place. A blank cell is no result.

    `outcome`: the field that says which of the two, `usual` where the cell holds a mark; `words`: the codelist of
    the words; `named`: the codelist whose codes are the marks, by the words that marks are called.
    """

    mark: Name
    outcome: Name
    words: Name
    usual: str
    named: Name | None = None

    @property
    def fields(self) -> dict[str, str]:
        """Key of the layout → field of the form."""
        return {key: getattr(self, key) for key in ("mark", "outcome")}

    @property
    def codelists(self) -> set[str]:
        """The codelists it reads by."""
        return {self.words, *([self.named] if self.named else [])}


class PointCells(Closed):
    """What the cells of a journal of marks fill, besides the day: points of a kind of assessment. A blank cell, or a
    sign that somebody was not there, is no result.

    `words`: the codelist of such signs. `kinds`: the codelist of the kinds; one stands in the heading of its day
    («СОР 1 14.09»), beside it in the head, or in a row that begins with one of `kind_by`; else it is `usual`.
    `maximum`: the most points there are, in the heading («СОР (15)») or in a row that begins with one of `maximum_by`.
    """

    points: Name
    kind: Name
    maximum: Name
    words: Name
    kinds: Name
    usual: str
    kind_by: tuple[str, ...]
    maximum_by: tuple[str, ...]

    @property
    def fields(self) -> dict[str, str]:
        """Key of the layout → field of the form."""
        return {key: getattr(self, key) for key in ("points", "kind", "maximum")}

    @property
    def codelists(self) -> set[str]:
        """The codelists it reads by."""
        return {self.words, self.kinds}


class Register(Closed):
    """A table with a row for each learner and a column for each day or subject, usually one sheet a class.

    `source`: whose table it is, in words for people. `across`: the field the headings say; `words`: the codelist of
    the headings, or none where they are days. `names`: how the column of full names is headed: beside the headings it
    tells that a table without identifiers is such a register. `splits`: columns, or captions above the table, that
    hold several fields. `lessons`, `marks` or `points`: what a cell says.
    """

    source: Labels
    across: Name
    words: Name | None = None
    names: tuple[str, ...] = ()
    splits: tuple[Split, ...] = ()
    lessons: LessonCells | None = None
    marks: MarkCells | None = None
    points: PointCells | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if len(self._of_cells) != 1:
            raise fault("register_without_cells")
        return self

    @property
    def _of_cells(self) -> dict[str, LessonCells | MarkCells | PointCells]:
        known = {"lessons": self.lessons, "marks": self.marks, "points": self.points}
        return {key: cells for key, cells in known.items() if cells is not None}

    @property
    def cells(self) -> LessonCells | MarkCells | PointCells:
        """What a cell says."""
        return next(iter(self._of_cells.values()))

    @property
    def key_of_cells(self) -> str:
        """The key of the layout under which that stands."""
        return next(iter(self._of_cells))

    def keys_and_fields(self) -> Iterator[tuple[str, str]]:
        """Key of the layout → field of the form, for every field it speaks of."""
        yield "across", self.across
        yield from ((f"{self.key_of_cells}.{key}", name) for key, name in self.cells.fields.items())
        for number, split in enumerate(self.splits, 1):
            yield from ((f"splits.{number}.pattern", name) for name in split.fields)
