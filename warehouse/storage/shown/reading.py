"""Reading files: of what is published, what the readers of one territory may see, in a file of its own.

In: the warehouse that is about to be published, and which of its tables are the same for all. Out: `reading/` beside
it with `<KATO>.duckdb` for each oblast and district that has rows, and `none.duckdb` for readers without a territory,
which has the same tables and no rows. What a reader may not see is not in the file that is opened for the reader.

A reporting table is cut by `oblast_code` and `district_code`: an oblast's file has the oblast's rows, a district's
file those of the district. Where a table has a `level`, rows about the republic as a whole stand in every file and
those about an oblast as a whole in the files of its districts too: they are what one compares with. Rows of no
territory (reports of the ministry itself, places that are not known) stand in the whole warehouse alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ingest.databases import in_memory
from ingest.sql import literal
from ingest.sql import name as quoted
from warehouse.storage.builds.territories import DISTRICT, LEVEL, OBLAST, REPORTING
from warehouse.storage.builds.warehouse_file import described
from warehouse.storage.files import fsync_file, fsync_folder

NOBODY = "none"
"""The file, without its ending, of readers who have no territory."""
_ENDING = ".duckdb"
_OPTIONS = "BLOCK_SIZE 16384, STORAGE_VERSION 'v1.5.0'"
"""Small tables in many files: by the usual blocks, and as older versions write, they take twelve times the room and
twice the time."""
_CODE = "[0-9]{9}"
"""A territory's; other codes stand for what is no territory."""
_REPUBLIC, _OBLAST, _OWN = "republic", "oblast", "own"
"""What a row is about: the republic as a whole, an oblast as a whole, or what lies in one place."""

Measure = tuple[int, int]
"""How many rows, and the sum of their hashes: the same for the same rows in any order."""


class ReadingFilesError(AssertionError):
    """What the reading files hold is not what belongs to their territories."""

    def __init__(self, places: Collection[str]) -> None:
        super().__init__(f"reading files differ from the whole: {', '.join(places)}")
        self.places = tuple(places)


@dataclass(frozen=True)
class _Cut:
    """How one table is cut. `is_whole`: the same for all; `is_placed`: it has both codes; `has_level`: and a level."""

    table: str
    columns: tuple[str, ...]
    is_whole: bool

    @property
    def is_placed(self) -> bool:
        return not self.is_whole and {OBLAST, DISTRICT} <= set(self.columns)

    @property
    def has_level(self) -> bool:
        return LEVEL in self.columns

    @property
    def about(self) -> str:
        """An expression: what a row is about."""
        if not self.has_level:
            return literal(_OWN)
        return (
            f"CASE WHEN {LEVEL} = 'republic' AND {_territory(OBLAST)} IS NULL THEN '{_REPUBLIC}' "
            f"WHEN {LEVEL} = 'oblast' AND {_territory(OBLAST)} IS NOT NULL THEN '{_OBLAST}' ELSE '{_OWN}' END"
        )

    @property
    def above(self) -> str:
        """The table that holds, while files are written, what is about whole territories: looked for once, not in each
        of hundreds of files."""
        return quoted(f"above {self.table}")

    @property
    def rows_above(self) -> str:
        """A query: the rows about the republic and about oblasts as wholes."""
        return f"SELECT * FROM {self._whole} WHERE {LEVEL} IN ('republic', 'oblast') AND {self.about} <> '{_OWN}'"

    def rows_for(self, place: Place | None) -> str:
        """A query: the rows that stand in the file of that territory."""
        everything = f"SELECT * FROM {self._whole} WHERE "
        if place is None or not (self.is_whole or self.is_placed):
            return everything + "false"
        if self.is_whole:
            return everything + "true"
        code = literal(place.code)
        if not self.has_level:
            return everything + f"{DISTRICT if place.is_district else OBLAST} = {code}"
        above = f" UNION ALL SELECT * FROM {self.above} WHERE {LEVEL} = 'republic'"
        if place.is_district:
            own = f"{DISTRICT} = {code} AND {self.about} = '{_OWN}'"
            return everything + own + above + f" OR {OBLAST} = {literal(place.oblast)}"
        return everything + f"{OBLAST} = {code}" + above

    @property
    def _whole(self) -> str:
        return f"warehouse.main.{quoted(self.table)}"

    @property
    def measure(self) -> str:
        """Two expressions: of the rows of a query the `Measure`."""
        row = f"hash({', '.join(map(quoted, self.columns))})"
        return f"count(*), coalesce(sum(hash({row}))::HUGEINT, 0)"


