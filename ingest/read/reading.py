"""What reading one file yields: its tables as text, what is wrong with it, and a count of every row.

In: nothing. Out: `Reading` and its parts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from ingest.read.text_form import TextForm
from ingest.schema.findings_sheet import Explanation
from ingest.schema.forms.correction import Correction
from ingest.schema.template_stamp import TemplateStamp
from ingest.schema.texts.finding import Finding, cell_address

_FAR = 1 << 31


@dataclass(frozen=True)
class LocatedTable:
    """One table of the form, found in a file.

    `sheet`: None in a csv. `columns`: field name → 1-based column of the sheet. `header_row`: 1-based row of
    the sheet, or record of the csv. `text`: one column of text per field that is there, cells as written, blank
    cells empty or null, in a large table those of few different texts kept once each (`repeated_texts`); `_row`
    int32, the 1-based row of the sheet or record of the csv, ascending.
    `merged`: field → first and last row of each cell merged downwards whose value all its rows have, ascending.
    `uncomputed`: field → rows in which it has a formula without a value.
    """

    sheet: str | None
    columns: dict[str, int]
    header_row: int
    text: pa.Table
    merged: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    uncomputed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def cell(self, name: str, row: int) -> str | None:
        """The address of the cell that holds a field in a row of the sheet; None where no column does."""
        if not (column := self.columns.get(name)):
            return None
        ranges = self.merged.get(name, ())
        place = bisect_right(ranges, (row, _FAR)) - 1
        inside = place >= 0 and ranges[place][0] <= row <= ranges[place][1]
        return cell_address(column, ranges[place][0] if inside else row)


@dataclass(frozen=True)
class Reading:
    """One file, read.

    A row is a record of the file: a row of a sheet that was read, a record of a csv. `rows_in` counts every
    row from the first with content to the last with content, headers apart. Each is a data row, in `tables`,
    or not data: a title above the header, a blank row, a row of column numbers, a repeated header, a totals
    row. So `rows_in == rows_data + rows_not_data`, always. Sheets that were not read are named in findings.
    `unreadable`: nothing in the file could be read as a table at all; its counts are 0. `corrections`: the
    declared ones that changed something in it. `explanations`: what its submitter says to
    queries, on the sheet of findings.
    `written`: how a text is written; None for what is no text.
    """

    tables: tuple[LocatedTable, ...] = ()
    findings: tuple[Finding, ...] = ()
    rows_in: int = 0
    rows_not_data: int = 0
    stamp: TemplateStamp | None = None
    unreadable: bool = False
    corrections: tuple[Correction, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    written: TextForm | None = None

    @property
    def rows_data(self) -> int:
        return sum(table.text.num_rows for table in self.tables)

    def with_findings(self, *findings: Finding) -> Reading:
        """The same reading with these findings added."""
        return replace(self, findings=(*self.findings, *findings))


def unreadable(finding: Finding) -> Reading:
    """The reading of a file of which nothing can be said but why."""
    return Reading(findings=(finding,), unreadable=True)


def rows_above(rows: Sequence[Sequence[str | None]]) -> int:
    """How many rows stand above the header, the last of `rows`, from the first with content on."""
    filled = (index for index, cells in enumerate(rows) if any(cell and cell.strip() for cell in cells))
    return len(rows) - 1 - next(filled, len(rows) - 1)
