"""Cross-tables → located tables in the long form of the contract.

In: the cells of a sheet as text and the layouts of the form. Out: one `LocatedTable` for each column of values
and each stacked block, so that every value keeps the cell it stands in; a note says how many values were read
and how many cells are blank. In a cross-table a record is a cell below a heading, or a row without any; a blank
cell is absent, which is not zero. What a word means that no dictionary knows is left to the rules of the form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.read.arrow import pa
from ingest.read.cells.written.codes import code_of
from ingest.read.form.header.beside_table import Held, held_beside
from ingest.read.reading import LocatedTable
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.layout import Axis, CrossTable, cross_tables
from ingest.schema.texts.finding import Finding
from ingest.schema.values.letters import plain_digits

Grid = Sequence[Sequence[str | None]]
_DIGITS, _RAISED = frozenset("0123456789"), frozenset("¹²³⁴⁵⁶⁷⁸⁹⁰")
_SCHOOL_YEAR = re.compile(
    r"^((?:19|20)\d\d)\s*[/–—-]\s*((?:19|20)?\d\d)(?:\s*(?:оқу жылы|учебный год|уч\. ?год))?$"
)
_YEAR = re.compile(r"^((?:19|20)\d\d)(?:\s*(?:жыл|жылы|год|г\.?|ж\.?))?$")
_QUARTER = re.compile(r"^((?:19|20)\d\d)-Q([1-4])$")
# Fewer headings of one kind in a row may be there by chance.
_FEWEST_HEADINGS = 2


@dataclass(frozen=True)
class Crossed:
    """What a sheet holds as a cross-table. `absent`: blank cells under a heading; `rows_aside`: rows that hold no
    values, from the first with content to the last."""

    tables: tuple[LocatedTable, ...]
    absent: int
    rows_aside: int
    note: Finding

    @property
    def rows_not_data(self) -> int:
        return self.absent + self.rows_aside


@dataclass
class _Series:
    """One column of values of one block, as it is read."""

    heading: Mapping[str, str]
    block: Mapping[str, str]
    title: Mapping[str, str]
    column: int
    header_row: int
    rows: list[int] = field(default_factory=list)
    downs: list[Mapping[str, str]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


def read_crossed(sheet: str | None, grid: Grid, first_column: int, contract: Contract) -> Crossed | None:
    """The sheet by the first layout of the form that fits it; None where none does.

    `grid`: rows of the sheet from its first; `first_column`: 1-based column its cells begin with.
    """
    for layout in cross_tables(contract.form):
        reader = _Reader(layout, grid, contract)
        reader.read()
        if any(series.values for series in reader.series):
            return reader.crossed(sheet, first_column, contract)
    return None


class _Reader:
    """Goes down a sheet once, keeping the heading row, the title and the block it is in."""

    def __init__(self, layout: CrossTable, grid: Grid, contract: Contract) -> None:
        self.layout, self.grid = layout, grid
        self.missing = {word.casefold() for word in contract.missing_words}
        self.series: list[_Series] = []
        self.absent = self.rows_aside = 0
        self._headings: dict[int, Mapping[str, str]] = {}
        self._header_row = 0
        self._title: Mapping[str, str] = {}
        self._block = _meaning(layout.blocks, layout.blocks.default or "") or {}
        self._open: dict[int, _Series] = {}

    def read(self) -> None:
        filled = [index for index, row in enumerate(self.grid) if any(map(_bare, row))]
        for index in range(filled[0], filled[-1] + 1) if filled else ():
            self._take(index, [_bare(cell) for cell in self.grid[index]])

    def _take(self, index: int, cells: list[str]) -> None:
        if headings := self._headings_of(cells):
            self._headings, self._header_row, self._open = headings, index + 1, {}
            self.rows_aside += 1
        elif self._headings and cells[0] and any(cells[column] for column in self._headings):
            self._take_values(index, cells)
        else:
            self._take_words(cells)
            self.rows_aside += 1

    def _headings_of(self, cells: list[str]) -> dict[int, Mapping[str, str]]:
        """The headings of a row that holds little else; a value that looks like a year heads nothing."""
        if _meaning(self.layout.down, cells[0]):
            return {}
        headings = {
            column: meaning
            for column, cell in enumerate(cells)
            if column and (meaning := _meaning(self.layout.across, cell))
        }
        is_heading = len(headings) >= _FEWEST_HEADINGS and 2 * len(headings) > sum(map(bool, cells[1:]))
        return headings if is_heading else {}

    def _take_values(self, index: int, cells: list[str]) -> None:
        down = _meaning(self.layout.down, cells[0]) or _unknown(self.layout.down, cells[0])
        for column, heading in self._headings.items():
            written = self.grid[index][column] or ""
            if written.strip().casefold() in self.missing:
                self.absent += 1
                continue
            series = self._open.get(column)
            if series is None:
                series = _Series(heading, self._block, self._title, column, self._header_row)
                self._open[column] = series
                self.series.append(series)
            series.rows.append(index + 1)
            series.downs.append(down)
            series.values.append(written)

    def _take_words(self, cells: list[str]) -> None:
        """A caption of a block, or a title; a note below the values is neither and changes nothing."""
        for cell in filter(None, cells):
            if block := _meaning(self.layout.blocks, cell):
                self._block, self._open = block, {}
            elif title := _meaning(self.layout.title, cell):
                self._title, self._open = title, {}
            elif not self._headings and not self._title:
                self._title = _unknown(self.layout.title, cell)

    def crossed(self, sheet: str | None, first_column: int, contract: Contract) -> Crossed:
        above = self.grid[: min(series.header_row for series in self.series) - 1]
        held = held_beside(contract, sheet, above, first_column)
        tables = tuple(
            _with_held(_table(series, sheet, first_column, self.layout), held, first_column)
            for series in self.series
        )
        values = sum(len(series.values) for series in self.series)
        params = {"values": values, "absent": self.absent, "rows": self.rows_aside}
        note = Finding("cross_table_read", sheet=sheet, params=params)
        return Crossed(tables, self.absent, self.rows_aside, note)


def _table(series: _Series, sheet: str | None, first_column: int, layout: CrossTable) -> LocatedTable:
    count = len(series.values)
    columns: dict[str, list[str | None]] = {
        name: [down.get(name) for down in series.downs] for name in layout.down.fields
    }
    for axis, meaning in (
        (layout.across, series.heading),
        (layout.blocks, series.block),
        (layout.title, series.title),
    ):
        columns |= {name: [meaning.get(name)] * count for name in axis.fields}
    columns[layout.value] = list(series.values)
    places = dict.fromkeys(columns, first_column)
    places |= dict.fromkeys((layout.value, *layout.across.fields), series.column + first_column)
    text = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    text = text.append_column("_row", pa.array(series.rows, pa.int32()))
    return LocatedTable(sheet, places, series.header_row, text)


def _with_held(table: LocatedTable, beside: Mapping[str, Held], first_column: int) -> LocatedTable:
    """The table with what stands beside it and in none of its columns."""
    held = {name: said for name, said in beside.items() if name not in table.columns}
    text, last = table.text, int(table.text.column("_row")[-1].as_py() or 0)
    for name, said in held.items():
        text = text.append_column(name, pa.array([said.text] * text.num_rows, pa.string()))
    places = {name: said.column or first_column for name, said in held.items()}
    above = {name: ((said.row, last),) for name, said in held.items() if said.row}
    return replace(table, columns={**table.columns, **places}, text=text, merged={**table.merged, **above})


def _bare(cell: str | None) -> str:
    """A word without its footnote marks and stray spaces."""
    word = " ".join((cell or "").split())
    return word[: _without_marks(word)].rstrip(" :;")


def _without_marks(word: str) -> int:
    """Where a word ends before its footnote marks: stars, raised digits, `1)`."""
    end = len(word)
    while end:
        begin = end - (word[end - 1] == ")")
        marks = (
            _RAISED if begin and word[begin - 1] in _RAISED else _DIGITS if begin < end else frozenset("*")
        )
        before = begin
        while before and word[before - 1] in marks:
            before -= 1
        if before == begin:
            break
        end = before
        while end and word[end - 1] == " ":
            end -= 1
    return end


def _meaning(axis: Axis, word: str) -> Mapping[str, str] | None:
    """What a word says of the fields of an axis; None where it says nothing."""
    if not word:
        return None
    if axis.words == "period":
        period = _period(word)
        return dict.fromkeys(axis.fields, period) if period else None
    known = codelist(axis.words)
    code = known.by_word.get(word.casefold()) or code_of(axis.words, word)
    if code is None:
        return None
    entry = known.by_code[code]
    return {name: code if column == "code" else entry.extra[column] for name, column in axis.fields.items()}


def _unknown(axis: Axis, word: str) -> Mapping[str, str]:
    """A word no dictionary knows, in the first field of its axis, so that a rule asks about it."""
    return {next(iter(axis.fields)): word}


def _period(word: str) -> str | None:
    """`2000/01` → `2000-2001`, `2026 жыл` → `2026`; None for what is no period."""
    word = plain_digits(word)
    if found := _SCHOOL_YEAR.match(word):
        begins = int(found[1])
        is_next = int(found[2]) % 100 == (begins + 1) % 100
        return f"{begins}-{begins + 1}" if is_next else None
    if found := _YEAR.match(word):
        return found[1]
    return word if _QUARTER.match(word) else None
