"""The rows below a header → data rows, and rows that are not data.

In: the columns of a sheet or csv below its header, as text. Out: the located table, and how many rows were
set aside, each with a finding that says why: column numbers, repeated headers, totals, signatures, captions; rows
of which only the running number is filled in are said together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ingest.read.arrow import Chunk, Column, Mask, Numbers, pa, pc, taken
from ingest.read.cells.columns.column_text import blank, needs_cleaning, shortest
from ingest.read.form.header.beside_table import Held
from ingest.read.form.header.body import Body
from ingest.read.form.header.header_match import HeaderWords
from ingest.read.form.layouts.alternate_layout import constants_of, texts_of
from ingest.read.form.rows.merged_rows import merged_across, with_merged
from ingest.read.form.rows.rows_aside import Aside, Sight, rows_aside
from ingest.read.form.rows.shifted_rows import shifted_rows
from ingest.read.reading import LocatedTable
from ingest.read.row_numbers import Runs
from ingest.read.tables.row_kinds import row_text
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.texts.finding import Finding, cell_address

_LAST_ROW = 1 << 30
_MOST_ALIKE = 1_000
"""Findings of one kind that are made one by one; the rest is said together."""


def cut(body: Body, contract: Contract) -> tuple[LocatedTable, int, list[Finding]]:
    """The data rows, the number of rows up to the last with content that are not data, the notes on those."""
    blank_rows = _blank_rows(body, contract)
    keep = ~blank_rows
    struck_out = _struck_out(body, blank_rows)
    end = max(_end_of(keep), *[place + 1 for place in struck_out[-1:]], 0)
    fields, words = _fields(body, contract), HeaderWords(contract, body.header.layout)
    body, merged, findings = with_merged(body, fields, keep)
    sight = Sight(body.columns[: _named(body)], fields, contract, words, merged_across(body, fields))
    aside, counting = rows_aside(sight, keep)
    keep[[row.index for row in aside]] = False
    aside += [Aside(index, "filler_row") for index in struck_out]
    findings += _said(body, sorted(aside, key=lambda row: row.index))
    findings += [body.finding("numbering_kept", index, _first_filled(body.row(index))) for index in counting]
    shifted = shifted_rows(body, fields, contract, keep)
    findings += shifted + _unnamed(body, keep, shifted)
    numbers = np.flatnonzero(keep)
    text = _with_held(_text(body, numbers), _held(body))
    place = {field: column + body.first_column for field, column in body.header.columns.items()}
    if body.header.layout:
        # What no cell holds is said at the first column.
        place = dict.fromkeys(body.header.layout.constants, body.first_column) | place
    place |= {name: held.column or body.first_column for name, held in _held(body).items()}
    merged = {**merged, **{name: ((held.row, _LAST_ROW),) for name, held in _held(body).items() if held.row}}
    return LocatedTable(body.sheet, place, body.header_row, text, merged), end - len(numbers), findings


def _named(body: Body) -> int:
    """How many columns reach to the last that the header names: a legend to the right of them is none of the rows'."""
    heads = [column for column, head in enumerate(body.cells) if head and head.strip()]
    return max([len(body.columns) if not heads else 0, *heads, *body.header.columns.values()]) + 1


def _held(body: Body) -> Mapping[str, Held]:
    """What stands beside the table of columns that it does not have itself."""
    return {name: held for name, held in body.beside.items() if name not in body.header.columns}


def _with_held(table: pa.Table, beside: Mapping[str, Held]) -> pa.Table:
    """The table with columns of what holds for every row."""
    for name, held in beside.items():
        column = pa.chunked_array([pa.repeat(pa.scalar(held.text, pa.string()), table.num_rows)])
        table = table.append_column(name, column)
    return table


def _text(body: Body, numbers: Numbers) -> pa.Table:
    columns = {field: body.columns[column] for field, column in body.header.columns.items()}
    table = pa.table(columns) if columns else pa.table({})
    if len(numbers) != body.height:
        # Most files lose a few rows at the end only: a slice copies nothing.
        whole = len(numbers) == 0 or numbers[-1] == len(numbers) - 1
        table = table.slice(0, len(numbers)) if whole else table.take(pa.array(numbers))
    if layout := body.header.layout:
        texts = {name: texts_of(layout, name, table.column(name)) for name in table.column_names}
        table = pa.table(constants_of(layout, len(numbers)) | texts)
    rows = np.add(numbers, body.header_row + 1, dtype=np.int32, casting="unsafe")
    return table.append_column("_row", pa.array(rows))


