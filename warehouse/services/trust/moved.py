"""Which figures of the reporting tables differ between two versions, and by how much.

In: two versions, opened on one connection. Out: a table `moved` of that connection, a row a figure that differs, with
what its row is about, before, after, and the share of the larger of the two by which it moved. Rows are held against
each other by the grain their table states.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from ingest.sql import literal
from ingest.sql import name as quoted
from warehouse.services.trust.descent import Table, carriers_of, forms_told_of, tables
from warehouse.services.trust.opened import Opened

MOVED = "moved"
_NUMBERS = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL", "HUGEINT", "SMALLINT", "TINYINT", "FLOAT", "BOOLEAN")
_LABELS = ("_kk", "_ru")
_OF_THE_PUBLICATION = ("publication_number", "data_as_of", "data_as_of_local")
_ABOUT = ("basis", "level", "form", "period", "oblast_code", "district_code")
"""What rows are summed up by, where their table says it."""


def find_moved(con: duckdb.DuckDBPyConnection, before: Opened, after: Opened) -> list[str]:
    """Make the table `moved`; the names of the reporting tables that only one version has, or that have other columns
    in the other."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {MOVED} (table_name VARCHAR, row_number BIGINT, "
        + ", ".join(f"{column} VARCHAR" for column in _ABOUT)
        + ", about VARCHAR, figure VARCHAR, kind VARCHAR, before DOUBLE, after DOUBLE, said_before VARCHAR,"
        " said_after VARCHAR, change DOUBLE, share DOUBLE)"
    )
    known = tables()
    reports = sorted(
        name for name in {*before.tables, *after.tables} if name.startswith("rpt_") and name in known
    )
    remodelled = []
    for name in reports:
        if before.columns.get(name) != after.columns.get(name):
            remodelled.append(name)
        if name in before.tables and name in after.tables:
            _hold(con, known[name], before, after)
    return remodelled


def rows_of(name: str) -> str:
    """The temporary table that has the rows of a reporting table in which a figure moved."""
    return quoted(f"moved_{name}")


def grain_of(table: Table, columns: Mapping[str, str]) -> list[str]:
    """What the rows of a table are held against each other by: its grain; where it states none, its texts."""
    stated = [column for column in table.grain if column in columns]
    if stated and len(stated) == len(table.grain):
        return stated
    return [
        column
        for column, kind in columns.items()
        if kind.startswith(("VARCHAR", "DATE")) and not column.endswith(_LABELS)
    ]


def _hold(con: duckdb.DuckDBPyConnection, table: Table, before: Opened, after: Opened) -> None:
    here, there = before.columns[table.name], after.columns[table.name]
    common = {column: kind for column, kind in here.items() if column in there}
    grain = grain_of(table, common)
    figures = [
        column
        for column in common
        if column not in grain
        and column not in _OF_THE_PUBLICATION
        and not column.endswith((*_LABELS, "_key"))
        and column not in _ABOUT
        and common[column].startswith((*_NUMBERS, "VARCHAR"))
        and not _is_label(column)
    ]
    if not grain or not figures:
        return
    same = " AND ".join(f"a.{quoted(column)} IS NOT DISTINCT FROM b.{quoted(column)}" for column in grain)
    differs = " OR ".join(f"a.{quoted(each)} IS DISTINCT FROM b.{quoted(each)}" for each in figures)
    shown = ", ".join(
        f"coalesce(a.{quoted(column)}, b.{quoted(column)}) AS {quoted(column)}"
        for column in dict.fromkeys([*grain, *(each for each in _ABOUT if each in common)])
    )
    values = ", ".join(
        f"a.{quoted(each)} AS {quoted('a_' + each)}, b.{quoted(each)} AS {quoted('b_' + each)}"
        for each in figures
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {rows_of(table.name)} AS"
        f" SELECT row_number() OVER () AS row_number, a.here IS NULL AS is_new, b.there IS NULL AS is_gone,"
        f" {shown}, {values}"
        f" FROM (SELECT *, true AS here FROM {before.tables[table.name]}) AS a"
        f" FULL JOIN (SELECT *, true AS there FROM {after.tables[table.name]}) AS b ON {same}"
        f" WHERE a.here IS NULL OR b.there IS NULL OR {differs}"
    )
    _tell(con, table, common, grain, figures)


def _is_label(column: str) -> bool:
    return column.endswith(("_name", "_label"))


def _tell(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    common: Mapping[str, str],
    grain: list[str],
    figures: list[str],
) -> None:
    """A row for each figure that differs in a row that differs."""
    about = [f"CAST({quoted(each)} AS VARCHAR)" if each in common else "NULL" for each in _ABOUT]
    if "form" not in common:
        about[_ABOUT.index("form")] = _form_of(table)
    others = [each for each in grain if each not in _ABOUT]
    listed = (
        " || ' · ' || ".join(f"coalesce(CAST({quoted(each)} AS VARCHAR), '—')" for each in others) or "''"
    )
    for figure in figures:
        a, b = quoted(f"a_{figure}"), quoted(f"b_{figure}")
        is_number = common[figure].startswith(_NUMBERS)
        numbers = f"CAST({a} AS DOUBLE), CAST({b} AS DOUBLE)" if is_number else "NULL, NULL"
        change = (
            f"coalesce(CAST({b} AS DOUBLE), 0) - coalesce(CAST({a} AS DOUBLE), 0)" if is_number else "NULL"
        )
        larger = f"greatest(abs(coalesce(CAST({a} AS DOUBLE), 0)), abs(coalesce(CAST({b} AS DOUBLE), 0)))"
        share = f"CASE WHEN {larger} = 0 THEN 0 ELSE abs({change}) / {larger} END" if is_number else "1"
        con.execute(
            f"INSERT INTO {MOVED} SELECT {literal(table.name)}, row_number, {', '.join(about)}, {listed},"
            f" {literal(figure)}, CASE WHEN is_new THEN 'new' WHEN is_gone THEN 'gone'"
            f" WHEN {a} IS NULL THEN 'shown' WHEN {b} IS NULL THEN 'hidden' ELSE 'moved' END,"
            f" {numbers}, CAST({a} AS VARCHAR), CAST({b} AS VARCHAR), {change}, {share}"
            f" FROM {rows_of(table.name)} WHERE {a} IS DISTINCT FROM {b}"
        )


def _form_of(table: Table) -> str:
    """The form whose rows a reporting table is made of, where there is one."""
    from ingest.schema.forms.load import contracts

    facts = carriers_of(table.name)
    found = sorted(forms_told_of(table)) or sorted(
        form for form, contract in contracts().items() if contract.mart in facts
    )
    return literal(", ".join(found)) if found else "NULL"
