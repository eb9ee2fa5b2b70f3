"""A workbook opened by the library: its sheets as columns of text, and what stands beside their cells.

In: the path of a workbook, what is opened of it, the contract, the names of the sheets. Out: `OpenedWorkbook`. Where
rows or cells of an .xlsx do not say where they stand, or say what another has said, a copy is opened in which each has
a place of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import fastexcel

from ingest.read.form.files.loaded_sheet import LoadedSheet, load_sheet
from ingest.read.workbook.beside.hidden_content import Traces, traces
from ingest.read.workbook.copies.mended_copy import Source
from ingest.read.workbook.copies.numbered_copy import numbered_copy
from ingest.read.workbook.formats.moment_formats import moment_cells
from ingest.read.workbook.formats.percent_formats import percent_cells
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding


@dataclass(frozen=True)
class OpenedWorkbook:
    """`beside`: what was found beside the cells; `looked_at`: the file, or the copy with places; `findings`: on what
    had no place of its own."""

    sheets: list[LoadedSheet]
    beside: Traces
    looked_at: Source
    findings: tuple[Finding, ...] = ()


def open_workbook(
    path: Path, source: Source, contract: Contract, names: Mapping[str, bool]
) -> OpenedWorkbook:
    """Open the sheets. `source`: the file itself or a copy with the same cells; `names`: whether each is hidden."""
    opened = _opened(path, source, path, contract, names)
    if not any(opened.beside.lacks_places(sheet.name, sheet.filled) for sheet in opened.sheets):
        return opened
    copy = numbered_copy(source)
    if copy is None:
        return opened
    return replace(_opened(path, copy.content, copy.content, contract, names), findings=copy.findings)


def _opened(
    path: Path, source: Source, looked_at: Source, contract: Contract, names: Mapping[str, bool]
) -> OpenedWorkbook:
    """Open `source`, the formats of its cells and what stands beside them taken from `looked_at`."""
    book = fastexcel.read_excel(source if isinstance(source, bytes) else str(source))
    percents = percent_cells(looked_at)
    has_moments = any(field.type == "datetime" for field in contract.fields)
    moments = (moment_cells(looked_at) or {}) if has_moments else {}
    sheets = [
        replace(
            load_sheet(
                book,
                name,
                contract,
                percents.get(name, {}),
                moments.get(name, {}),
                is_copy=isinstance(source, bytes),
            ),
            is_hidden=is_hidden,
        )
        for name, is_hidden in names.items()
    ]
    beside = traces(path, looked_at if isinstance(looked_at, bytes) else None)
    return OpenedWorkbook(sheets, beside, looked_at)
