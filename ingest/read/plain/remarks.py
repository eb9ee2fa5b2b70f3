"""What is said of one sheet or text while it is read: its findings, gathered.

In: the facts, as the reader comes upon them. Out: `Remarks.findings`. A file that is wrong in every row is
said a thousand times of each kind; what is beyond is said once, with its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ingest.read.cells.live_formulas import is_live, may_be_live
from ingest.read.cells.no_values import NoValue, may_hold_any, no_value
from ingest.read.plain.merged_down import FilledColumn
from ingest.read.plain.side_by_side import column_between
from ingest.read.row_numbers import Runs, listed
from ingest.read.tables.row_kinds import row_text
from ingest.read.tables.table import GridRow, SheetContents, Table
from ingest.read.text.batches import Cut
from ingest.read.text.encodings.decoded import Decoded
from ingest.read.text.rows.lenient_reader import Row, shown_delimiter
from ingest.read.text.unseen.characters import Cleaned
from ingest.schema.texts.finding import Finding, cell_address
from ingest.schema.texts.severity import Severity

MOST_ALIKE = 1_000
"""Findings of one kind on one sheet that are said one by one."""
_LOOKED_AT_ONCE = 512
"""Rows that are asked together whether any holds what stands in place of a value: hardly any does."""
# A reason is the code that is said of it, but for those of several rows.
_REASONS = {"preamble_rows": "preamble_row", "postamble_rows": "postamble_row"}
_ASKED = "_asked"
"""Behind a reason: the row could be a record, so that a person is asked."""


class Remarks:
    """Findings of one sheet. `sheet`: None for a text."""

    def __init__(self, sheet: str | None) -> None:
        self.sheet = sheet
        self._findings: list[Finding] = []
        self._alike: dict[str, int] = {}
        self._beyond: dict[str, Runs] = {}
        self._blank = Runs()
        # What stands in place of values: kind and column → its first cell, and how many there are.
        self._no_values: dict[tuple[NoValue, int], tuple[int, str, int]] = {}
        # What a spreadsheet program would compute: the first cell's row, column and text, and how many there are.
        self._live: tuple[int, int, str, int] | None = None

    def say(
        self,
        code: str,
        row: int | None = None,
        column: int = 1,
        value: str = "",
        severity: Severity | None = None,
        **params: object,
    ) -> None:
        """One finding, at a place where `row` is given."""
        self._alike[code] = self._alike.get(code, 0) + 1
        if self._alike[code] > MOST_ALIKE and row:
            self._beyond.setdefault(code, Runs()).add(row)
            return
        cell = cell_address(column, row) if row else None
        self._findings.append(
            Finding(
                code, self.sheet, cell, row, value=value or None, params=params, severity_override=severity
            )
        )

    @property
    def findings(self) -> list[Finding]:
        """Everything said up to now."""
        found = list(self._findings)
        if self._blank.count:
            first = self._blank.first
            params = {"count": self._blank.count, "rows": str(self._blank)}
            found.append(Finding("blank_rows", self.sheet, cell_address(1, first), first, params=params))
        for (kind, column), (row, text, count) in self._no_values.items():
            params = {"count": count, "column": cell_address(column, 1)[:-1]}
            code = "errors_as_values" if kind == "error" else "placeholders_as_values"
            found.append(Finding(code, self.sheet, cell_address(column, row), row, value=text, params=params))
        if self._live:
            row, column, text, count = self._live
            cell = cell_address(column, row)
            found.append(Finding("live_formulas", self.sheet, cell, row, value=text, params={"count": count}))
        for code, rows in self._beyond.items():
            title = Finding(code).kind.title
            params = {"count": rows.count, "rows": str(rows), "kind": title}
            found.append(
                Finding("more_alike", self.sheet, cell_address(1, rows.first), rows.first, params=params)
            )
        return found

    def say_encoding(self, decoded: Decoded) -> None:
        """What is doubtful about the letters of a text."""
        if not decoded.sure:
            self.say("encoding_unsure", encoding=decoded.encoding)
        if decoded.other_lines:
            lines = listed(decoded.other_lines)
            self.say("mixed_encoding", encoding=decoded.encoding, other=decoded.other_encoding, lines=lines)
        if decoded.undecoded:
            lines = listed(decoded.undecoded_lines)
            self.say("letters_lost", count=decoded.undecoded, encoding=decoded.encoding, lines=lines)

    def say_unseen(self, cleaned: Cleaned) -> None:
        """Which characters nobody sees were taken out."""
        self._findings += cleaned.findings(self.sheet)

    def say_cut(self, cut: Cut) -> None:
        """Whether the delimiter of a text is doubtful."""
        if not cut.is_sure:
            self.say("delimiter_unsure", delimiter=cut.dialect.shown_delimiter)

    def say_rows(self, rows: Iterable[Row], first: int = 1) -> None:
        """Which rows of a text were cut in a way of their own. `first`: the number of the first."""
        for number, row in enumerate(rows, first):
            if row.stray:
                self.say("quotes_repaired", number, found=len(row.cells))
            if row.other:
                self.say("row_cut_otherwise", number, delimiter=shown_delimiter(row.other))

    def say_aside(self, contents: SheetContents) -> None:
        """Which rows are not data, and why."""
        for reason, rows in contents.aside.items():
            for row in rows:
                if reason == "blank_rows":
                    self._blank.add(row.number)
                    continue
                text = row_text(row.cells)
                asked: Severity | None = "query" if reason.endswith(_ASKED) else None
                code = _REASONS.get(reason, reason.removesuffix(_ASKED))
                self.say(code, row.number, row.first_filled + 1, text, asked)
        for reason, rows in contents.doubted.items():
            for row in rows:
                self.say(reason, row.number, row.first_filled + 1, row_text(row.cells))

    def say_header(self, table: Table) -> None:
        """Whether a table has a header, and one of several rows."""
        if not table.header and table.body:
            self.say("header_missing", table.body[0].number)
        if table.header and _is_short(table):
            first = table.header[-1]
            self.say("header_one_short", first.number, found=len(first.cells), expected=len(first.cells) + 1)
        if column := column_between(table):
            row, params = table.header[-1].number, {"column": cell_address(column, 1)[:-1]}
            cell = cell_address(column, row)
            self._findings.append(Finding("tables_beside", self.sheet, cell, row, params=params))
        if len(table.header) > 1:
            rows = listed(row.number for row in table.header)
            self.say("header_rows_joined", table.header[0].number, rows=rows)

    def say_filled(self, columns: Mapping[int, FilledColumn]) -> None:
        """Which records got the text of a cell merged downwards."""
        for column, filled in columns.items():
            params = {
                "column": cell_address(column, 1)[:-1],
                "rows": str(filled.rows),
                "count": filled.rows.count,
            }
            cell = cell_address(column, filled.first)
            self._findings.append(
                Finding("merged_cells_filled", self.sheet, cell, filled.first, params=params)
            )

    def say_widths(self, table: Table, width: int) -> None:
        """Which records are shorter or longer than the table."""
        for row in table.body:
            found = len(row.cells)
            if found > width:
                found = len(fitted(row.cells, width))
            if found != width:
                code = "cells_missing" if found < width else "cells_too_many"
                self.say(code, row.number, min(found, width) + 1, found=found, expected=width)

    def say_no_values(self, table: Table) -> None:
        """Which cells hold an error of a spreadsheet, or a program's placeholder, in place of a value."""
        for begin in range(0, len(table.body), _LOOKED_AT_ONCE):
            rows = table.body[begin : begin + _LOOKED_AT_ONCE]
            if may_hold_any("\n".join("\n".join(row.cells) for row in rows)):
                self._say_no_values_of(rows)

    def _say_no_values_of(self, rows: Sequence[GridRow]) -> None:
        for row in rows:
            if not may_hold_any("\n".join(row.cells)):
                continue
            for column, cell in enumerate(row.cells, 1):
                if kind := no_value(cell):
                    first, text, count = self._no_values.get((kind, column), (row.number, cell.strip(), 0))
                    self._no_values[kind, column] = first, text, count + 1

    def say_live_formulas(self, table: Table) -> None:
        """Which cells, those of the header included, a spreadsheet program computes when it opens the csv."""
        for row in (*table.header, *table.body):
            if not may_be_live("\n".join(row.cells)):
                continue
            for column, cell in enumerate(row.cells, 1):
                if is_live(cell):
                    first = self._live or (row.number, column, cell.strip(), 0)
                    self._live = (*first[:3], first[3] + 1)

    def say_further(self, row: int, number: int, count: int) -> None:
        """That a further table, the `number`th, begins in that row."""
        self.say("further_table", row, number=number, count=count)


def _is_short(table: Table) -> bool:
    """Whether each record has one cell more than the header, be it empty or not, and no row of the header names it."""
    more = len(table.header[-1].cells) + 1
    is_named = len(table.names) >= more and table.names[more - 1].strip()
    return bool(table.body) and not is_named and all(len(row.cells) == more for row in table.body)


def written_width(table: Table) -> int:
    """Cells of a record: without columns at the right end that have neither name nor value."""
    names = table.names if table.header else []
    named = max((place + 1 for place, name in enumerate(names) if name.strip()), default=0)
    if named >= table.width:
        return table.width
    ends = (
        place + 1 for row in table.body for place, cell in enumerate(row.cells[: table.width]) if cell.strip()
    )
    return max(named, max(ends, default=1))


def fitted(cells: list[str], width: int) -> list[str]:
    """A record filled up to the width, and cut back to it as far as only empty cells are cut."""
    end = len(cells)
    while end > width and not cells[end - 1].strip():
        end -= 1
    return [*cells[:end], *[""] * (width - end)]
