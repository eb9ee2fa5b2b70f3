"""The file of single persons, in which every key of a person is that of the publication's domain.

In: the draft of a build; where it began with the last one, the file that was made of that. Out: `persons.duckdb`. Of
the last file only the rows of units that moved are taken out and written anew (`person_rows.py`): to give every row
another key costs a fourth of a whole build. Which file goes with which draft stands in its digest; where any doubt is
left, and of a table of which much moved, all is written.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ingest.databases import ARROW_ROWS
from ingest.digests import damage_of, read_digest
from ingest.home import Home
from ingest.receive.failpoint import reach
from ingest.sql import literal
from ingest.sql import name as quoted
from warehouse.storage.builds.finished.person_rows import (
    SCHEMA,
    columns_in,
    columns_of,
    holds_persons,
    moved_units,
    tables_in,
)
from warehouse.storage.keys.domain_keys import DomainKeys

PERSONS = "persons.duckdb"
KEY_DOMAIN = "key_domain"
_PART = 10
"""A table of which more than one row in so many moved is written whole, which is faster then and puts it in order."""


@dataclass(frozen=True)
class Table:
    """One of schema `persons`. `moved`: the table of its units that moved; None where it is written whole. `unit`: the
    column of its units, where it has any; `any_moved`: whether there are such units; `units`: how many of all it has in
    the draft, where they are persons of whom some moved. To count them is to go through the whole table."""

    name: str
    columns: tuple[str, ...]
    moved: str | None
    unit: str = ""
    any_moved: bool = False
    units: int | None = None

    @property
    def persons(self) -> tuple[str, ...]:
        """Its columns that hold keys of persons."""
        return tuple(filter(holds_persons, self.columns))

    @property
    def rows(self) -> str:
        """Its rows in the draft that are written, as SQL."""
        whole = f"{SCHEMA}.{quoted(self.name)}"
        if self.moved is None:
            return whole
        return f"(FROM {whole} WHERE {quoted(self.unit)} IN (SELECT unit FROM {self.moved}))"


class WrongRowsError(AssertionError):
    """The file has not the rows of the draft."""


def last_file(home: Home, draft: str | None, keys: DomainKeys) -> Path | None:
    """The file of persons that was made of that kept draft with these keys, whole as it was; None where there is none.
    `draft`: the SHA-256 of what the build began with."""
    folders = [each for each in home.builds.iterdir() if each.name.isdigit()] if draft else []
    for folder in sorted(folders, key=lambda each: -int(each.name)):
        digest = read_digest(folder / PERSONS)
        if digest and made_with(draft, keys).items() <= digest.facts.items():
            return folder / PERSONS if damage_of(folder / PERSONS) is None else None
    return None


def made_with(draft: str | None, keys: DomainKeys) -> dict[str, str | None]:
    """What the digest of a file of persons says of its making. `draft`: the SHA-256 of what is kept of its draft."""
    return {"draft": draft, "keys": keys.mark}


def put_apart(
    con: duckdb.DuckDBPyConnection, file: Path, keys: DomainKeys, last: Path | None
) -> dict[str, pa.Table | None]:
    """Write the tables of schema `persons` of a draft into the file; of each table its units that were written anew, in
    a column that is called as theirs, None where all of it was.

    Members that stand for nobody (-1) stay what they are. Each person's key is made once, whatever the number of rows.
    Raises WrongRowsError, and KeyCollisionError where two persons would have one key.
    """
    if last is not None:
        shutil.copyfile(last, file)
    reach("build:persons_begun")
    tables = [_table(con, name, begun=last is not None) for name in tables_in(con, SCHEMA)]
    _make_keys(con, tables, keys)
    con.execute(f"ATTACH {literal(file)} AS apart")
    written = {table.name: _write(con, table) for table in tables}
    # The file says itself whose keys they are.
    con.execute(f"CREATE OR REPLACE TABLE apart.main.{KEY_DOMAIN} (domain VARCHAR, key_version INTEGER)")
    con.execute(f"INSERT INTO apart.main.{KEY_DOMAIN} VALUES (?, ?)", [keys.domain, keys.version])
    _require_same_tables(con, written)
    con.execute("DETACH apart")
    for name in ("of_persons", *filter(None, (table.moved for table in tables))):
        con.execute(f"DROP TABLE {name}")
    return written


def _table(con: duckdb.DuckDBPyConnection, name: str, *, begun: bool) -> Table:
    columns = tuple(column for column, _ in columns_of(con, SCHEMA, name))
    units = moved_units(con, name) if begun else None
    if units is None:
        return Table(name, columns, None)
    moved = f"temp.{quoted(f'moved__{name}')}"
    con.execute(f"CREATE TEMP TABLE {quoted(f'moved__{name}')} AS {units.query}")
    [(count, found)] = con.execute(f"SELECT count(*), count(unit) FROM {moved}").fetchall()
    if not count:
        return Table(name, columns, moved, units.unit)
    rows = f"{SCHEMA}.{quoted(name)}"
    of_moved = f"SELECT count(*) FROM {rows} WHERE {quoted(units.unit)} IN (SELECT unit FROM {moved})"
    [(written, all_rows)] = con.execute(f"SELECT ({of_moved}), (SELECT count(*) FROM {rows})").fetchall()
    # Rows without a unit are not found by it.
    if written * _PART <= all_rows and count == found:
        many = _units_in(con, rows, units.unit) if holds_persons(units.unit) else None
        return Table(name, columns, moved, units.unit, any_moved=True, units=many)
    con.execute(f"DROP TABLE {moved}")
    return Table(name, columns, None)


def _units_in(con: duckdb.DuckDBPyConnection, rows: str, unit: str) -> int:
    [(units,)] = con.execute(f"SELECT count(DISTINCT {quoted(unit)}) FROM {rows}").fetchall()
    return int(units)


def _make_keys(con: duckdb.DuckDBPyConnection, tables: Iterable[Table], keys: DomainKeys) -> None:
    """Table `of_persons`: of everybody in the rows to be written, and in those to be taken out, the other key."""
    con.execute("CREATE TEMP TABLE of_persons (person BIGINT, key BIGINT)")
    selected = []
    for table in tables:
        selected += [f"SELECT {quoted(column)} AS person FROM {table.rows} AS t" for column in table.persons]
        if table.moved and table.unit in table.persons:
            selected.append(f"SELECT unit AS person FROM {table.moved}")
    if not selected:
        return
    once = " UNION ALL ".join(f"SELECT DISTINCT person FROM ({each}) WHERE person >= 0" for each in selected)
    found = con.execute(f"SELECT DISTINCT person FROM ({once})").to_arrow_table(ARROW_ROWS)
    made = keys.of(found["person"].to_numpy())
    of_persons = {"person": pa.array(made, pa.int64()), "key": pa.array(made.values(), pa.int64())}
    con.register("made", pa.table(of_persons))
    con.execute("INSERT INTO of_persons SELECT person, key FROM made")
    con.unregister("made")


def _write(con: duckdb.DuckDBPyConnection, table: Table) -> pa.Table | None:
    written = f"apart.main.{quoted(table.name)}"
    rows = _with_other_keys(table.rows, table.persons)
    if table.moved is None:
        con.execute(f"CREATE OR REPLACE TABLE {written} AS {rows}")
        return None
    units = f"FROM {table.moved}"
    if table.unit in table.persons:
        units = _with_other_keys(table.moved, ["unit"])
    moved = con.execute(units).to_arrow_table(ARROW_ROWS).rename_columns([table.unit])
    if table.any_moved:
        con.register("units", moved)
        con.execute(f"DELETE FROM {written} WHERE {quoted(table.unit)} IN (FROM units)")
        con.unregister("units")
        con.execute(f"INSERT INTO {written} BY NAME {rows}")
    _require_rows_of_draft(con, table, written)
    return moved


def _require_rows_of_draft(con: duckdb.DuckDBPyConnection, table: Table, written: str) -> None:
    """Raises WrongRowsError where the table has not as many rows as the draft, or where some of single persons were
    written anew, as many persons: another one with the key of one of these would be taken out with them, or stand there
    twice. A report has the number in both that it has in the ledger."""
    units = None if table.units is None else _units_in(con, written, table.unit)
    counted = f"SELECT (SELECT count(*) FROM {written}), (SELECT count(*) FROM {SCHEMA}.{quoted(table.name)})"
    [(there, rows)] = con.execute(counted).fetchall()
    if (there, units) != (rows, table.units):
        raise WrongRowsError(f"{table.name}: {(there, units)}, not {(rows, table.units)}")


def _with_other_keys(rows: str, columns: Iterable[str]) -> str:
    """These rows, as SQL, with the keys of the domain in those columns."""
    instead, joins = [], ""
    for place, column in enumerate(map(quoted, columns)):
        instead.append(f"CASE WHEN t.{column} >= 0 THEN k{place}.key ELSE t.{column} END AS {column}")
        joins += f" LEFT JOIN of_persons AS k{place} ON k{place}.person = t.{column}"
    replaced = f" REPLACE ({', '.join(instead)})" if instead else ""
    return f"SELECT t.*{replaced} FROM {rows} AS t{joins}"


def _require_same_tables(con: duckdb.DuckDBPyConnection, written: Mapping[str, object]) -> None:
    """Raises WrongRowsError where the last file had a table that is none any more."""
    found = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'apart'").fetchall()
    if {name for (name,) in found} != {*written, KEY_DOMAIN}:
        raise WrongRowsError(f"other tables: {sorted(found)}")


def holders(
    con: duckdb.DuckDBPyConnection, values: np.ndarray, among: Mapping[str, pa.Table | None] | None = None
) -> np.ndarray:
    """Which of these numbers are the key of somebody in a file of persons, opened by itself. `among`: of these tables
    only the rows of these units are looked at."""
    found = np.empty(0, dtype=np.int64)
    if not len(values):
        return found
    con.register("asked", pa.table({"value": pa.array(values, pa.int64())}))
    selected = []
    for place, (table, columns) in enumerate(columns_in(con, "main").items()):
        units, of_units = (among or {}).get(table), ""
        if units is not None:
            con.register(f"units_{place}", units)
            of_units = f" AND {quoted(units.column_names[0])} IN (FROM units_{place})"
        selected += [
            f"SELECT DISTINCT {quoted(column)} AS value FROM main.{quoted(table)}"
            f" WHERE {quoted(column)} IN (SELECT value FROM asked){of_units}"
            for column, _ in columns
            if holds_persons(column) and (units is None or units.num_rows)
        ]
    if selected:
        found = np.asarray(con.execute(" UNION ".join(selected)).fetchnumpy()["value"], dtype=np.int64)
    con.unregister("asked")
    return found
