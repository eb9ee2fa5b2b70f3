"""Registers as paper has them → located tables in the long form of the contract.

In: the cells of a sheet as text and the registers of the form: a row a learner, a column for each day or subject,
letters, marks or blanks in the cells, the class named above the table or beside the name. Out: one `LocatedTable`
for each such column, so that every value keeps the cell it stands in, and findings: what no letter explains, which
days lack their number of lessons, which fields stand nowhere. A learner without a blank's meaning is never left out:
in a register of attendance a blank cell says that the learner was there; in one of marks it is no result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ingest.read.form.header.beside_table import Held, held_beside
from ingest.read.form.header.header_match import folded
from ingest.read.form.layouts.register_cells import (
    Texts,
    is_absence,
    lessons_said,
    marks_said,
    nearest_sign,
    points_said,
)
from ingest.read.form.layouts.register_column import Column, Grid, RegisterSheet
from ingest.read.form.layouts.register_columns import unread_columns
from ingest.read.form.layouts.register_days import weekdays
from ingest.read.form.layouts.register_head import Head, head_of
from ingest.read.form.layouts.register_lessons import take_lessons_above
from ingest.read.form.layouts.register_points import take_kinds, takes_row
from ingest.read.reading import LocatedTable
from ingest.read.tables.column_numbering import numbers_columns
from ingest.read.tables.row_kinds import says_signature, says_total
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.layout import registers
from ingest.schema.forms.register_layout import Register
from ingest.schema.texts.finding import Finding, cell_address

_ANOTHER_LAYOUT = "layout_used"
_NEAR = 2
"""Rows above the headings that may say of which kind a column is."""
_MOST_SAID = 1_000
"""Cells that are named one by one; more of them have one cause."""


@dataclass(frozen=True)
class RegisterReading:
    """`rows_not_data`: rows without a learner, and cells that hold no record. `days`: cells that say whether a learner
    was there, of them `full_days` blank ones, which say that nothing was missed. `is_blank`: nobody wrote a mark on the
    sheet."""

    tables: tuple[LocatedTable, ...]
    findings: tuple[Finding, ...]
    rows_not_data: int
    days: int = 0
    full_days: int = 0
    is_blank: bool = False


def may_hold_register(top: Grid, contract: Contract) -> bool:
    """Whether the first rows of a sheet are the head of a register: reading the whole is worth it."""
    return any(head_of(top, layout, contract) for layout in registers(contract))


def read_register(
    sheet: str | None, grid: Grid, first_column: int, contract: Contract, *, is_template: bool = False
) -> RegisterReading | None:
    """The sheet by the first register of the form that fits it; None where none does.

    `grid`: rows of the sheet from its first; `first_column`: 1-based column its cells begin with; `is_template`:
    whether it is the register we handed out, of which nobody needs to be told how it was read.
    """
    for layout in registers(contract):
        if head := head_of(grid, layout, contract):
            found = _Reader(sheet, grid, first_column, contract, layout, head).reading()
            if is_template:
                own = (finding for finding in found.findings if finding.code != _ANOTHER_LAYOUT)
                found = replace(found, findings=tuple(own))
            return found
    return None


def note_on_full_days(readings: Iterable[RegisterReading]) -> list[Finding]:
    """How many days count as full attendance because their cell is blank: said once a file, of all its registers."""
    found = list(readings)
    full = sum(each.full_days for each in found)
    days = sum(each.days for each in found)
    return [Finding("register_full_days", params={"full": full, "days": days})] if full else []


class _Reader:
    def __init__(
        self,
        sheet: str | None,
        grid: Grid,
        first_column: int,
        contract: Contract,
        layout: Register,
        head: Head,
    ) -> None:
        self.sheet, self.grid, self.first_column = sheet, grid, first_column
        self.contract, self.layout, self.head = contract, layout, head
        self.held = self._held_beside()
        self.source = RegisterSheet(sheet, grid, first_column, contract, layout, head, self.held)
        self.findings: list[Finding] = []
        self.columns = [Column(place, text) for place, text in head.headings.items()]
        self.learners: list[int] = []
        self.aside = self.absent = self._unknown = self.days = self.full_days = 0

    def _held_beside(self) -> dict[str, Held]:
        """What the contract takes from the sheet's name or from cells above, of columns the register lacks."""
        above = self.grid[: min(self.head.row, self.head.body - 1)]
        found = held_beside(self.contract, self.sheet, above, self.first_column)
        return {name: held for name, held in found.items() if name not in self._known}

    @cached_property
    def _known(self) -> frozenset[str]:
        """The columns of the form that the register holds."""
        own = (self.layout.across, *self.layout.cells.fields.values())
        parts = (name for split, _ in self.head.splits for name in split.fields)
        return frozenset((*self.head.fields, *self.head.captions, *own, *parts))

    def reading(self) -> RegisterReading:
        """Everything the sheet holds."""
        filled = [number for number, row in enumerate(self.grid) if any(map(str.strip, row))]
        if not self.head.is_dated:
            return self._undated(len(filled))
        self.aside = sum(1 for number in filled if number < self.head.body)
        if self.layout.points:
            take_kinds(self.source, self.columns, range(max(0, self.head.row - _NEAR), self.head.body))
        for number in (number for number in filled if number >= self.head.body):
            self._take_row(number)
        self.findings += take_lessons_above(self.source, self.columns)
        for column in self.columns:
            self._take_column(column)
        tables = tuple(self.source.table(column) for column in self.columns if column.rows)
        said = [
            Finding(_ANOTHER_LAYOUT, self.sheet, row=self.head.row + 1, params={"source": self.layout.source})
        ]
        said += self._missing_fields()
        unread = list(
            unread_columns(self.sheet, self.grid, self.first_column, self.layout, self.head, self.learners)
        )
        said += unread
        is_blank = not (tables or self.findings or unread or self.layout.lessons)
        if not tables and all(each.severity == "note" for each in self.findings):
            said.append(Finding("no_data_rows", self.sheet))
        not_data = self.aside + self.absent
        findings = (*said, *self.findings)
        return RegisterReading(tables, findings, not_data, self.days, self.full_days, is_blank)

    def _undated(self, rows: int) -> RegisterReading:
        """Of a register whose days nobody can tell, what it lacks."""
        self._say("register_days_unclear", self.head.row, min(self.head.headings))
        source = {"source": self.layout.source}
        note = Finding(_ANOTHER_LAYOUT, self.sheet, row=self.head.row + 1, params=source)
        return RegisterReading((), (note, *self._missing_fields(), *self.findings), rows)

    def _take_row(self, number: int) -> None:
        """A learner, the row that counts the lessons, or neither."""
        row = self.grid[number]
        left = [cell.strip() for cell in row[: self.columns[0].place]]
        lessons = self.layout.lessons
        words = {folded(word) for word in lessons.counted_by} if lessons else set()
        if lessons and any(folded(cell) in words for cell in left if cell):
            self._take_counts(number)
            self.aside += 1
            return
        if self.layout.points and takes_row(self.source, self.columns, number, left):
            self.aside += 1
            return
        if numbers_columns(row):
            self.aside += 1
        elif self._identifier(row).strip() or self._is_nameless_learner(row, left):
            self.learners.append(number)
        else:
            self.aside += 1

    def _is_nameless_learner(self, row: Sequence[str], left: Sequence[str]) -> bool:
        """Whether a row without an identifier is a learner all the same: named, and with signs in its cells."""
        texts = [cell for cell in left if cell and not cell.isdecimal()]
        if not texts or any(map(says_total, texts)) or says_signature(row):
            return False
        if self._is_numbered and not any(map(_is_number, left)):
            return False
        said = [cell for column in self.columns if (cell := self._of(row, column.place).strip())]
        return bool(said) and not all(folded(cell) in weekdays() for cell in said)

    @cached_property
    def _is_numbered(self) -> bool:
        """Whether the rows of learners begin with a running number: then an average or a note has none."""
        body = self.grid[self.head.body :]
        lefts = [row[: self.columns[0].place] for row in body if self._identifier(row).strip()]
        if self.head.person is None:
            return any(any(map(_is_number, row[: self.columns[0].place])) for row in body)
        return bool(lefts) and all(any(map(_is_number, left)) for left in lefts)

    def _identifier(self, row: Sequence[str]) -> str:
        return "" if self.head.person is None else self._of(row, self.head.person)

    def _take_counts(self, number: int) -> None:
        for column in self.columns:
            written = self._cell(number, column.place).strip().removesuffix(".0")
            if written.isdecimal() and written.isascii() and int(written):
                column.lessons = int(written)
            elif written not in ("", "0", "-", "–", "—"):
                self._say("register_lessons_unclear", number, column.place, day=column.heading)

    def _take_column(self, column: Column) -> None:
        if self.layout.lessons and column.lessons is None:
            self._take_idle_day(column)
            return
        for number in self.learners:
            written = self._cell(number, column.place)
            texts = self._said(written, column)
            if texts is None:
                self.absent += 1
                if written.strip() and not self._is_known_absence(written):
                    self._say_unknown(number, column)
                continue
            column.rows.append(number + 1)
            column.texts.append(texts)
            if self.layout.lessons:
                self.days += 1
                self.full_days += not written.strip()

    def _said(self, written: str, column: Column) -> Texts | None:
        if self.layout.marks:
            return marks_said(written, self.layout.marks)
        if self.layout.points:
            return points_said(written, column.kind, column.maximum, self.layout.points)
        assert self.layout.lessons is not None and column.lessons is not None
        return lessons_said(written, column.lessons, self.layout.lessons)

    def _is_known_absence(self, written: str) -> bool:
        return self.layout.points is not None and is_absence(written, self.layout.points)

    def _take_idle_day(self, column: Column) -> None:
        """A day without lessons: nothing, unless somebody was marked on it."""
        self.absent += len(self.learners)
        marked = [number for number in self.learners if self._cell(number, column.place).strip()]
        is_any_counted = any(other.lessons for other in self.columns)
        if marked or (not is_any_counted and column is self.columns[0]):
            code = "register_day_without_lessons" if is_any_counted else "register_lessons_missing"
            if is_any_counted or column is self.columns[0]:
                number = marked[0] if marked else self.head.row
                self._say(code, number, column.place, day=column.heading)

    def _say_unknown(self, number: int, column: Column) -> None:
        """The first of each day in any case: whoever asks for days has to know which could not be read."""
        self._unknown += 1
        if self._unknown <= _MOST_SAID or not column.is_in_doubt:
            written = self._cell(number, column.place)
            near = nearest_sign(written, self.layout.lessons) if self.layout.lessons else None
            self._say("register_sign_unknown", number, column.place, near, day=column.heading)
        column.is_in_doubt = True

    def _say(
        self, code: str, number: int, place: int, suggestion: str | None = None, **params: object
    ) -> None:
        self.findings.append(
            Finding(
                code,
                self.sheet,
                cell_address(place + self.first_column, number + 1),
                number + 1,
                self.layout.across,
                self._cell(number, place) or None,
                suggestion,
                params={"column": self.contract.field(self.layout.across).labels, **params},
            )
        )

    def _missing_fields(self) -> Iterator[Finding]:
        known = {*self._known, *self.held}
        for each in self.contract.fields:
            if each.name not in known and self.contract.needs(each):
                params = {"column": each.labels}
                yield Finding(
                    "missing_column", self.sheet, row=self.head.row + 1, column=each.name, params=params
                )

    def _cell(self, number: int, place: int) -> str:
        return self._of(self.grid[number], place)

    @staticmethod
    def _of(row: Sequence[str], place: int) -> str:
        return row[place] if place < len(row) else ""


def _is_number(cell: str) -> bool:
    bare = cell.strip().rstrip(".)")
    return bare.isdecimal() and len(bare) <= 3
