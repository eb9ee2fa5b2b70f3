"""What a summary says, before anybody asked how it looks: figures, sentences, tables, in both languages at once.

Made of a published file by `figures`, drawn as PDF by `pdf`, written as workbook by `workbook`; kept beside them as
JSON, so that an edition can be held against the one before it, cell by cell, for ever.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["republic", "oblast", "district"]
Unit = Literal["share", "points", "count", "decimal", "text", "date"]
"""share: of 1; points: a difference of two shares, of 1, told in percentage points; date: ISO."""
Symbol = Literal["", "c", "z", "x"]
"""Why a cell has no value. c: withheld, since it is of too few; z: cannot be; x: not reported or not known. A nought is
a value. What is rounded to nought says so by its value."""
Drawn = Literal["table", "ranking", "tiles", "trend", "distribution", "bounds"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Both(_Frozen):
    """A text in both languages."""

    kk: str
    ru: str

    def of(self, language: str) -> str:
        """The text of that language."""
        return self.kk if language == "kk" else self.ru


class Cell(_Frozen):
    """A value or why there is none. `text`: words, `day`: a day, where the column's unit is such. `mark`: p, of what
    may yet change; r, of what was another in the edition before."""

    value: float | int | None = None
    symbol: Symbol = ""
    text: Both | None = None
    day: date | None = None
    mark: Literal["", "p", "r"] = ""


class Column(_Frozen):
    """A column of a table. `digits`: decimals shown, the same for the whole column (of percents and points after the
    hundred). `code`: stable, unique in its table."""

    code: str
    label: Both
    unit: Unit
    digits: int = 0


class Row(_Frozen):
    """A row of a table: `code` of what it is about (KATO, BIN, a week), stable and unique in its table; `name` in
    words. `is_total`: the place the others are parts of, which stands first."""

    code: str
    name: Both
    cells: tuple[Cell, ...]
    is_total: bool = False


class Table(_Frozen):
    """Rows of one kind of thing, sorted by what matters; each row has a cell a column."""

    named: Both
    """What the first column, of names, is called."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Source(_Frozen):
    """Where figures come from: a published table, what its rows say, and how much they rest on.

    `explained`: what to ask `bbaj explain` for: TABLE KEY=VALUE …
    """

    table: str
    conditions: dict[str, str] = Field(default_factory=dict)
    reported: int | None = None
    due: int | None = None
    explained: str = ""


class Headline(_Frozen):
    """One number of the first page. `change_before`, `change_year_ago`: in the unit of the number, points for shares.
    `low`, `high`: how far those who did not report could move it; none where all did or nothing can be said."""

    code: str
    label: Both
    unit: Unit
    digits: int
    direction: Literal[-1, 0, 1]
    """1 where more is better, -1 where less is, 0 where neither."""
    value: Cell
    period: Both
    before: Cell
    before_period: Both | None
    change_before: Cell
    year_ago: Cell
    year_ago_period: Both | None
    change_year_ago: Cell
    based_on: int | None
    """So many people, or reports."""
    based_on_label: Both
    reported: int
    due: int | None
    low: float | None = None
    high: float | None = None
    source: Source


class Call(_Frozen):
    """A place or an organisation worth a call, and why."""

    code: str
    name: Both
    inside: Both | None
    """The district and oblast it lies in."""
    why: Both


class Section(_Frozen):
    """A finding, its chart and its table. `heading` is a sentence with a verb; `subtitle`: measure, unit, place,
    period; `alt`: what a reader who does not see the chart is told. `notes`: what is to be known about it.
    `first`: so many rows are drawn in the chart and set in the PDF, the workbook has all; all where None.
    `short`: its subject in a word or two, for a sheet's name and a table of contents. `measure`: code of the column
    that is drawn. `low`, `high`: codes of the columns of bounds, for `bounds`.
    """

    code: str
    drawn: Drawn
    heading: Both
    subtitle: Both
    alt: Both
    table: Table
    measure: str = ""
    low: str = ""
    high: str = ""
    first: int | None = None
    notes: tuple[Both, ...] = ()
    short: Both | None = None
    source: Source


class Term(_Frozen):
    """A word of the glossary and what it means."""

    word: Both
    meaning: Both


class Imprint(_Frozen):
    """What a reader is told of the edition on its first page.

    `status`: provisional until all it rests on is approved, final, or corrected: another edition said something else.
    `rests_on`: a digest of which submissions of the form it is about count, and which of them are approved. `changes`:
    what is another in this edition than in the one before, and why, in words.
    """

    edition: int = 1
    status: Literal["provisional", "final", "corrected"] = "provisional"
    basis: Literal["operational", "official"] = "operational"
    publication: int
    data_as_of: datetime
    made_at: datetime
    next_date: date | None = None
    content_hash: str = ""
    rules: str = ""
    submissions: int = 0
    approved: int = 0
    rests_on: str = ""
    changes: tuple[Both, ...] = ()


class Place(_Frozen):
    """Whom the summary is about. Codes are KATO, `all` above it."""

    level: Level
    oblast_code: str = "all"
    district_code: str = "all"
    name: Both


class Content(_Frozen):
    """A summary of one place and period: first page (`headlines`, three `sentences`, `regions` and `organisations`
    worth a call), then `sections`, method and glossary. `report`: its definition's name, such as weekly."""

    report: str
    title: Both
    place: Place
    period: str
    period_label: Both
    headlines: tuple[Headline, ...]
    sentences: tuple[Both, ...]
    regions: tuple[Call, ...]
    organisations: tuple[Call, ...]
    sections: tuple[Section, ...]
    method: tuple[Both, ...]
    glossary: tuple[Term, ...]
    imprint: Imprint