def _end_of(rows: Mask) -> int:
    """The place behind the last row there is, 0 where there is none."""
    return len(rows) - int(np.argmax(rows[::-1])) if rows.any() else 0


def _blank_rows(body: Body, contract: Contract) -> Mask:
    """Where every cell is blank or says that it is, also those under no header. Columns most surely filled go first."""
    says_blank = pa.array(sorted(contract.missing_words - {""}), pa.string())
    columns = body.header.columns
    first = [columns[name] for name in contract.primary_key if name in columns]
    order = first + [column for column in range(len(body.columns)) if column not in first]
    if order and _is_filled_throughout(body.columns[order[0]], says_blank):
        return np.zeros(body.height, dtype=bool)
    candidates = np.arange(body.height)
    for column in order:
        if not len(candidates):
            break
        cells = body.columns[column]
        if len(candidates) < body.height:
            cells = taken(cells, candidates)
        is_blank = pc.or_(blank(cells), pc.is_in(cells, value_set=says_blank))
        candidates = candidates[is_blank.to_numpy(zero_copy_only=False)]
    rows = np.zeros(body.height, dtype=bool)
    rows[candidates] = True
    return rows


def _is_filled_throughout(cells: Column, says_blank: Chunk) -> bool:
    """Whether a look at the lengths and bytes of all cells tells that none is blank, as in most columns of keys."""
    longest = max((len(word.encode()) for word in says_blank.to_pylist()), default=0)
    return shortest(cells) > longest and not needs_cleaning(cells)


def _struck_out(body: Body, rows: Mask) -> list[int]:
    """Of the rows that hold no value, those that say so with signs or words."""
    places = np.flatnonzero(rows)
    said = np.zeros(len(places), dtype=bool)
    for column in body.columns if len(places) else ():
        said |= ~blank(taken(column, places)).to_numpy(zero_copy_only=False)
    return [int(place) for place in places[said]]


def _fields(body: Body, contract: Contract) -> dict[int, FormField]:
    """The columns that hold one field of the form and nothing else."""
    known = {field.name: field for field in contract.fields}
    columns = list(body.header.columns.values())
    return {
        column: known[name]
        for name, column in body.header.columns.items()
        if name in known and columns.count(column) == 1
    }


def _said(body: Body, aside: Sequence[Aside]) -> list[Finding]:
    """A finding on each row, in order; on those with nothing but a running number, and on very many, one."""
    findings: list[Finding] = []
    counts: dict[str, int] = {}
    beyond: dict[str, Runs] = {}
    for row in aside:
        counts[row.reason] = counts.get(row.reason, 0) + 1
        if row.reason == "numbered_rows" or counts[row.reason] > _MOST_ALIKE:
            beyond.setdefault(row.reason, Runs()).add(body.header_row + 1 + row.index)
            continue
        cells = body.row(row.index)
        found = body.finding(row.reason, row.index, _first_filled(cells), text=row_text(cells))
        findings.append(replace(found, severity_override="query") if row.asks else found)
    for code, rows in beyond.items():
        params = {"count": rows.count, "rows": str(rows), "kind": Finding(code).kind.title}
        said = code if code == "numbered_rows" else "more_alike"
        findings.append(Finding(said, body.sheet, cell_address(1, rows.first), rows.first, params=params))
    return findings


def _unnamed(body: Body, keep: Mask, shifted: Sequence[Finding]) -> list[Finding]:
    """Columns that hold something under no header: said, since they are not read; but for what slipped there."""
    findings = []
    keep = keep.copy()
    keep[[finding.row - body.header_row - 1 for finding in shifted if finding.row]] = False
    for column, cells in enumerate(body.columns):
        head = body.cells[column] if column < len(body.cells) else None
        if head and head.strip():
            continue
        filled = np.flatnonzero(~blank(cells).to_numpy(zero_copy_only=False) & keep)
        if len(filled):
            findings.append(body.finding("unnamed_column", int(filled[0]), column, count=len(filled)))
    return findings


def _first_filled(cells: Sequence[str]) -> int:
    return next((column for column, cell in enumerate(cells) if cell.strip()), 0)
