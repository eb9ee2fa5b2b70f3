"""A workbook → the form's tables on its sheets.

In: the path of a file known to be a workbook, the contract. Out: a `Reading`.
The sheet whose header names most fields is read, and with it every other sheet that has the columns the form
needs (a school may keep a sheet a class), hidden ones included; what is hidden is said, and which formulas nobody
computed. Native cells become text as a person would write it: dates ISO, 12.0 as 12, 0.95 as 95% where the cell
shows it so, error values as Excel shows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ingest.read.form.files.annotated_cells import findings_beside
from ingest.read.form.files.loaded_sheet import LoadedSheet, tables_of_sheet
from ingest.read.form.files.named_sheets import NamedSheets
from ingest.read.form.files.opened_workbook import OpenedWorkbook, open_workbook
from ingest.read.form.files.uncomputed import not_said_of_cells, said_of_register, with_uncomputed
from ingest.read.form.files.workbook_contents import WorkbookContents, contents_of
from ingest.read.form.header.beside_table import held_beside
from ingest.read.form.header.body import Body
from ingest.read.form.header.column_findings import no_header, stamp_findings, structure_findings
from ingest.read.form.header.header_match import SEARCHED_ROWS, Header
from ingest.read.form.header.sheet_choice import sheets_to_read
from ingest.read.form.layouts.alternate_layout import parted
from ingest.read.form.layouts.crosstab import read_crossed
from ingest.read.form.layouts.register import (
    RegisterReading,
    may_hold_register,
    note_on_full_days,
    read_register,
)
from ingest.read.form.rows.data_rows import cut
from ingest.read.reading import LocatedTable, Reading, rows_above
from ingest.read.workbook.beside.annotations import annotations_of
from ingest.read.workbook.beside.hidden_content import Range, Traces
from ingest.read.workbook.beside.merged_cells import merged_cells
from ingest.read.workbook.beside_cells import Annotations
from ingest.read.workbook.copies.mended_copy import Source, as_library_input
from ingest.schema.findings_sheet import FINDINGS_SHEETS
from ingest.schema.forms.contract import Contract, Severity
from ingest.schema.forms.layout import cross_tables, registers
from ingest.schema.template_stamp import REGISTER, TemplateStamp
from ingest.schema.texts.finding import Finding


def read_workbook(path: Path, source: Source, contract: Contract) -> Reading:
    """The form's tables in a workbook. Raises what the libraries raise on a damaged one, and
    EscapedTextError where the file itself shows characters by their numbers.

    `source`: what is opened of it, the file itself or a copy with the same cells.
    """
    with CalamineWorkbook.from_object(as_library_input(source)) as book:
        sheets = {
            sheet.name: sheet.visible != SheetVisibleEnum.Visible
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        }
        found = contents_of(book, sheets)
    opened = open_workbook(path, source, contract, found.sheets)
    if not opened.beside.merged:
        opened = replace(opened, beside=replace(opened.beside, merged=merged_cells(path)))
    return _read(opened, found, annotations_of(opened.looked_at), contract)


def read_named_sheets(book: NamedSheets, contract: Contract) -> Reading:
    """The form's tables on sheets of markup that have names."""
    found = contents_of(book, {sheet.name: sheet.is_hidden for sheet in book.sheets.values()})
    return _read(book.opened(list(found.sheets), contract), found, book.noted(), contract)


def _read(
    opened: OpenedWorkbook, found: WorkbookContents, noted: Mapping[str, Annotations], contract: Contract
) -> Reading:
    reading = _read_sheets(opened, contract, found.stamp)
    beside = findings_beside(noted, reading.tables, is_marked=found.is_marked)
    findings = (*opened.findings, *reading.findings, *beside)
    return replace(reading, findings=findings, explanations=found.explained)


