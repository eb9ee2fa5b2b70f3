"""The rows a build has of single persons, by units: what of a table must be written anew where something of it moved.

In: the draft of a build, its tables of schema `persons`. Out: of each table the column by whose values its rows go
together, and a sum over the rows of each value by which two builds are compared. A unit is a report where the rows say
which they come from, else a person; a table that has neither is small and is written whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from ingest.sql import literal
from ingest.sql import name as quoted

SCHEMA = "persons"
BEFORE = "before"
"""The schema of a draft in which stands how the last one was."""
PERSON_KEYS = ("person_key", "learner_key", "staff_key")
"""How columns that hold the key of a person end."""
_REPORT = "submission_key"


def tables_in(con: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """The tables of a schema."""
    found = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = ? AND NOT temporary ORDER BY 1", [schema]
    )
    return [name for (name,) in found.fetchall()]


def columns_of(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[tuple[str, str]]:
    """Name and type of each column of a table, in their order."""
    return con.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = ? AND table_name = ? "
        "ORDER BY column_index",
        [schema, table],
    ).fetchall()


def columns_in(con: duckdb.DuckDBPyConnection, schema: str) -> dict[str, list[tuple[str, str]]]:
    """The same of every table of a schema, in one question: each goes through all columns of the database."""
    found: dict[str, list[tuple[str, str]]] = {table: [] for table in tables_in(con, schema)}
    for table, name, kind in con.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = ? "
        "ORDER BY table_name, column_index",
        [schema],
    ).fetchall():
        if table in found:
            found[table].append((name, kind))
    return found


def holds_persons(column: str) -> bool:
    """Whether a column is called as those that hold keys of persons."""
    return column.endswith(PERSON_KEYS)


def unit_of(columns: Sequence[str]) -> str | None:
    """The column by whose values the rows of a table go together; None where it has none of that kind."""
    if _REPORT in columns:
        return _REPORT
    return next((column for column in columns if holds_persons(column)), None)


def note_units(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Write down in schema `before` what the units of a table are now, for the next build to compare with."""
    if summed := _summed(con, table):
        con.execute(f"CREATE TABLE {BEFORE}.{quoted(_noted(table))} AS {summed}")


def moved_units(con: duckdb.DuckDBPyConnection, table: str) -> str | None:
    """The units of which anything is other than it was, as a query of one column `unit`; None where that is not known.

    What the model changed report by report it knows itself (`dbt_project/macros/carried.sql`).
    """
    if con.execute(_THERE, ["scratch", f"moved__{table}"]).fetchone():
        return f"SELECT {_REPORT} AS unit FROM scratch.{quoted(f'moved__{table}')}"
    summed = _summed(con, table)
    if summed is None or not con.execute(_THERE, [BEFORE, _noted(table)]).fetchone():
        return None
    noted = f"{BEFORE}.{quoted(_noted(table))}"
    return (
        f"SELECT unit FROM (FROM ({summed}) EXCEPT FROM {noted})"
        f" UNION SELECT unit FROM (FROM {noted} EXCEPT FROM ({summed}))"
    )


_THERE = "SELECT 1 FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?"


def _noted(table: str) -> str:
    return f"units__{table}"


def _summed(con: duckdb.DuckDBPyConnection, table: str) -> str | None:
    """Unit, number and two sums of its rows, which see every one and in how many copies it stands (`content.py`). The
    names of the columns stand in the sums: a unit of other columns is another one."""
    columns = columns_of(con, SCHEMA, table)
    unit = unit_of([name for name, _ in columns])
    if unit is None:
        return None
    row = f"hash({', '.join([literal(str(columns)), *(quoted(name) for name, _ in columns)])})"
    return (
        f"SELECT {quoted(unit)} AS unit, count(*) AS rows, sum(hash({row})) AS one, sum(hash({row}, 1)) AS other"
        f" FROM {SCHEMA}.{quoted(table)} GROUP BY ALL"
    )
