"""From an unexpected row of the batch back to the cell of the file it came from.

In: a rule that found something, the connection that holds the batch, the readings of its files. Out: one
`Finding` per row, with sheet, cell and the value as the submitter wrote it; of very many rows the first thousand, the
rest on disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb
import numpy as np

from expectations.findings.one_cause import Found
from expectations.pages.wording import labels_of, row_named, wording
from expectations.rules.group import place_of
from expectations.rules.rule import OF_THE_COLUMN, Rule
from ingest.read.arrow import pa, taken
from ingest.read.cells.batch.further_places import MOST_PLACES, FurtherPlaces
from ingest.read.reading import LocatedTable, Reading
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.texts.finding import Finding, cell_address
from ingest.schema.values.moment import read_moment
from ingest.sql import literal

_MIDNIGHT = re.compile(r"[ T]00:00:00(?:\.0+)?$")
_FRACTION = re.compile(r"-?\d+\.\d+")
OTHER_ROW = "_row"
"""The end of a fact that is the place of another row."""
_PLACE = 3  # _file, _table, _row stand first in every rule's rows


class InvariantError(AssertionError):
    """Two parts of the program disagree about the same rows: our fault, never the submitter's."""


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
            .to_arrow_table()["_row"]
            .combine_chunks()
        )
        last = max(
            place
            for place, each in enumerate(found)
            if (each.file, each.table, each.finding.column) == (file, table_no, column)
        )
        finding = found[last].finding
        found[last] = replace(found[last], finding=replace(finding, also=finding.also + len(rows)))
        further.add(file, finding, table, rows, _texts_at(table, column, rows))
    return found


def _texts_at(table: LocatedTable, column: str, rows: Any) -> Any:
    """The cells of a column at these rows, as Arrow has them."""
    if column not in table.text.column_names:
        return pa.nulls(len(rows), pa.string())
    places = np.searchsorted(table.text.column("_row").to_numpy(), rows.to_numpy())
    return taken(table.text.column(column), places).cast(pa.string()).combine_chunks()


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
    names = [column[0] for column in cursor.description or ()][_PLACE:]
    rows = cursor.fetchall()
    if unexpected not in (None, len(rows)):
        raise InvariantError(f"{rule.code}: the suite counted {unexpected} rows, {len(rows)} were traced")
    label, field = wording(contract, rule), contract.field(rule.column)
    found: list[Found] = []
    for (file, table), group in groupby(rows, key=itemgetter(0, 1)):
        accused = [_Accused.of(rule, field, names, row) for row in group]
        findings = _findings(rule, contract, readings[file], table, accused, label)
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


@dataclass(frozen=True)
class _Accused:
    """One unexpected row as a rule selected it: where to look, what is usual there, and the facts of the message."""

    row: int
    column: str
    like: int | None
    usual: str | None
    is_sure: bool
    is_alone: bool
    facts: Mapping[str, Any]

    @property
    def first(self) -> tuple[int, int] | None:
        """Table and row of the row that it repeats."""
        place = self.facts.get(f"first{OTHER_ROW}")
        return None if place is None else place_of(place)

    @classmethod
    def of(cls, rule: Rule, field: FormField, names: Sequence[str], selected: Sequence[Any]) -> _Accused:
        said = dict(zip(names, selected[_PLACE:], strict=True))
        facts = {
            name: _in_words(rule, field, name, fact)
            for name, fact in said.items()
            if not name.startswith("_")
        }
        return cls(
            row=selected[2],
            column=said.get("_column") or rule.column,
            like=said.get("_like"),
            usual=said.get("_usual"),
            is_sure=said.get("_is_sure", True),
            is_alone=said.get("_is_alone", False),
            facts=facts,
        )


def _in_words(rule: Rule, field: FormField, name: str, fact: Any) -> Any:
    """A fact as a message says it: a code, or a list of them, by its label. `field`: the rule's column."""
    listed = rule.codes.get(name)
    if listed == OF_THE_COLUMN:
        listed = field.constraints.codelist
    if listed:
        return labels_of(listed, fact if isinstance(fact, list) else [fact])
    return ", ".join(map(str, fact)) if isinstance(fact, list) else fact


