"""The files of a build: what readers may open, and what is kept apart for those entitled to single persons.

In: the draft that dbt made. Out: `warehouse.duckdb` with the tables of schema `main`, and `persons.duckdb` with those
of schema `persons`, in which every key of a person is that of the publication's domain: neither file can be joined to
the lake, to the vault or to what another domain gives out. Both hold tables only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import duckdb
import numpy as np
import pyarrow as pa

from ingest.databases import ARROW_ROWS, change_file, read_file
from ingest.digests import damage_of
from ingest.sql import literal
from ingest.sql import name as quoted
from ingest.told import in_log
from warehouse.storage.builds.finished.person_rows import columns_in, holds_persons, tables_in
from warehouse.storage.builds.finished.persons_apart import PERSONS, WrongRowsError, holders, put_apart
from warehouse.storage.keys.domain_keys import DomainKeys
from warehouse.storage.keys.vault import LOWEST_KEY

WAREHOUSE = "warehouse.duckdb"
_TEXT = "VARCHAR"
_COULD_HOLD_KEYS = ("BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", _TEXT)
_OPTIONS = "STORAGE_VERSION 'v1.5.0'"
"""As the files of readers are written: to write as older versions do takes a third longer."""
Issued: TypeAlias = Callable[[np.ndarray], np.ndarray]
"""Which of some numbers are keys that the vault has issued (`Vault.issued_among`)."""
log = logging.getLogger(__name__)


class WrongFilesError(AssertionError):
    """What was written is not what was built, or shows persons. Carries the `code` of the words for it."""

    def __init__(self, code: str, places: Iterable[str] = ()) -> None:
        self.code, self.places = code, tuple(places)
        super().__init__(f"{code}: {', '.join(self.places)}")


def finish_files(
    draft: Path, folder: Path, keys: DomainKeys, issued: Issued, last: Path | None = None
) -> None:
    """Write both files compactly and look at them as a reader would; the draft stays what it is. `last`: the file of
    persons that was made of what this draft began with, in the folder of its build.

    Raises WrongFilesError.
    """
    warehouse, persons = folder / WAREHOUSE, folder / PERSONS
    warehouse.unlink(missing_ok=True)
    written = _put_apart(draft, persons, keys, last)
    with change_file(draft) as con:
        wanted = tables_in(con, "main")
        con.execute(f"ATTACH {literal(warehouse)} AS final ({_OPTIONS})")
        for table in map(quoted, wanted):
            con.execute(f"CREATE TABLE final.main.{table} AS FROM draft.main.{table}")
        con.execute("DETACH final")
    with read_file(warehouse) as con:
        views = con.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchone()
        if tables_in(con, "main") != wanted or not wanted or views != (0,):
            raise WrongFilesError("build_file_differs")
        shown, places = list(_columns_of_persons(con)), _find_numbers(con)
        numbers = _numbers_found(con)
        with read_file(persons) as apart:
            own = _holders(con, places, apart, written, last)
            found = _find_numbers(apart, written)
            shown += _places_of(apart, found, issued(_numbers_found(apart)))
        shown += _places_of(con, places, np.concatenate([issued(numbers), own]))
    if shown:
        raise WrongFilesError("build_shows_persons", shown)


def _put_apart(draft: Path, persons: Path, keys: DomainKeys, last: Path | None) -> dict[str, pa.Table | None]:
    """`put_apart`; where the last file was of other rows than the draft began with, the new one is written whole: the
    next build would begin with the same file, and so would every one after it."""
    persons.unlink(missing_ok=True)
    try:
        with change_file(draft) as con:
            return put_apart(con, persons, keys, last)
    except WrongRowsError as wrong:
        if last is None:
            raise WrongFilesError("build_file_differs") from wrong
        log.warning("%s", in_log("log_persons_written_whole", kind=str(wrong)))
    return _put_apart(draft, persons, keys, None)


def shows_persons(warehouse: Path) -> bool:
    """Whether a readers' file has columns that are called like keys of persons, as those of long ago had. One that
    cannot be opened shows nobody."""
    try:
        with read_file(warehouse) as con:
            return any(_columns_of_persons(con))
    except duckdb.Error:
        return False


def _columns_of_persons(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Columns of a readers' file that are called like the key of a person."""
    for table, columns in columns_in(con, "main").items():
        yield from (f"{table}.{name}" for name, _ in columns if holds_persons(name))