@dataclass(frozen=True)
class Place:
    """A territory whose readers have a file. `oblast`: the one it is, or the one it lies in."""

    code: str
    oblast: str

    @property
    def is_district(self) -> bool:
        return self.code != self.oblast


@dataclass
class _Parts:
    """Of one table of the whole: the measures of its rows, by what they are about."""

    republic: Measure = (0, 0)
    oblasts: dict[str, Measure] = field(default_factory=lambda: defaultdict(lambda: (0, 0)))
    own_of_oblasts: dict[str, Measure] = field(default_factory=lambda: defaultdict(lambda: (0, 0)))
    own_of_districts: dict[str, Measure] = field(default_factory=lambda: defaultdict(lambda: (0, 0)))

    def belonging_to(self, place: Place) -> Measure:
        own = self.own_of_districts[place.code] if place.is_district else self.own_of_oblasts[place.code]
        return _sum(self.republic, self.oblasts[place.oblast], own)


def write_reading_files(
    warehouse: Path, folder: Path, whole: Collection[str]
) -> dict[str, dict[str, object]]:
    """Write the file of each territory into an empty `folder`, durably, and count that each row of the whole is in
    exactly those it belongs to; by name of the file what it is: `size`, `sha256`. `whole`: tables that are the same
    for all.

    Raises ReadingFilesError.
    """
    folder.mkdir()
    with in_memory() as con:
        lanes = _lanes(con)
        con.execute(f"ATTACH {literal(warehouse)} AS warehouse (READ_ONLY)")
        cuts = _cuts(con, whole)
        places = _places(con, cuts)
        for cut in cuts:
            if cut.is_placed and cut.has_level:
                con.execute(f"CREATE TABLE {cut.above} AS {cut.rows_above}")
        with ThreadPoolExecutor(lanes) as pool:
            files = [pool.submit(_make, con, _file(folder, place), cuts, place) for place in (None, *places)]
            for written in files:
                written.result()
        _require_adding_up(con, folder, cuts, places)
    fsync_folder(folder)
    return {file.name: described(file) for file in sorted(folder.iterdir())}


def _file(folder: Path, place: Place | None) -> Path:
    return folder / f"{place.code if place else NOBODY}{_ENDING}"


def _territory(column: str) -> str:
    """An expression: the code of a territory, nothing where the column holds another code."""
    return f"CASE WHEN regexp_full_match({column}, '{_CODE}') THEN {column} END"


def _cuts(con: duckdb.DuckDBPyConnection, whole: Collection[str]) -> list[_Cut]:
    """Every table that readers of territories have: reporting tables and those that are the same for all."""
    columns: dict[str, list[str]] = {}
    for table, column in con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'warehouse' "
        "AND schema_name = 'main' ORDER BY table_name, column_index"
    ).fetchall():
        columns.setdefault(table, []).append(column)
    return [
        _Cut(table, tuple(names), table in whole)
        for table, names in columns.items()
        if table.startswith(REPORTING) or table in whole
    ]


def _places(con: duckdb.DuckDBPyConnection, cuts: Collection[_Cut]) -> list[Place]:
    """Oblasts and districts that rows name. A district that was moved lies in the oblast that it is in now."""
    selected = [
        f"SELECT DISTINCT {_territory(OBLAST)} AS oblast, "
        f"CASE WHEN {cut.about} = '{_OWN}' THEN {_territory(DISTRICT)} END AS district "
        f"FROM warehouse.main.{quoted(cut.table)}"
        for cut in cuts
        if cut.is_placed
    ]
    if not selected:
        return []
    named = con.execute(f"SELECT DISTINCT * FROM ({' UNION ALL '.join(selected)}) ORDER BY ALL").fetchall()
    oblasts = {oblast for oblast, _ in named if oblast}
    lies_in = {
        district: oblast for oblast, district in named if oblast and district and district not in oblasts
    }
    lies_in |= {
        district: oblast for district, oblast in _registered(con) if district in lies_in and oblast in oblasts
    }
    return [Place(code, code) for code in sorted(oblasts)] + [
        Place(code, oblast) for code, oblast in sorted(lies_in.items())
    ]


