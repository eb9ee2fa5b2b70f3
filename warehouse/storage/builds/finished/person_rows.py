"""The rows a build has of single persons, by units: what of a table must be written anew where something of it moved.

In: the draft of a build, its tables of schema `persons`. Out: of each table the column by whose values its rows go
together, and a sum over the rows of each value by which two builds are compared. A unit is a report where the rows say
which they come from, else a person; a table that has neither is small and is written whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from ingest.sql import literal
from ingest.sql import name as quoted

SCHEMA = "persons"
BEFORE = "before"
"""The schema of a draft in which stands how the last one was."""
PERSON_KEYS = ("person_key", "learner_key", "staff_key")
"""How columns that hold the key of a person end."""
_REPORT, _SCRATCH = "submission_key", "scratch"


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
        con.execute(f"CREATE TABLE {BEFORE}.{quoted(noted(table))} AS {summed}")


@dataclass(frozen=True)
class Moved:
    """The units of a table of which anything is other than it was. `unit`: the column by whose values its rows go
    together; `query`: of one column `unit`."""

    unit: str
    query: str


def moved_units(con: duckdb.DuckDBPyConnection, table: str) -> Moved | None:
    """Those of a table; None where they are not known.

    What the model changed part by part it knows itself, and by which column (`dbt_project/macros/carried.sql`).
    """
    unit = unit_of([name for name, _ in columns_of(con, SCHEMA, table)])
    told = [name for name, _ in columns_of(con, _SCRATCH, _moved(table))]
    if told and unit:
        # Where the table was left as it stood nothing is told, by whatever column.
        by = unit if stood(con, table) else told[0]
        return Moved(by, f"SELECT {quoted(told[0])} AS unit FROM {_SCRATCH}.{quoted(_moved(table))}")
    summed = _summed(con, table)
    if summed is None or unit is None or not columns_of(con, BEFORE, noted(table)):
        return None
    before = f"{BEFORE}.{quoted(noted(table))}"
    return Moved(
        unit,
        f"SELECT unit FROM (FROM ({summed}) EXCEPT FROM {before})"
        f" UNION SELECT unit FROM (FROM {before} EXCEPT FROM ({summed}))",
    )


def stood(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the model left a table as it stood in the last build."""
    moved = _moved(table)
    if not columns_of(con, _SCRATCH, moved):
        return False
    return con.execute(f"SELECT 1 FROM {_SCRATCH}.{quoted(moved)} LIMIT 1").fetchone() is None


def noted(table: str) -> str:
    """The table of schema `before` in which its units are noted."""
    return f"units__{table}"


def _moved(table: str) -> str:
    return f"moved__{table}"


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
