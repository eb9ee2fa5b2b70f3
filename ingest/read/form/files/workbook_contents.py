"""What a workbook consists of: sheets that may hold a table, our own sheet of findings, the stamp of a template.

In: an open workbook, or what is looked up like one, and its sheets. Out: `WorkbookContents`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.read.workbook.beside.explanations import explanations_in, findings_sheets
from ingest.schema.findings_sheet import Explanation
from ingest.schema.template_stamp import STAMP_SHEET, TemplateStamp


@dataclass(frozen=True)
class WorkbookContents:
    """`sheets`: those that may hold a table → whether each is hidden. `is_marked`: we gave the workbook back with a
    sheet of findings. `stamp`: of the template, if there is one. `explained`: what was written beside findings."""

    sheets: dict[str, bool]
    is_marked: bool
    stamp: TemplateStamp | None
    explained: tuple[Explanation, ...]


def contents_of(book: Any, sheets: Mapping[str, bool]) -> WorkbookContents:
    """What a workbook consists of. `sheets`: those with cells → whether each is hidden. A sheet of findings, however it
    is called by now, is none of the sheets."""
    sheets = {name: is_hidden for name, is_hidden in sheets.items() if name != STAMP_SHEET}
    listing = findings_sheets(book)
    explained = explanations_in(book, listing)
    others = {name: is_hidden for name, is_hidden in sheets.items() if name not in listing}
    stamp = None
    if STAMP_SHEET in book.sheet_names:
        stamp = TemplateStamp.from_rows(book.get_sheet_by_name(STAMP_SHEET).to_python(nrows=20))
    # Where nothing else is left, that is what was handed in.
    return WorkbookContents(others or dict(sheets), bool(listing), stamp, explained)