def _registered(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Each district with its oblast as the register has it now."""
    try:
        return con.execute(
            f"SELECT DISTINCT {DISTRICT}, {OBLAST} FROM warehouse.main.dim_territory WHERE territory_code = {DISTRICT}"
        ).fetchall()
    except duckdb.CatalogException:
        return []


def _lanes(con: duckdb.DuckDBPyConnection) -> int:
    """How many files are made at a time: as many as the database may take threads. Of the small steps that make one
    file a second thread of the database would wait for the first, so it keeps one from here on."""
    row = con.execute("SELECT current_setting('threads')").fetchone()
    con.execute("SET threads = 1")
    return int(row[0]) if row else 1


def _make(con: duckdb.DuckDBPyConnection, file: Path, cuts: Collection[_Cut], place: Place | None) -> None:
    """Write one file, durably, over a connection of its own."""
    with con.cursor() as own:
        _write(own, file, cuts, place)
    fsync_file(file)


def _write(con: duckdb.DuckDBPyConnection, file: Path, cuts: Collection[_Cut], place: Place | None) -> None:
    reading = quoted(f"reading {file.stem}")  # several are attached at a time
    con.execute(f"ATTACH {literal(file)} AS {reading} ({_OPTIONS})")
    con.execute("BEGIN")
    for cut in cuts:
        con.execute(f"CREATE TABLE {reading}.main.{quoted(cut.table)} AS {cut.rows_for(place)}")
    con.execute("COMMIT")
    con.execute(f"DETACH {reading}")


def _require_adding_up(
    con: duckdb.DuckDBPyConnection, folder: Path, cuts: Collection[_Cut], places: Collection[Place]
) -> None:
    """Look at every file as a reader finds it, and compare what it holds with what the whole has for its territory."""
    parts = {cut.table: _parts(con, cut) for cut in cuts if cut.is_placed}
    whole = {cut.table: _measured(con, "warehouse", cut) for cut in cuts if cut.is_whole}
    wrong = [
        f"{file.name}: {table}"
        for place in (None, *places)
        if (file := _file(folder, place))
        for table, measure in _found(con, file, cuts)
        if measure != _wanted(table, place, parts, whole)
    ]
    if wrong:
        raise ReadingFilesError(wrong)


def _wanted(
    table: str, place: Place | None, parts: Mapping[str, _Parts], whole: Mapping[str, Measure]
) -> Measure:
    if place is None:
        return 0, 0
    return parts[table].belonging_to(place) if table in parts else whole.get(table, (0, 0))


def _found(
    con: duckdb.DuckDBPyConnection, file: Path, cuts: Collection[_Cut]
) -> Iterator[tuple[str, Measure]]:
    con.execute(f"ATTACH {literal(file)} AS reading (READ_ONLY)")
    counted = [
        f"SELECT {place}, {cut.measure} FROM reading.main.{quoted(cut.table)}"
        for place, cut in enumerate(cuts)
    ]
    rows = con.execute(" UNION ALL ".join(counted)).fetchall() if counted else []
    con.execute("DETACH reading")
    tables = [cut.table for cut in cuts]
    return ((tables[place], (count, hashed)) for place, count, hashed in rows)


def _measured(con: duckdb.DuckDBPyConnection, database: str, cut: _Cut) -> Measure:
    row = con.execute(f"SELECT {cut.measure} FROM {database}.main.{quoted(cut.table)}").fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def _parts(con: duckdb.DuckDBPyConnection, cut: _Cut) -> _Parts:
    """The rows of a table in one pass, by whom they are about."""
    found = _Parts()
    rows = con.execute(
        f"SELECT {cut.about}, {_territory(OBLAST)}, {_territory(DISTRICT)}, {cut.measure} "
        f"FROM warehouse.main.{quoted(cut.table)} GROUP BY 1, 2, 3"
    ).fetchall()
    for about, oblast, district, count, hashed in rows:
        measure = int(count), int(hashed)
        if about == _REPUBLIC:
            found.republic = _sum(found.republic, measure)
        elif about == _OBLAST:
            found.oblasts[oblast] = _sum(found.oblasts[oblast], measure)
        else:
            found.own_of_oblasts[oblast] = _sum(found.own_of_oblasts[oblast], measure)
            found.own_of_districts[district] = _sum(found.own_of_districts[district], measure)
    return found


def _sum(*measures: Measure) -> Measure:
    return sum(count for count, _ in measures), sum(hashed for _, hashed in measures)