def _find_numbers(
    con: duckdb.DuckDBPyConnection, among: Mapping[str, pa.Table | None] | None = None
) -> list[str]:
    """Put into table `could_be` every number of a file that could be the key of a person, once a column, with the place
    of that column in the list that is returned. `among`: of these tables only the rows of these units are looked at."""
    con.execute("CREATE TEMP TABLE could_be (place INTEGER, value BIGINT)")
    places: list[str] = []
    for table, columns in columns_in(con, "main").items():
        rows, units = f"main.{quoted(table)}", (among or {}).get(table)
        if units is not None:
            if not units.num_rows:
                continue
            con.register("units", units)
            rows = f"(FROM {rows} WHERE {quoted(units.column_names[0])} IN (FROM units))"
        could_be = {n: _as_number(n, kind) for n, kind in columns if kind.startswith(_COULD_HOLD_KEYS)}
        for name in _as_large_as_keys(con, rows, could_be):
            # Each value once: facts have few different ones in all columns but those of persons.
            con.execute(
                f"INSERT INTO could_be SELECT DISTINCT {len(places)}, {could_be[name]}"
                f" FROM {rows} AS held WHERE {could_be[name]} >= {LOWEST_KEY}"
            )
            places.append(f"{table}.{name}")
    return places


def _numbers_found(con: duckdb.DuckDBPyConnection) -> np.ndarray:
    """All that `_find_numbers` found, each once."""
    return con.execute("SELECT DISTINCT value FROM could_be").to_arrow_table(ARROW_ROWS)["value"].to_numpy()


def _holders(
    con: duckdb.DuckDBPyConnection,
    places: list[str],
    apart: duckdb.DuckDBPyConnection,
    written: Mapping[str, pa.Table | None],
    last: Path | None,
) -> np.ndarray:
    """Which of the numbers found in the readers' file are the key of somebody in the file of persons. Rows that stood
    there were held against the numbers of the last readers' file when that was made: all rows are looked through for
    what is no number of that file, and rows that were written for all of them."""
    numbers = _numbers_found(con)
    before = last.with_name(WAREHOUSE) if last else None
    if before is None or damage_of(before) is not None:
        return holders(apart, numbers)
    _note_numbers(con, places, before)
    others = con.execute("SELECT DISTINCT value FROM could_be EXCEPT FROM stood").to_arrow_table(ARROW_ROWS)
    return np.concatenate(
        [holders(apart, numbers, written), holders(apart, others["value"].to_numpy())],
    )


def _note_numbers(con: duckdb.DuckDBPyConnection, places: list[str], before: Path) -> None:
    """Table `stood`: what numbers as large as keys an earlier readers' file has in those columns."""
    con.execute("CREATE TEMP TABLE stood (value BIGINT)")
    con.execute(f"ATTACH {literal(before)} AS last (READ_ONLY)")
    kinds = con.execute(
        "SELECT table_name || '.' || column_name, table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = 'last' AND schema_name = 'main'"
    ).fetchall()
    for place, table, column, kind in kinds:
        if place in places:
            number = _as_number(column, kind)
            con.execute(
                f"INSERT INTO stood SELECT DISTINCT {number} FROM last.main.{quoted(table)} "
                f"WHERE {number} >= {LOWEST_KEY}"
            )
    con.execute("DETACH last")


def _as_number(column: str, kind: str) -> str:
    """What is in a column as a number, none where it is none. What begins with a letter is none without being tried,
    which takes the longest of all: digits, signs and blanks come before any letter."""
    tried = f"TRY_CAST({quoted(column)} AS BIGINT)"
    return f"CASE WHEN {quoted(column)} < ':' THEN {tried} END" if kind == _TEXT else tried


def _as_large_as_keys(con: duckdb.DuckDBPyConnection, rows: str, could_be: Mapping[str, str]) -> list[str]:
    """Those of the columns that hold a number as large as a key of a person, all seen in one walk through the rows."""
    if not could_be:
        return []
    largest = ", ".join(f"max({number}) >= {LOWEST_KEY}" for number in could_be.values())
    found = con.execute(f"SELECT {largest} FROM {rows} AS held").fetchone()
    return [name for name, is_one in zip(could_be, found or (), strict=True) if is_one]


def _places_of(con: duckdb.DuckDBPyConnection, places: list[str], persons: np.ndarray) -> list[str]:
    """Those of the places in which one of these keys was found."""
    con.register("sought", pa.table({"person": pa.array(persons, pa.int64())}))
    found = con.execute(
        "SELECT DISTINCT place FROM could_be SEMI JOIN sought ON sought.person = could_be.value ORDER BY 1"
    ).fetchall()
    con.unregister("sought")
    return [places[place] for (place,) in found]
