"""The rules of a form run in two rounds: those on one row first, those on more rows without the cells found wrong.

In: a connection with `batch` and what `prepare` made, the rules that can run, each with its place among those of the
form, the readings. Out: what was found, each cause once, and the rules that broke down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb

from expectations.findings.different_rows import in_batch, once_each, source_of
from expectations.findings.one_cause import (
    Found,
    bad_cells_marked,
    once_where_the_column_is_missing,
    standing,
    without_days_in_doubt,
    without_rows_in_doubt,
)
from expectations.judging.identifiers import identifiers
from expectations.judging.prepare import prepare_further
from expectations.judging.rule_result import Engine, RuleResult
from expectations.judging.tracing import trace
from expectations.rules.rule import Rule
from ingest.progress import Step, Tell, tell_nobody
from ingest.read.cells.batch.further_places import FurtherPlaces
from ingest.read.reading import Reading
from ingest.schema.forms.contract import Contract


def find(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    rules: Sequence[tuple[int, Rule]],
    readings: Mapping[int, Reading],
    *,
    engine: Engine,
    demo: bool,
    further: FurtherPlaces,
    tell: Tell = tell_nobody,
) -> tuple[list[Found], list[RuleResult]]:
    """Run the rules. `demo` admits the identifiers of the demo range; `further`: where places go that are too many to
    be findings."""
    on_rows = [entry for entry in rules if entry[1].speaks_at in ("cell", "row")]
    on_more = [entry for entry in rules if entry[1].speaks_at not in ("cell", "row")]
    tell(Step("applying_rules", 0, len(rules), contract.form))
    found, broken = _round(con, contract, on_rows, readings, once_each(engine, contract), further)
    stands = standing(found, contract)
    with bad_cells_marked(con, stands) as are_some:
        if are_some:
            identifiers(con, contract, demo=demo)
        prepare_further(con, contract, source=in_batch if are_some else source_of(con))
        tell(Step("applying_rules", len(on_rows), len(rules), contract.form))
        # What was marked stands in `batch` alone.
        runs = engine if are_some else once_each(engine, contract)
        of_more, also_broken = _round(con, contract, on_more, readings, runs, further)
    columns = {
        (file_no, table_no): table.columns
        for file_no, reading in readings.items()
        for table_no, table in enumerate(reading.tables)
    }
    of_more = without_rows_in_doubt(of_more, _rows_in_doubt(readings))
    of_more = without_days_in_doubt(of_more, _days_in_doubt(readings))
    once = once_where_the_column_is_missing(standing([*stands, *of_more], contract), columns)
    return list(once), [*broken, *also_broken]


def _rows_in_doubt(readings: Mapping[int, Reading]) -> frozenset[tuple[int, int, int]]:
    """File, table and row of the rows in which the reader found an error: it may have kept something of them back."""
    return frozenset(
        (file_no, table_no, finding.row)
        for file_no, reading in readings.items()
        for finding in reading.findings
        if finding.row is not None and finding.severity == "error"
        for table_no, table in enumerate(reading.tables)
        if table.sheet == finding.sheet
    )


def _days_in_doubt(readings: Mapping[int, Reading]) -> frozenset[tuple[int, str | None, str]]:
    """File, sheet and day, as rules name it, of the days in which the reader found an error of the day itself."""
    return frozenset(
        (file_no, finding.sheet, f"{date.fromisoformat(day):%d.%m.%Y}")
        for file_no, reading in readings.items()
        for finding in reading.findings
        if finding.severity == "error" and (day := finding.params.get("day"))
    )


def _round(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    rules: Sequence[tuple[int, Rule]],
    readings: Mapping[int, Reading],
    engine: Engine,
    further: FurtherPlaces,
) -> tuple[list[Found], list[RuleResult]]:
    results = engine(con, "batch", [rule for _, rule in rules])
    found = [
        each
        for (nth, _), result in zip(rules, results, strict=True)
        if result.unexpected
        for each in trace(con, contract, result.rule, result.unexpected, readings, further, nth)
    ]
    return found, [result for result in results if result.failure]
