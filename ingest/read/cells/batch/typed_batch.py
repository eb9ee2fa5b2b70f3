"""Text cells of many files → one typed table in DuckDB, and a finding for each cell that has no such type.

In: the readings of the files of one form. Out: the table `batch`: `_file INTEGER, _table INTEGER, _row
INTEGER, _bad BIGINT` (bit i: column i of the contract is filled but untypable, its typed cell NULL), then
every column of the contract by its name: VARCHAR, INTEGER, DECIMAL(18,4), BOOLEAN, DATE.

Columns of a few different texts (numbers, dates, yes/no, codes) are typed once per different text, by
generated SQL; free text and identifiers go through as they are, cleaned only where their bytes show white
space. So the cost of a cell that is as it should be is that of copying it. Of a large batch there is `different_row`
besides: the rows that differ in columns of a few different texts, each once (`different_rows`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import duckdb
import numpy as np

from ingest.read.arrow import Chunk, Column, pa, pc
from ingest.read.cells.batch.date_order import CODE, either_of, in_doubt
from ingest.read.cells.batch.different_rows import TABLE, different_rows
from ingest.read.cells.batch.further_places import FurtherPlaces
from ingest.read.cells.batch.provenance import (
    Files,
    TableSpan,
    by_file,
    coordinates,
    findings_on,
    notes_on,
    ragged_rows,
    spans_of,
    texts_of,
    uncomputed_cells,
)
from ingest.read.cells.batch.typed_columns import Typed, rows_where, typed_column
from ingest.read.cells.batch.typing_sql import (
    SQL_TYPES,
)
from ingest.read.cells.columns.column_text import (
    UNSEEN,
    holds_unseen,
)
from ingest.read.cells.columns.repeated_texts import (
    flat_type,
    values_in,
    written_out,
)
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding


def type_batch(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    readings: Files,
    further: FurtherPlaces | None = None,
) -> dict[int, list[Finding]]:
    """Create the table `batch` in `con`; findings on untypable cells by file, in the order of its cells.

    `further`: where places go that are too many to be findings.
    """
    further = further or FurtherPlaces()
    places = spans_of(readings)
    height = sum(place.table.text.num_rows for place in places)
    columns: dict[str, Column | Chunk] = coordinates(places)
    selected = ["_file", "_table", "_row"]
    bad = np.zeros(height, dtype=np.int64)
    found: list[tuple[int, int, Finding]] = []
    for bit, field in enumerate(contract.fields):
        texts = texts_of(places, field.name)
        if texts is None:
            selected.append(f"CAST(NULL AS {SQL_TYPES[field.type]}) AS {field.name}")
            continue
        typed = _with_unseen(_doubted(places, typed_column(con, contract, field, texts), texts), texts)
        columns[field.name] = typed.column
        selected.append(f"{_unless_bad(typed.expression, bit, bool(typed.faults))} AS {field.name}")
        for code, rows in typed.faults.items():
            bad[rows] |= 1 << bit
            on_cells = findings_on(places, field, code, rows, texts, typed.said, further)
            found += [(row, bit, finding) for row, finding in on_cells]
        # Said once for the column, and each of its cells is judged by that.
        uncomputed, said = uncomputed_cells(places, field, texts, is_needed=contract.needs(field))
        bad[uncomputed] |= 1 << bit
        found += [(row, bit, finding) for row, finding in said]
        for code, rows in typed.notes.items():
            # A program's word in a text is asked about as such; of how a text is written no rule asks then.
            if code == "placeholder_in_text":
                bad[rows] |= 1 << bit
            found += [(row, bit, note) for row, note in notes_on(places, code, field, rows, texts)]
    ragged = ragged_rows(places, readings)
    bad[ragged] = (1 << len(contract.fields)) - 1
    gone = set(ragged.tolist())
    found = [entry for entry in found if entry[0] not in gone or entry[2].also]
    if found or gone:
        columns["_bad"] = pa.array(bad)
    selected.insert(3, "_bad" if found or gone else "CAST(0 AS BIGINT) AS _bad")
    _create(con, "batch", pa.table(columns), selected)
    different = different_rows(columns, [place.table.text.num_rows for place in places])
    if different is not None:
        told = [
            each
            for each, name in zip(selected, _names(contract), strict=True)
            if _is_told(name, columns, different)
        ]
        _create(con, TABLE, different, [*told, "_rows"])
    return by_file(places, found)


def _names(contract: Contract) -> list[str]:
    """The columns of `batch`."""
    return ["_file", "_table", "_row", "_bad", *(field.name for field in contract.fields)]


def _is_told(name: str, columns: Mapping[str, object], different: pa.Table) -> bool:
    """Whether the different rows have a column of `batch`: those no file has are empty in all of them."""
    return name in different.column_names or name not in columns


def _doubted(places: list[TableSpan], typed: Typed, texts: Column) -> Typed:
    """With the dates that may mean two days, where the column shows that its months may stand first."""
    swapped = typed.faults.get("day_and_month_swapped")
    if swapped is None:
        return typed
    rows, said = in_doubt(places, written_out(texts), swapped)
    rows = np.setdiff1d(rows, np.concatenate(list(typed.faults.values())))
    if not len(rows):
        return typed
    faults = {**typed.faults, CODE: rows}
    return replace(typed, faults=faults, said=either_of(said, typed.said))


def _with_unseen(typed: Typed, texts: Column) -> Typed:
    """With a note on the cells that hold characters nobody sees."""
    if not holds_unseen(texts):
        return typed
    rows = rows_where(pc.match_substring_regex(written_out(texts), UNSEEN))
    return replace(typed, notes={**typed.notes, "unseen_in_column": rows}) if len(rows) else typed


def _unless_bad(expression: str, bit: int, faulty: bool) -> str:
    return f"CASE WHEN (_bad >> {bit}) & 1 = 1 THEN NULL ELSE {expression} END" if faulty else expression


def _flat(source: pa.Table) -> pa.RecordBatchReader:
    """The rows, piece by piece as they are asked for: values of a fixed width are written faster one by one than looked
    up, which texts are not; and what was made for one piece is room for the next."""
    kinds = [(field.name, flat_type(field.type)) for field in source.schema]
    schema = pa.schema(kinds)
    pieces = (
        pa.record_batch([values_in(column) for column in piece.columns], schema=schema)
        for piece in source.to_batches()
    )
    return pa.RecordBatchReader.from_batches(schema, pieces)


def _create(con: duckdb.DuckDBPyConnection, name: str, source: pa.Table, selected: list[str]) -> None:
    con.register("_source", _flat(source))
    try:
        con.execute(f"CREATE TABLE {name} AS SELECT {', '.join(selected)} FROM _source")
    finally:
        con.unregister("_source")