def _read_sheets(opened: OpenedWorkbook, contract: Contract, stamp: TemplateStamp | None) -> Reading:
    sheets = [table for sheet in opened.sheets for table in tables_of_sheet(sheet, contract)]
    beside = opened.beside
    if stamp:
        sheets = [sheet for sheet in sheets if not stamp.is_guide(sheet.name, len(sheet.filled_rows))]
    chosen = sheets_to_read([sheet.name for sheet in sheets], contract.layout)
    others = [said for sheet in sheets if sheet.name not in chosen for said in _not_chosen(sheet, contract)]
    if not chosen:
        return _none_chosen(sheets, contract, stamp)
    sheets = [sheet for sheet in sheets if sheet.name in chosen]
    findings = [*stamp_findings(stamp, contract), *others]
    found = _registers(sheets, contract, stamp)
    if found:
        return _of_registers(sheets, found, contract, stamp, findings, beside)
    fields = _fields_to_read(sheets, contract)
    if not fields:
        crossed = _cross_tables(sheets, contract, stamp, findings, beside)
        return crossed or _without_header(sheets, contract, stamp, findings)
    tables: list[LocatedTable] = []
    not_data = 0
    for sheet in sheets:
        if sheet.header and sheet.header.columns.keys() >= fields:
            parts, aside, said = _table(sheet, sheet.header, contract, beside.merged.get(sheet.name, ()))
            tables += parts
            not_data += aside
            findings += [*sheet.findings, *said]
            if sheet.is_hidden and sheet.name not in {table.sheet for table in tables[: -len(parts)]}:
                findings.append(Finding("hidden_sheet_read", sheet=sheet.name, params={"sheet": sheet.name}))
        else:
            findings += _left_out(sheet)
    tables = with_uncomputed(tables, beside)
    findings += not_said_of_cells(beside, tables)
    data = sum(table.text.num_rows for table in tables)
    if not data:
        findings.append(Finding("no_data_rows", sheet=tables[0].sheet))
    return Reading(tuple(tables), tuple(findings), data + not_data, not_data, stamp)


def _fields_to_read(sheets: list[LoadedSheet], contract: Contract) -> set[str]:
    """What a sheet's header must name for the sheet to be read; empty where no sheet has a header.

    What the best sheet names; of that, only what the form needs where the best sheet names all it needs.
    """
    best = max((set(sheet.header.columns) for sheet in sheets if sheet.header), key=len, default=set[str]())
    needed = {field.name for field in contract.fields if contract.needs(field)} - contract.layout.held_beside
    return needed if needed and needed <= best else best


def _left_out(sheet: LoadedSheet) -> list[Finding]:
    """That a sheet with content is not read: to be asked about where it names some of the form's columns."""
    filled = len(sheet.filled_rows)
    if not filled or (not sheet.header and (sheet.is_hidden or sheet.name in FINDINGS_SHEETS)):
        return []
    params = {"sheet": sheet.name, "rows": filled}
    asked: Severity | None = "query" if sheet.header else None
    return [Finding("sheet_not_read", sheet=sheet.name, params=params, severity_override=asked)]


def _not_chosen(sheet: LoadedSheet, contract: Contract) -> list[Finding]:
    """That a sheet with content is none of those the contract reads."""
    filled = len(sheet.filled_rows)
    if not filled or sheet.name in FINDINGS_SHEETS:
        return []
    params = {"sheet": sheet.name, "rows": filled, "chosen": _chosen(contract)}
    return [Finding("sheet_not_chosen", sheet=sheet.name, params=params)]


def _none_chosen(sheets: list[LoadedSheet], contract: Contract, stamp: TemplateStamp | None) -> Reading:
    spans = [int(rows[-1] - rows[0] + 1) for sheet in sheets if len(rows := sheet.filled_rows)]
    if not spans:
        return Reading(findings=(Finding("empty_file"),), stamp=stamp, unreadable=True)
    names = ", ".join(f"«{sheet.name}»" for sheet in sheets)
    missing = Finding("sheet_missing", params={"chosen": _chosen(contract), "sheets": names})
    return Reading((), (*stamp_findings(stamp, contract), missing), sum(spans), sum(spans), stamp)


def _chosen(contract: Contract) -> str:
    return ", ".join(choice.shown for choice in contract.layout.sheets)


def _table(
    sheet: LoadedSheet, header: Header, contract: Contract, merged: Sequence[Range]
) -> tuple[list[LocatedTable], int, list[Finding]]:
    above = [list(cells) for cells in sheet.rows(header.index + 1)]
    body = Body(
        sheet=sheet.name,
        header=header,
        header_row=header.index + 1,
        cells=header.cells,
        columns=[column.slice(header.index + 1) for column in sheet.columns],
        first_column=sheet.first_column,
        merged=merged,
        beside=held_beside(contract, sheet.name, above[: header.top], sheet.first_column),
    )
    table, aside, findings = cut(body, contract)
    tables, absent, said = parted(table, header)
    aside += absent + rows_above(above[: header.top + 1])
    return tables, aside, structure_findings(body, contract) + said + findings


