"""The file of one written purpose: what is published of persons, narrowed to what the purpose names.

In: a publication, its file of single persons, which tables and columns, of which territory, the keys of the purpose.
Out: a copy of the warehouse with the schema `persons` besides: what is not named is not in it. A person's key is
another one in each purpose, and rows lie in the order of these keys, so that two files cannot be laid row by row beside
each other; rows that say the same of somebody still do so, which is why few columns are better than many.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from ingest.databases import ARROW_ROWS, change_file, read_file
from ingest.sql import literal
from ingest.sql import name as quoted
from warehouse.storage.builds.finished.person_rows import SCHEMA, columns_in, columns_of, holds_persons
from warehouse.storage.builds.finished.persons_apart import KEY_DOMAIN
from warehouse.storage.keys.domain_keys import DomainKeys

_PLACES = ("territory_key", "organisation_key")
"""What says where a row belongs, the first that a table has: where it was reported, else where the organisation is."""


class NotNarrowedError(AssertionError):
    """The file holds something else than what the purpose names."""


@dataclass(frozen=True)
class Part:
    """Of one table what is given."""

    table: str
    columns: tuple[str, ...]
    every_column: tuple[str, ...]

    @property
    def persons(self) -> tuple[str, ...]:
        """Those of its columns that are given and hold keys of persons."""
        return tuple(filter(holds_persons, self.columns))

    @property
    def place(self) -> str | None:
        """The column by which a row belongs to a territory; None where it belongs to a person alone."""
        return next((each for each in _PLACES if each in self.every_column), None)


def tables_of_persons(file: Path) -> dict[str, tuple[str, ...]]:
    """The tables of a file of persons with their columns, for whoever is to name some of them."""
    with read_file(file) as con:
        return {
            table: tuple(column for column, _ in columns)
            for table, columns in columns_in(con, "main").items()
            if table != KEY_DOMAIN
        }


def write_narrowed(
    file: Path,
    warehouse: Path,
    persons: Path,
    tables: Mapping[str, Collection[str]],
    territory: str | None,
    keys: DomainKeys,
) -> None:
    """Write the file. `tables`: name → columns, none for all of them; one that the publication does not have any more
    is left out. `territory`: the code of an oblast or a district, None for the republic.

    Raises NotNarrowedError, and KeyCollisionError where two persons would have one key.
    """
    known = tables_of_persons(persons)
    parts = [
        Part(
            table, tuple(column for column in known[table] if not columns or column in columns), known[table]
        )
        for table, columns in sorted(tables.items())
        if table in known
    ]
    shutil.copyfile(warehouse, file)
    with change_file(file) as con:
        con.execute(f"ATTACH {literal(persons)} AS apart (READ_ONLY)")
        con.execute(f"CREATE SCHEMA {SCHEMA}")
        _note_places(con, territory)
        selected = {part: _rows(part, known, territory) for part in parts if part.columns}
        _make_keys(con, selected, keys)
        for part, rows in selected.items():
            con.execute(f"CREATE TABLE {SCHEMA}.{quoted(part.table)} AS {_with_keys(part, rows)}")
            _require_as_named(con, part, rows)
        for table in ("of_persons", "places"):
            con.execute(f"DROP TABLE temp.{table}")
        con.execute("DETACH apart")


def _note_places(con: duckdb.DuckDBPyConnection, territory: str | None) -> None:
    """Table `places`: the keys of the territories that lie in the named one, and of their organisations."""
    if territory is None:
        con.execute("CREATE TEMP TABLE places (kind VARCHAR, place BIGINT)")
        return
    con.execute(
        "CREATE TEMP TABLE places AS WITH inside AS (SELECT DISTINCT territory_key FROM main.dim_territory "
        f"WHERE {literal(territory)} IN (territory_code, oblast_code, district_code)) "
        "SELECT 'territory_key' AS kind, territory_key AS place FROM inside UNION "
        "SELECT 'organisation_key', organisation_key FROM main.dim_organisation "
        "WHERE territory_key IN (FROM inside)"
    )


def _rows(part: Part, known: Mapping[str, tuple[str, ...]], territory: str | None) -> str:
    """A query: the rows that are given, with all of their columns, under the keys of the publication."""
    whole = f"SELECT * FROM apart.main.{quoted(part.table)}"
    if territory is None:
        return whole
    if part.place is not None:
        return f"{whole} WHERE {_is_inside(part.place)}"
    # A row about a person alone: of those who stand in a row about the territory.
    among = " UNION ".join(
        f"SELECT {quoted(column)} FROM apart.main.{quoted(table)} WHERE {_is_inside(place)}"
        for table, columns in known.items()
        if (place := Part(table, columns, columns).place)
        for column in columns
        if holds_persons(column)
    )
    own = next((column for column in part.every_column if holds_persons(column)), None)
    return f"{whole} WHERE {quoted(own)} IN ({among})" if own and among else f"{whole} WHERE false"


def _is_inside(place: str) -> str:
    return f"{quoted(place)} IN (SELECT place FROM temp.places WHERE kind = {literal(place)})"


def _make_keys(con: duckdb.DuckDBPyConnection, selected: Mapping[Part, str], keys: DomainKeys) -> None:
    """Table `of_persons`: of everybody in these rows the key of the purpose."""
    once = " UNION ".join(
        f"SELECT {quoted(column)} AS person FROM ({rows}) WHERE {quoted(column)} >= 0"
        for part, rows in selected.items()
        for column in part.persons
    )
    con.execute("CREATE TEMP TABLE of_persons (person BIGINT, key BIGINT)")
    if not once:
        return
    made = keys.of(con.execute(once).to_arrow_table(ARROW_ROWS)["person"].to_numpy())
    con.register(
        "made", pa.table({"person": pa.array(made, pa.int64()), "key": pa.array(made.values(), pa.int64())})
    )
    con.execute("INSERT INTO of_persons SELECT person, key FROM made")
    con.unregister("made")


def _with_keys(part: Part, rows: str) -> str:
    """These rows with the columns that are given, in the order of the purpose's keys."""
    given, joins = [], ""
    for place, column in enumerate(part.columns):
        if column not in part.persons:
            given.append(f"t.{quoted(column)}")
            continue
        given.append(
            f"CASE WHEN t.{quoted(column)} >= 0 THEN k{place}.key ELSE t.{quoted(column)} END AS {quoted(column)}"
        )
        joins += f" LEFT JOIN temp.of_persons AS k{place} ON k{place}.person = t.{quoted(column)}"
    order = ", ".join(map(quoted, part.persons)) or "ALL"
    return f"SELECT {', '.join(given)} FROM ({rows}) AS t{joins} ORDER BY {order}"


def _require_as_named(con: duckdb.DuckDBPyConnection, part: Part, rows: str) -> None:
    """Raises NotNarrowedError where the table has other rows, other columns, or a key that it must not hold."""
    written = f"{SCHEMA}.{quoted(part.table)}"
    [(wanted,)] = con.execute(f"SELECT count(*) FROM ({rows})").fetchall()
    [(found,)] = con.execute(f"SELECT count(*) FROM {written}").fetchall()
    columns = tuple(column for column, _ in columns_of(con, SCHEMA, part.table))
    foreign = [
        column
        for column in part.persons
        if con.execute(
            f"SELECT 1 FROM {written} WHERE {quoted(column)} IS NULL OR ({quoted(column)} >= 0 "
            f"AND {quoted(column)} NOT IN (SELECT key FROM temp.of_persons)) LIMIT 1"
        ).fetchone()
    ]
    if wanted != found or columns != part.columns or foreign:
        raise NotNarrowedError(
            f"{part.table}: {found} of {wanted} rows, {columns}, keys of others: {foreign}"
        )
