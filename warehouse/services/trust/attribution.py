"""Which of the submissions that changed stand behind which of the figures that moved.

In: the tables `moved` and `changed` of a connection, and the two versions. Out: a table `because(table_name,
row_number, submission_id)`. The way is that of `lineage`, gone once for all rows: what the rows of changed submissions
are about is held against what the rows that moved are about.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from ingest.schema.forms.load import contracts
from ingest.sql import literal
from ingest.sql import name as quoted
from warehouse.services.trust.changed_reports import CHANGED
from warehouse.services.trust.descent import (
    SUBMISSIONS,
    Table,
    carriers_of,
    forms_told_of,
    submission_columns,
    tables,
)
from warehouse.services.trust.lineage import finer_than, names_of_few, place_of
from warehouse.services.trust.moved import MOVED, grain_of, rows_of
from warehouse.services.trust.opened import Opened

BECAUSE = "because"
_BASIS, _LEVEL = "basis", "level"


def attribute(con: duckdb.DuckDBPyConnection, before: Opened, after: Opened) -> None:
    """Make the table `because`."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {BECAUSE} (table_name VARCHAR, row_number BIGINT, submission_id BIGINT)"
    )
    moved = [name for (name,) in con.execute(f"SELECT DISTINCT table_name FROM {MOVED}").fetchall()]
    for name in sorted(moved):
        table = tables()[name]
        for version in (before, after):
            for carrier in carriers_of(name):
                if carrier in version.tables:
                    _from(con, version, table, tables()[carrier])


def _from(con: duckdb.DuckDBPyConnection, version: Opened, table: Table, carrier: Table) -> None:
    grain = grain_of(table, version.columns[table.name])
    places = {
        column: place_of(version, carrier, table, column)
        for column in grain
        if column not in (_BASIS, _LEVEL)
    }
    found = {column: place for column, place in places.items() if place}
    facts = [each for each in carriers_of(table.name) if each != SUBMISSIONS]
    forms = sorted(form for form, contract in contracts().items() if contract.mart in facts)
    if carrier.name == SUBMISSIONS and facts and not forms:
        return  # the facts name what answers them
    told_of = ", ".join(map(literal, sorted(forms_told_of(table))))
    which_reports = f" AND c.form IN ({told_of})" if told_of else ""
    if _BASIS in grain:
        which_reports += " AND CASE m.basis WHEN 'official' THEN c.official ELSE c.operational END"
    for key in submission_columns(carrier):
        joins = " ".join(dict.fromkeys(join for place in found.values() for join in place.joins))
        said = ", ".join(
            f"CAST({place.column} AS VARCHAR) AS {quoted(column)}" for column, place in found.items()
        )
        of_forms = (
            f" AND f.form IN ({', '.join(map(literal, forms))})"
            if carrier.name == SUBMISSIONS and forms
            else ""
        )
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE reported AS SELECT DISTINCT f.{quoted(key)} AS submission_id"
            f"{', ' + said if said else ''} FROM {version.tables[carrier.name]} AS f {joins}"
            f" WHERE f.{quoted(key)} IN (SELECT submission_id FROM {CHANGED}){of_forms}"
        )
        for which, columns in _kinds_of_rows(con, table, grain, list(found)):
            same = (
                " AND ".join(f"CAST(m.{quoted(each)} AS VARCHAR) = r.{quoted(each)}" for each in columns)
                or "true"
            )
            con.execute(
                f"INSERT INTO {BECAUSE} SELECT DISTINCT {literal(table.name)}, m.row_number, r.submission_id"
                f" FROM {rows_of(table.name)} AS m JOIN reported AS r ON {same}"
                f" JOIN {CHANGED} AS c ON r.submission_id = c.submission_id WHERE {which}{which_reports}"
            )


def _kinds_of_rows(
    con: duckdb.DuckDBPyConnection, table: Table, grain: list[str], found: list[str]
) -> Iterator[tuple[str, list[str]]]:
    """Rows of one level, and rows of small groups: which they are, and by what of the reports they are told apart."""
    few = [column for column in grain if column.startswith(("locality", "organisation_"))]
    names = ", ".join(map(literal, sorted(names_of_few())))
    is_few = " OR ".join(f"CAST(m.{quoted(column)} AS VARCHAR) IN ({names})" for column in few) or "false"
    levels = [None]
    if _LEVEL in grain:
        levels = [
            level for (level,) in con.execute(f"SELECT DISTINCT level FROM {rows_of(table.name)}").fetchall()
        ]
    for level in levels:
        at_level = f"m.level = {literal(level)}" if level else "true"
        columns = [column for column in found if not finer_than(column, level)]
        yield f"{at_level} AND NOT coalesce({is_few}, false)", columns
        if few:
            # Small groups of kinds of locality are those of an oblast, those of organisations of a district.
            of_oblast = any(column.startswith("locality") for column in few)
            above = [column for column in columns if column not in few]
            coarser = [column for column in above if not (of_oblast and column.startswith("district_"))]
            yield f"{at_level} AND ({is_few})", coarser
