"""Cells merged downwards → their value in every row they cover.

In: the body of a table and the ranges merged on its sheet. Out: the same body with the columns of the form filled
that way, and which rows stand in which merged cell, so that a finding on any of them names the cell there is.
Only rows with content of their own are filled: a merged cell that reaches into blank rows makes no records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.read.arrow import Column, Mask, pa
from ingest.read.form.header.body import Body
from ingest.read.row_numbers import Runs
from ingest.schema.forms.contract import FormField
from ingest.schema.texts.finding import Finding, cell_address

Merged = Mapping[str, tuple[tuple[int, int], ...]]
"""Field → first and last row of each of its merged cells, ascending."""


def with_merged(
    body: Body, fields: Mapping[int, FormField], keep: Mask
) -> tuple[Body, Merged, list[Finding]]:
    """The body with merged cells filled down. `keep`: the rows with content."""
    columns = list(body.columns)
    merged: dict[str, tuple[tuple[int, int], ...]] = {}
    findings = []
    for column, field in fields.items():
        ranges = sorted(_below(body, column))
        if not ranges:
            continue
        columns[column], rows = _filled(columns[column], ranges, body.header_row + 1, keep)
        if rows.count:
            merged[field.name] = tuple(ranges)
            address = cell_address(column + body.first_column, ranges[0][0])
            params = {"column": field.labels, "rows": str(rows), "count": rows.count}
            findings.append(
                Finding("merged_cells_filled", body.sheet, address, ranges[0][0], field.name, params=params)
            )
    return (replace(body, columns=columns) if merged else body), merged, findings


def _below(body: Body, column: int) -> Iterator[tuple[int, int]]:
    """The rows of each cell merged downwards that begins in a column of the body."""
    last = body.header_row + body.height
    for top, left, bottom, _ in body.merged:
        if left == column + body.first_column and body.header_row < top < bottom and top < last:
            yield top, min(bottom, last)


def _filled(cells: Column, ranges: Sequence[tuple[int, int]], first: int, keep: Mask) -> tuple[Column, Runs]:
    """The column filled, and the rows of the sheet that got a value. `first`: the row its cells begin with."""
    values = cells.to_pylist()
    rows = Runs()
    for top, bottom in ranges:
        value = values[top - first]
        if not value or not value.strip():
            continue
        for place in range(top - first + 1, bottom - first + 1):
            if keep[place] and not (values[place] or "").strip():
                values[place] = value
                rows.add(place + first)
    return (pa.chunked_array([pa.array(values, pa.string())]) if rows.count else cells), rows


def merged_across(body: Body, fields: Mapping[int, FormField]) -> frozenset[int]:
    """The places of rows of which one cell is merged over half of the table and more, as captions are."""
    left, right = (edge(fields, default=0) + body.first_column for edge in (min, max))
    width = right - left + 1
    return frozenset(
        row - body.header_row - 1
        for top, first, bottom, last in body.merged
        if top > body.header_row and last > first and 2 * (min(last, right) - max(first, left) + 1) >= width
        for row in range(top, min(bottom, body.header_row + body.height) + 1)
    )
