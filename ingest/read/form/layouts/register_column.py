"""One column of a register, a day or a subject, and the table in the long form that it becomes.

In: the cells of a sheet, its head, what is said beside it. Out: a `LocatedTable` in which every value keeps the cell it
stands in: what a heading or a caption says of all learners is one cell, as if it were merged downwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.read.arrow import pa
from ingest.read.form.header.beside_table import Held
from ingest.read.form.layouts.register_cells import Texts
from ingest.read.form.layouts.register_head import Head, parted_texts
from ingest.read.reading import LocatedTable
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.register_layout import Register

Grid = Sequence[Sequence[str]]


@dataclass
class Column:
    """One day or subject: the learners' rows and what their cells say.

    `is_in_doubt`: not all of them are known. `lessons`: of a day. `kind`, `maximum`: of a column of points. `above`:
    fields that are said once for the column → the row of the sheet, from 0.
    """

    place: int
    heading: str
    lessons: int | None = None
    kind: str = ""
    maximum: str = ""
    above: dict[str, int] = field(default_factory=dict)
    is_in_doubt: bool = False
    rows: list[int] = field(default_factory=list)
    texts: list[Texts] = field(default_factory=list)


@dataclass(frozen=True)
class RegisterSheet:
    """A sheet that is a register, and what is known of it. `first_column`: 1-based column its cells begin with."""

    name: str | None
    grid: Grid
    first_column: int
    contract: Contract
    layout: Register
    head: Head
    held: Mapping[str, Held]

    def cell(self, number: int, place: int) -> str:
        """The text of a cell, row and column from 0."""
        row = self.grid[number]
        return row[place] if place < len(row) else ""

    def table(self, column: Column) -> LocatedTable:
        """A column in the long form of the contract."""
        texts = self._texts(column)
        names = [each.name for each in self.contract.fields if each.name in texts]
        arrays = {name: pa.array(texts[name], pa.string()) for name in names}
        text = pa.table({**arrays, "_row": pa.array(column.rows, pa.int32())})
        places = self._places(column)
        above = {name: said.row for name, said in self.head.captions.items()}
        above |= {self.layout.across: self.head.row} | column.above
        above |= {name: held.row - 1 for name, held in self.held.items() if held.row}
        merged = {name: ((row + 1, column.rows[-1]),) for name, row in above.items()}
        columns = {name: places[name] for name in names}
        return LocatedTable(self.name, columns, self.head.row + 1, text, merged)

    def _texts(self, column: Column) -> dict[str, list[str]]:
        count = len(column.rows)
        texts = {
            name: [self.cell(row - 1, place) for row in column.rows]
            for name, place in self.head.fields.items()
        }
        for split, place in self.head.splits:
            cells = [self.cell(row - 1, place) for row in column.rows]
            texts |= parted_texts(split.pattern, split.fields, cells)
        texts |= {name: [said.text] * count for name, said in self.head.captions.items()}
        texts |= {name: [held.text] * count for name, held in self.held.items()}
        texts[self.layout.across] = [column.heading] * count
        for name in self.layout.cells.fields.values():
            texts[name] = [said[name] for said in column.texts]
        return texts

    def _places(self, column: Column) -> dict[str, int]:
        first = self.first_column
        places = {name: held.column or first for name, held in self.held.items()}
        places |= {name: said.column + first for name, said in self.head.captions.items()}
        places |= {name: place + first for name, place in self.head.fields.items()}
        places |= {name: place + first for split, place in self.head.splits for name in split.fields}
        own = (self.layout.across, *self.layout.cells.fields.values())
        return places | dict.fromkeys(own, column.place + first)
