"""What a sheet says beside the values of its cells, whatever kind of file it is in.

In: nothing. Out: `Annotations`, what people coloured, struck out and commented on; `NotShown`, what is hidden and which
formulas nobody computed.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from ingest.read.row_numbers import Runs

Place = tuple[int, int]
"""Row and column, from 1."""
OWN_AUTHOR = "bbaj"
"""How the names of authors begin under which templates and marked workbooks comment."""
MOST_NOTED = 200_000
"""Cells noted of a sheet; one with more is painted as a whole."""


@dataclass
class Annotations:
    """Of one sheet. `colours`: place → a word for its colour."""

    colours: dict[Place, str] = field(default_factory=dict)
    struck: set[Place] = field(default_factory=set)
    comments: set[Place] = field(default_factory=set)

    def add(self, other: Annotations, *, below: int) -> None:
        """Those of a table that stands that many rows below."""
        self.colours |= {(row + below, column): colour for (row, column), colour in other.colours.items()}
        self.struck |= {(row + below, column) for row, column in other.struck}
        self.comments |= {(row + below, column) for row, column in other.comments}

    def __bool__(self) -> bool:
        return bool(self.colours or self.struck or self.comments)


@dataclass
class NotShown:
    """Of one sheet. `columns`: first and last of columns that are hidden together, from 1; `uncomputed`: by the column,
    from 1, the rows whose formula has no value."""

    rows: Runs = field(default_factory=Runs)
    columns: list[tuple[int, int]] = field(default_factory=list)
    uncomputed: dict[int, array[int]] = field(default_factory=dict)

    def add(self, other: NotShown, *, below: int) -> None:
        """What is not shown of a table that stands that many rows below."""
        for row in other.rows:
            self.rows.add(row + below)
        self.columns += [columns for columns in other.columns if columns not in self.columns]
        for column, rows in other.uncomputed.items():
            self.uncomputed.setdefault(column, array("i")).extend(row + below for row in rows)