def findings_at(
    code: str,
    table: LocatedTable,
    key: Sequence[str],
    numbers: list[int],
    facts: Sequence[Mapping[str, Any]],
) -> list[Finding]:
    """One finding at each of these rows, in ascending order, on the first column of the key that the table has."""
    column = next(name for name in key if name in table.columns)
    subjects = _subjects(table, key, numbers)
    return [
        Finding(
            code,
            sheet=table.sheet,
            cell=cell_address(table.columns[column], number),
            row=number,
            column=column,
            value=value or None,
            params=known,
            subject=subject,
        )
        for number, value, known, subject in zip(
            numbers, _written(table, column, numbers), facts, subjects, strict=True
        )
    ]


def _findings(
    rule: Rule,
    contract: Contract,
    reading: Reading,
    table_no: int,
    accused: Sequence[_Accused],
    label: Mapping[str, Any],
) -> Iterator[Finding]:
    table = reading.tables[table_no]
    written = {
        column: dict(zip(numbers, _written(table, column, numbers), strict=True))
        for column in {each.column for each in accused}
        for numbers in [sorted({each.row for each in accused if each.column == column})]
    }
    subjects = _subjects(table, contract.primary_key, [each.row for each in accused])
    for each, subject in zip(accused, subjects, strict=True):
        value = written[each.column][each.row] if rule.is_about_cell else None
        usual = each.usual if each.like is None else _written_at(reading, each.like, each.column)
        field = contract.field(each.column)
        own = {"column": field.labels} if each.column != rule.column else {}
        facts = _with_rows_named(each.facts, reading, table.sheet)
        yield Finding(
            code=rule.code,
            sheet=table.sheet,
            cell=table.cell(each.column, each.row),
            row=each.row,
            column=each.column,
            value=value or None,
            suggestion=_suggestion(rule, value, usual, each.is_sure),
            params={
                **label,
                **own,
                "value": shown(value, field),
                "usual": shown(usual, field),
                **facts,
                **({"is_example": True} if _is_example(value, field) else {}),
            },
            severity_override=rule.severity,
            subject=subject,
        )


def _with_rows_named(facts: Mapping[str, Any], reading: Reading, sheet: str | None) -> dict[str, Any]:
    """Facts with the places of other rows in words: by their sheets where they are on another than `sheet`."""
    named = dict(facts)
    for name, fact in facts.items():
        if name.endswith(OTHER_ROW) and fact is not None:
            table_no, row = place_of(fact)
            named[name] = row_named(row, reading.tables[table_no].sheet, sheet)
    return named


def _is_example(value: str | None, field: FormField) -> bool:
    """Whether somebody left the number of a person or an organisation in the cell that the template shows."""
    return value is not None and field.format in ("iin", "bin") and value.strip() == field.example


def shown(value: str | None, field: FormField) -> Any:
    """A value as messages say it: what a workbook keeps as `2026-09-01` or `0.5` shows as `01.09.2026` and `0,5`."""
    text = (value or "").strip()
    if field.type == "date":
        text = _MIDNIGHT.sub("", text)
    if field.type in ("date", "time", "datetime") and (moment := read_moment(text)):
        return moment
    if field.type in ("integer", "number") and _FRACTION.fullmatch(text):
        return Decimal(text)
    return value


def _suggestion(rule: Rule, value: str | None, usual: str | None, is_sure: bool) -> str | None:
    if usual:
        return usual if is_sure else None
    return rule.suggestion(value) if value else None


def _written_at(reading: Reading, number: int, column: str) -> str | None:
    """The text of a column at a place that a rule has selected."""
    table_no, row = place_of(number)
    (text,) = _written(reading.tables[table_no], column, [row])
    return text.strip() if text else text


def _subjects(table: LocatedTable, key: Sequence[str], numbers: list[int]) -> list[tuple[str, ...]]:
    """What the rows are about: their key as written."""
    columns = [_written(table, column, numbers) for column in key]
    return [tuple((cell or "").strip() for cell in cells) for cells in zip(*columns, strict=True)]


def _written(table: LocatedTable, column: str, numbers: list[int]) -> list[str | None]:
    """The texts of one column at these rows of the sheet, in ascending order, as the submitter wrote them."""
    if column not in table.text.column_names:
        return [None] * len(numbers)
    rows = table.text.column("_row").to_numpy()
    places = np.searchsorted(rows, numbers)
    if not np.array_equal(rows[places], numbers):
        raise InvariantError(f"{column}: a row of the batch is not in its file")
    values: list[str | None] = taken(table.text.column(column), places).to_pylist()
    return values
