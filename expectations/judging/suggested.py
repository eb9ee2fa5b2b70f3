"""Only what the rules would take is suggested: each suggestion is put into its row and judged there.

In: what was found in a batch, with the connection that still has `batch` and the surroundings of its files. Out: the
same findings, without the suggestions that the rules would refuse again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from expectations.findings.different_rows import Rows
from expectations.judging.identifiers import identifier
from expectations.judging.prepare import not_on_a_list
from expectations.rules.rule import Rule, ValueRule
from expectations.suite import bad_bits, rules_for
from ingest.databases import ARROW_ROWS, in_memory
from ingest.read.arrow import Chunk, Column, pa
from ingest.read.cells.batch.typed_batch import type_batch
from ingest.read.reading import LocatedTable, Reading
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.texts.finding import Finding

_ROWS = "suggested_row"


@dataclass(frozen=True)
class _Suggested:
    """A suggestion and the row it is for; `nth`: the place of the finding among those of its file."""

    file: int
    nth: int
    table: int
    row: int
    text: str


def with_sound_suggestions(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    readings: Mapping[int, Reading],
    found: Mapping[int, Sequence[Finding]],
    *,
    demo: bool,
) -> dict[int, list[Finding]]:
    """The findings by file, each suggestion one that its cell may hold. `demo` admits identifiers of the demo range."""
    kept = {file: list(findings) for file, findings in found.items()}
    for name, given in _given(readings, kept).items():
        for place in sorted(_refused(con, contract, contract.field(name), given, demo=demo)):
            each = given[place]
            kept[each.file][each.nth] = replace(kept[each.file][each.nth], suggestion=None)
    return kept


def _given(
    readings: Mapping[int, Reading], found: Mapping[int, Sequence[Finding]]
) -> dict[str, list[_Suggested]]:
    """What is suggested for the cells of each column."""
    given: dict[str, list[_Suggested]] = defaultdict(list)
    for file, findings in found.items():
        for nth, finding in enumerate(findings):
            if finding.suggestion and finding.column and finding.row is not None:
                given[finding.column] += [
                    _Suggested(file, nth, number, finding.row, finding.suggestion)
                    for number, table in enumerate(readings[file].tables)
                    if table.sheet == finding.sheet and _has_row(table, finding.row)
                ]
    return {name: each for name, each in given.items() if each}


def _has_row(table: LocatedTable, row: int) -> bool:
    rows = table.text.column("_row").to_numpy()
    place = int(np.searchsorted(rows, row))
    return place < len(rows) and int(rows[place]) == row


def _refused(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    field: FormField,
    given: Sequence[_Suggested],
    *,
    demo: bool,
) -> set[int]:
    """The places of the suggestions that are no value of the column, or that a rule refuses in their row."""
    values, refused = _typed(contract, field, [each.text for each in given])
    rules = [rule for rule in rules_for(contract) if rule.column == field.name and _refuses_a_cell(rule)]
    with (
        _rows_as_suggested(con, contract, field, given, values),
        _identifiers(con, contract, field, demo=demo),
    ):
        for rule in rules:
            query = rule.unexpected_rows_query.format(batch=_ROWS)
            refused |= {row for (row,) in con.execute(f"SELECT _row FROM ({query}) AS refused").fetchall()}
    return refused


def _refuses_a_cell(rule: Rule) -> bool:
    """Whether it is an error of a cell that follows from its row and what is known, not from the rows beside it."""
    follows = rule.stage in ("cell", "row") and (rule.asks_one_row or isinstance(rule, ValueRule))
    return rule.severity == "error" and follows


def _typed(contract: Contract, field: FormField, texts: Sequence[str]) -> tuple[Column, set[int]]:
    """The texts as values of the column, and the places of those that are none."""
    written = pa.table(
        {"_row": pa.array(range(len(texts)), pa.int32()), field.name: pa.array(texts, pa.string())}
    )
    table = LocatedTable(None, {field.name: 1}, 0, written)
    with in_memory(threads=1) as con:
        findings = type_batch(con, contract, [(0, Reading(tables=(table,)))])[0]
        values = con.execute(f"SELECT {field.name} AS value FROM batch ORDER BY _row").to_arrow_table(
            ARROW_ROWS
        )
    return values.column("value"), {finding.row or 0 for finding in findings if finding.severity == "error"}


@contextmanager
def _rows_as_suggested(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    field: FormField,
    given: Sequence[_Suggested],
    values: Column,
) -> Iterator[None]:
    """The rows of the batch with the suggestions in their cells; the number of a row is the place of the suggestion."""
    places: dict[str, Column | Chunk] = {
        "_nth": pa.array(range(len(given)), pa.int32()),
        "_file": pa.array([each.file for each in given], pa.int32()),
        "_table": pa.array([each.table for each in given], pa.int32()),
        "_row": pa.array([each.row for each in given], pa.int32()),
        "value": values,
    }
    con.register("_suggestion", pa.table(places))
    try:
        con.execute(
            f"""
            CREATE TEMP TABLE {_ROWS} AS
            SELECT b.* REPLACE (
                g._nth AS _row,
                g.value AS {field.name},
                b._bad & ~CAST({bad_bits(contract, field.name)} AS BIGINT) AS _bad
            )
            FROM batch AS b JOIN _suggestion AS g
                ON g._file = b._file AND g._table = b._table AND g._row = b._row
            """
        )
        yield
    finally:
        con.unregister("_suggestion")
        con.execute(f"DROP TABLE IF EXISTS {_ROWS}")


@contextmanager
def _identifiers(
    con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, *, demo: bool
) -> Iterator[None]:
    """What is known of the identifiers suggested, in place of those of the batch, which landing still needs."""
    if field.format == "default":
        yield
        return
    with _put_aside(con, f"distinct_{field.name}"):
        identifier(con, contract, field, demo=demo, source=lambda *_: Rows(_ROWS, "CAST(1 AS BIGINT)"))
        if field != contract.person_field:
            yield
            return
        with _put_aside(con, "not_enrolled"):
            con.execute(not_on_a_list(field))
            yield


@contextmanager
def _put_aside(con: duckdb.DuckDBPyConnection, name: str) -> Iterator[None]:
    """The name of a table is free for another one; at the end it has its own again."""
    kept = f"{name}_of_the_batch"
    is_there = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [name]).fetchone()
    if is_there:
        con.execute(f"ALTER TABLE {name} RENAME TO {kept}")
    try:
        yield
    finally:
        con.execute(f"DROP TABLE IF EXISTS {name}")
        if is_there:
            con.execute(f"ALTER TABLE {kept} RENAME TO {name}")