def _registers(
    sheets: list[LoadedSheet], contract: Contract, stamp: TemplateStamp | None
) -> dict[str, RegisterReading]:
    """The sheets that are registers, read. A sheet is looked through only where its head is one; under a header that
    names every column, the days' or subjects' among them, none stands."""
    found = {}
    is_template = bool(stamp and stamp.form == contract.form and stamp.layout == REGISTER)
    for sheet in sheets if registers(contract) else ():
        is_table = sheet.header is not None and sheet.header.is_whole(contract)
        if sheet.columns and not is_table and may_hold_register(_grid(sheet, SEARCHED_ROWS), contract):
            grid = _grid(sheet, len(sheet.columns[0]))
            read = read_register(sheet.name, grid, sheet.first_column, contract, is_template=is_template)
            if read:
                found[sheet.name] = read
    return found


def _grid(sheet: LoadedSheet, count: int) -> list[list[str]]:
    return [[cell or "" for cell in cells] for cells in sheet.rows(count)]


def _of_registers(
    sheets: list[LoadedSheet],
    found: dict[str, RegisterReading],
    contract: Contract,
    stamp: TemplateStamp | None,
    findings: list[Finding],
    beside: Traces,
) -> Reading:
    """The registers, and every other sheet that is a whole table of the form."""
    needed = {field.name for field in contract.fields if contract.needs(field)}
    tables: list[LocatedTable] = []
    not_data = 0
    for sheet in sheets:
        if register := found.get(sheet.name):
            parts, aside = list(register.tables), register.rows_not_data
            said = list(register.findings)
            if register.is_blank and any(other.tables for other in found.values()):
                # A class or subject that nobody filled in, beside some that somebody did.
                said = [Finding("register_blank", sheet=sheet.name, params={"sheet": sheet.name})]
        elif sheet.header and sheet.header.columns.keys() >= needed:
            parts, aside, said = _table(sheet, sheet.header, contract, beside.merged.get(sheet.name, ()))
        else:
            parts, aside, said = [], 0, _left_out(sheet)
        tables += parts
        not_data += aside
        findings += said
        if sheet.is_hidden and parts:
            findings.append(Finding("hidden_sheet_read", sheet=sheet.name, params={"sheet": sheet.name}))
    findings += note_on_full_days(found.values())
    tables = with_uncomputed(tables, beside, cells_are_records=True)
    findings += said_of_register(beside, tables, contract)
    data = sum(table.text.num_rows for table in tables)
    return Reading(tuple(tables), tuple(findings), data + not_data, not_data, stamp)


def _cross_tables(
    sheets: list[LoadedSheet],
    contract: Contract,
    stamp: TemplateStamp | None,
    findings: list[Finding],
    beside: Traces,
) -> Reading | None:
    """The sheets by the layouts of the form; None where no sheet follows one. A blank cell is absent there, so that no
    cell says of a formula without a value: it is asked about by its column."""
    found = [
        (
            sheet,
            read_crossed(sheet.name, list(sheet.rows(len(sheet.columns[0]))), sheet.first_column, contract),
        )
        for sheet in sheets
        if sheet.columns and cross_tables(contract.form)
    ]
    crossed = [read for _, read in found if read]
    if not crossed:
        return None
    tables = tuple(table for read in crossed for table in read.tables)
    left_out = [said for sheet, read in found if not read for said in _left_out(sheet)]
    lacking = not_said_of_cells(beside, tables)
    said = (*findings, *(read.note for read in crossed), *left_out, *lacking)
    data = sum(table.text.num_rows for table in tables)
    not_data = sum(read.rows_not_data for read in crossed)
    return Reading(tables, said, data + not_data, not_data, stamp)


def _without_header(
    sheets: list[LoadedSheet], contract: Contract, stamp: TemplateStamp | None, findings: list[Finding]
) -> Reading:
    spans = [int(rows[-1] - rows[0] + 1) for sheet in sheets if len(rows := sheet.filled_rows)]
    if not spans:
        return Reading(findings=(Finding("empty_file"),), stamp=stamp, unreadable=True)
    first = next(sheet.name for sheet in sheets if len(sheet.filled_rows))
    return Reading((), (*findings, no_header(contract, first)), sum(spans), sum(spans), stamp)
