"""The files of a build: what readers may open, and what is kept apart for those entitled to single persons.

In: the draft that dbt made. Out: `warehouse.duckdb` with the tables of schema `main`, and `persons.duckdb` with those
of schema `persons`, in which every key of a person is that of the publication's domain: neither file can be joined to
the lake, to the vault or to what another domain gives out. Both hold tables only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ingest.databases import change_file, read_file
from ingest.sql import literal
from ingest.sql import name as quoted
from warehouse.storage.keys.domain_keys import DomainKeys
from warehouse.storage.keys.vault import LOWEST_KEY

WAREHOUSE, PERSONS = "warehouse.duckdb", "persons.duckdb"
KEY_DOMAIN = "key_domain"
PERSON_KEYS = ("person_key", "learner_key", "staff_key")
"""How columns that hold the key of a person end; others are found out by what stands in them."""
_COULD_HOLD_KEYS = ("BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "VARCHAR")


class WrongFilesError(AssertionError):
    """What was written is not what was built, or shows persons. Carries the `code` of the words for it."""

    def __init__(self, code: str, places: Iterable[str] = ()) -> None:
        self.code, self.places = code, tuple(places)
        super().__init__(f"{code}: {', '.join(self.places)}")


def finish_files(draft: Path, folder: Path, keys: DomainKeys, persons_known: Iterable[int]) -> None:
    """Write both files compactly and look at them as a reader would. `persons_known`: every key the vault has issued.

    Raises WrongFilesError.
    """
    warehouse, persons = folder / WAREHOUSE, folder / PERSONS
    for old in (warehouse, persons):
        old.unlink(missing_ok=True)
    with change_file(draft) as con:
        for schema in ("scratch", "held_back", "before"):
            con.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        own = _put_persons_apart(con, persons, keys)
        con.execute("DROP SCHEMA IF EXISTS persons CASCADE")
        con.execute(f"ATTACH {literal(warehouse)} AS final")
        con.execute("COPY FROM DATABASE draft TO final")
        con.execute("DETACH final")
        wanted = _tables(con)
    known = np.fromiter(persons_known, dtype=np.int64)
    with read_file(warehouse) as con:
        views = con.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchone()
        if _tables(con) != wanted or not wanted or views != (0,):
            raise WrongFilesError("build_file_differs")
        shown = [*_places_of(con, np.concatenate([known, own])), *_columns_of_persons(con)]
    with read_file(persons) as con:
        shown += _places_of(con, known)
    if shown:
        raise WrongFilesError("build_shows_persons", shown)


def shows_persons(warehouse: Path) -> bool:
    """Whether a readers' file has columns that are called like keys of persons, as those of long ago had. One that
    cannot be opened shows nobody."""
    try:
        with read_file(warehouse) as con:
            return any(_columns_of_persons(con))
    except duckdb.Error:
        return False


def _tables(con: duckdb.DuckDBPyConnection, schema: str = "main") -> list[str]:
    found = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = ? AND NOT temporary ORDER BY 1", [schema]
    )
    return [name for (name,) in found.fetchall()]


def _columns(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[tuple[str, str]]:
    """Name and type of each column of a table."""
    return con.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = ? AND table_name = ? "
        "ORDER BY column_index",
        [schema, table],
    ).fetchall()


def _put_persons_apart(con: duckdb.DuckDBPyConnection, file: Path, keys: DomainKeys) -> np.ndarray:
    """Copy the tables of schema `persons` with the keys of the domain in place of their own; all keys of the domain.

    Members that stand for nobody (-1) stay what they are. Each person's key is made once, whatever the number of rows.
    """
    tables = {
        table: [name for name, _ in _columns(con, "persons", table) if name.endswith(PERSON_KEYS)]
        for table in _tables(con, "persons")
    }
    con.execute("CREATE TEMP TABLE of_persons (person BIGINT, key BIGINT)")
    selected = [
        f'SELECT DISTINCT "{column}" AS person FROM persons."{table}" WHERE "{column}" >= 0'
        for table, columns in tables.items()
        for column in columns
    ]
    if selected:
        found = con.execute(f"SELECT DISTINCT person FROM ({' UNION ALL '.join(selected)})").to_arrow_table()
        made = keys.of(found["person"].to_numpy())
        con.register(
            "made",
            pa.table({"person": pa.array(made, pa.int64()), "key": pa.array(made.values(), pa.int64())}),
        )
        con.execute("INSERT INTO of_persons SELECT person, key FROM made")
        con.unregister("made")
    con.execute(f"ATTACH {literal(file)} AS apart")
    for table, columns in tables.items():
        con.execute(f'CREATE TABLE apart.main."{table}" AS {_with_other_keys(table, columns)}')
    # The file says itself whose keys they are.
    con.execute(f"CREATE TABLE apart.main.{KEY_DOMAIN} (domain VARCHAR, key_version INTEGER)")
    con.execute(f"INSERT INTO apart.main.{KEY_DOMAIN} VALUES (?, ?)", [keys.domain, keys.version])
    con.execute("DETACH apart")
    own = con.execute("SELECT key FROM of_persons").fetchnumpy()["key"]
    con.execute("DROP TABLE of_persons")
    return np.asarray(own, dtype=np.int64)


def _with_other_keys(table: str, columns: list[str]) -> str:
    """The rows of a table, as SQL, with the keys of the domain in those columns."""
    instead = [
        f'CASE WHEN t."{column}" >= 0 THEN k{place}.key ELSE t."{column}" END AS "{column}"'
        for place, column in enumerate(columns)
    ]
    replaced = f" REPLACE ({', '.join(instead)})" if instead else ""
    joins = "".join(
        f' LEFT JOIN of_persons AS k{place} ON k{place}.person = t."{column}"'
        for place, column in enumerate(columns)
    )
    return f'SELECT t.*{replaced} FROM persons."{table}" AS t{joins}'


def _columns_of_persons(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Columns of a readers' file that are called like the key of a person."""
    for table in _tables(con):
        yield from (
            f"{table}.{name}" for name, _ in _columns(con, "main", table) if name.endswith(PERSON_KEYS)
        )


def _places_of(con: duckdb.DuckDBPyConnection, persons: np.ndarray) -> list[str]:
    """Columns, numbers or texts, in which one of these keys stands."""
    con.register("sought", pa.table({"person": pa.array(persons, pa.int64())}))
    found: list[str] = []
    for table in _tables(con):
        names = [name for name, kind in _columns(con, "main", table) if kind.startswith(_COULD_HOLD_KEYS)]
        # Each value once: facts have few different ones in all columns but those of persons.
        values = [
            f"SELECT DISTINCT {place} AS place, TRY_CAST({quoted(name)} AS BIGINT) AS value"
            f" FROM {quoted(table)} WHERE TRY_CAST({quoted(name)} AS BIGINT) >= {LOWEST_KEY}"
            for place, name in enumerate(names)
        ]
        if values:
            held = con.execute(
                f"SELECT DISTINCT held.place FROM ({' UNION ALL '.join(values)}) AS held"
                " SEMI JOIN sought ON sought.person = held.value ORDER BY 1"
            ).fetchall()
            found += [f"{table}.{names[place]}" for (place,) in held]
    con.unregister("sought")
    return found
