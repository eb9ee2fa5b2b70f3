"""From an unexpected row of the batch back to the cell of the file it came from.

In: a rule that found something, the connection that holds the batch, the readings of its files. Out: one
`Finding` per row, with sheet, cell and the value as the submitter wrote it; of very many rows the first thousand, the
rest on disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

import duckdb

from expectations.findings.one_cause import Found
from expectations.judging.accused import FIRST_FACT, Accused, findings_on
from expectations.judging.as_written import InvariantError, column_at
from expectations.pages.wording import wording
from expectations.rules.rule import Rule
from ingest.databases import ARROW_ROWS
from ingest.read.cells.batch.further_places import MOST_PLACES, FurtherPlaces
from ingest.read.reading import Reading
from ingest.schema.forms.contract import Contract
from ingest.sql import literal


def trace(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    rule: Rule,
    unexpected: int,
    readings: Mapping[int, Reading],
    further: FurtherPlaces,
    nth: int = 0,
) -> list[Found]:
    """Every unexpected row of `rule`, the `nth` of its form; of very many the first thousand of each table.

    Raises InvariantError when there are not exactly `unexpected` rows, the number the suite's run counted.
    """
    query = rule.unexpected_rows_query.format(batch="batch")
    if unexpected > MOST_PLACES:
        with _unexpected(con, query, rule, unexpected) as first:
            found = _traced(con, contract, (nth, rule), None, readings, first)
            return _with_further(con, found, readings, further)
    return _traced(con, contract, (nth, rule), unexpected, readings, query)


_UNEXPECTED = "_unexpected"


@contextmanager
def _unexpected(con: duckdb.DuckDBPyConnection, query: str, rule: Rule, unexpected: int) -> Iterator[str]:
    """The rows, numbered within each table and column, in a table of their own; yields the query of the first."""
    names = [column[0] for column in con.execute(f"SELECT * FROM ({query}) LIMIT 0").description or ()]
    column = "_column" if "_column" in names else literal(rule.column)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {_UNEXPECTED} AS
        SELECT *, coalesce({column}, {literal(rule.column)}) AS _at,
            row_number() OVER (PARTITION BY _file, _table, _at ORDER BY _row) AS _nth
        FROM ({query}) AS unexpected
        """
    )
    try:
        ((count,),) = con.execute(f"SELECT count(*) FROM {_UNEXPECTED}").fetchall()
        if count != unexpected:
            raise InvariantError(f"{rule.code}: the suite counted {unexpected} rows, {count} were traced")
        yield f"SELECT * EXCLUDE (_nth, _at) FROM {_UNEXPECTED} WHERE _nth <= {MOST_PLACES}"
    finally:
        con.execute(f"DROP TABLE IF EXISTS {_UNEXPECTED}")


def _with_further(
    con: duckdb.DuckDBPyConnection,
    found: list[Found],
    readings: Mapping[int, Reading],
    further: FurtherPlaces,
) -> list[Found]:
    """The findings, the last of each table and column saying how many places more there are; those go to disk."""
    groups = con.execute(
        f"SELECT DISTINCT _file, _table, _at FROM {_UNEXPECTED} WHERE _nth > {MOST_PLACES} ORDER BY ALL"
    ).fetchall()
    for file, table_no, column in groups:
        table = readings[file].tables[table_no]
        rows = (
            con.execute(
                f"SELECT _row FROM {_UNEXPECTED} WHERE _file = ? AND _table = ? AND _at = ? AND _nth > {MOST_PLACES}"
                " ORDER BY _row",
                [file, table_no, column],
            )
            .to_arrow_table(ARROW_ROWS)["_row"]
            .combine_chunks()
        )
        last = max(
            place
            for place, each in enumerate(found)
            if (each.file, each.table, each.finding.column) == (file, table_no, column)
        )
        finding = found[last].finding
        found[last] = replace(found[last], finding=replace(finding, also=finding.also + len(rows)))
        further.add(file, finding, table, rows, column_at(table, column, rows))
    return found


def _traced(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    numbered: tuple[int, Rule],
    unexpected: int | None,
    readings: Mapping[int, Reading],
    query: str,
) -> list[Found]:
    """The rows of a query of unexpected ones; `numbered`: the rule and its place among those of the form;
    `unexpected`: how many rows there must be."""
    nth, rule = numbered
    cursor = con.execute(f"SELECT * FROM ({query}) AS unexpected ORDER BY _file, _table, _row")
    names = [column[0] for column in cursor.description or ()][FIRST_FACT:]
    rows = cursor.fetchall()
    if unexpected not in (None, len(rows)):
        raise InvariantError(f"{rule.code}: the suite counted {unexpected} rows, {len(rows)} were traced")
    label, field = wording(contract, rule), contract.field(rule.column)
    found: list[Found] = []
    for (file, table), group in groupby(rows, key=itemgetter(0, 1)):
        accused = [Accused.of(rule, field, names, row) for row in group]
        findings = findings_on(rule, contract, readings[file], table, accused, label)
        found += [
            Found(
                rule,
                nth,
                file,
                table,
                finding,
                is_named=(each.like is not None or each.usual is not None) and each.is_sure,
                is_alone=each.is_alone,
                first=each.first,
            )
            for each, finding in zip(accused, findings, strict=True)
        ]
    return found
