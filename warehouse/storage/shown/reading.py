"""Reading files: of what is published, what the readers of one territory may see, in a file of its own.

In: the warehouse that is about to be published, and which of its tables are the same for all. Out: `reading/` beside
it with `<KATO>.duckdb` for each oblast and district that has rows, and `none.duckdb` for readers without a territory,
which has the same tables and no rows. What a reader may not see is not in the file that is opened for the reader.

A reporting table is cut by `oblast_code` and `district_code`: an oblast's file has the oblast's rows, a district's
file those of the district. Where a table has a `level`, rows about the republic as a whole stand in every file and
those about an oblast as a whole in the files of its districts too: they are what one compares with. Rows of no
territory (reports of the ministry itself, places that are not known) stand in the whole warehouse alone.

What costs is less the rows than to look for them and to make tables: a file begins as a copy of the one without rows,
and rows are put into those tables that it has any in; the rows of a district are looked for in the file of its oblast,
which has all of them, not in the whole. In most tables of a publication most districts may have no rows: such a
district's file begins as a copy of what is above it.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from ingest.databases import in_memory
from ingest.sql import literal
from ingest.sql import name as quoted
from warehouse.storage.builds.finished.warehouse_file import described
from warehouse.storage.files import PARTIAL, fsync_file, fsync_folder
from warehouse.storage.shown.territory_rows import (
    NOTHING,
    WHOLE,
    Cut,
    Measure,
    Parts,
    Place,
    add,
    cuts_of,
    parts_of,
    places_of,
)

NOBODY = "none"
"""The file, without its ending, of readers who have no territory."""
_OWN_AT_MOST = 3
"""A district's file begins with what is above it where it has own rows in less than one of so many tables."""
_ENDING = ".duckdb"
_OPTIONS = "BLOCK_SIZE 16384, STORAGE_VERSION 'v1.5.0', RECOVERY_MODE 'no_wal_writes'"
"""Small tables in many files: by the usual blocks, and as older versions write, they take twelve times the room and
twice the time. What a file that dies half made would be recovered by is not written first: nobody looks for it."""
_NOT_TRIED = "zstd,roaring,alp,alprd,chimp,patas,fsst"
"""Of the ways to make a column small: each is tried on every column, and of so few rows these save nothing."""


class ReadingFilesError(AssertionError):
    """What the reading files hold is not what belongs to their territories."""

    def __init__(self, places: Collection[str]) -> None:
        super().__init__(f"reading files differ from the whole: {', '.join(places)}")
        self.places = tuple(places)


def write_reading_files(
    warehouse: Path, folder: Path, whole: Collection[str]
) -> dict[str, dict[str, object]]:
    """Write the file of each territory into an empty `folder`, durably, and count that each row of the whole is in
    exactly those it belongs to; by name of the file what it is: `size`, `sha256`. `whole`: tables that are the same
    for all.

    Raises ReadingFilesError.
    """
    folder.mkdir()
    with in_memory() as con, TemporaryDirectory(dir=folder.parent, suffix=PARTIAL) as begun:
        con.execute(f"SET disabled_compression_methods = {literal(_NOT_TRIED)}")
        lanes = _lanes(con)
        con.execute(f"ATTACH {literal(warehouse)} AS {WHOLE} (READ_ONLY)")
        cuts = cuts_of(con, whole)
        parts = {cut: parts_of(con, cut) for cut in cuts}
        country = _Country(parts, places_of(con, cuts), folder, Path(begun))
        wrong: list[str] = []
        with ThreadPoolExecutor(lanes) as pool:
            for independent in country.in_turn(con):
                made = [pool.submit(_make, con, each) for each in independent]
                wrong += [said for each in made for said in each.result()]
    if wrong:
        raise ReadingFilesError(wrong)
    fsync_folder(folder)
    return {file.name: described(file) for file in sorted(folder.iterdir())}


@dataclass(frozen=True)
class _File:
    """A file to be made: rows of queries by table, added to a copy of another file (`begins_with`), or to tables made
    for them. `holds`: what a reader must find in it; nothing of a file that nobody is to read."""

    path: Path
    rows: Mapping[str, str]
    begins_with: Path | None = None
    holds: Mapping[Cut, Measure] = field(default_factory=dict)


@dataclass(frozen=True)
class _Country:
    """All files of a publication. `parts`: what of each table belongs to whom; `begun`: where files lie that nobody is
    to read."""

    parts: Mapping[Cut, Parts]
    places: Collection[Place]
    folder: Path
    begun: Path

    def in_turn(self, con: duckdb.DuckDBPyConnection) -> Iterator[list[_File]]:
        """Those first that others begin with, or that their rows are taken from: when the next are asked for, all
        before are made."""
        oblasts = [each for each in self.places if not each.is_district]
        yield [
            _File(
                self._path(None),
                {cut.table: f"{cut.rows} WHERE false" for cut in self.parts},
                holds=self._holds(None),
            )
        ]
        yield [self._file(each, {cut: cut.belonging_to(each) for cut in self.parts}) for each in oblasts]
        for each in oblasts:
            con.execute(f"ATTACH {literal(self._path(each))} AS {quoted(_source(each.code))} (READ_ONLY)")
        districts = [each for each in self.places if each.is_district]
        few = [each for each in districts if self._has_few(each)]
        yield [self._above(oblast) for oblast in sorted({each.oblast for each in few})]
        yield [self._little(each) if each in few else self._district(each) for each in districts]

    def _has_few(self, place: Place) -> bool:
        """Tables to which rows are added are written once more: where that is many of them, a file is made anew."""
        return sum(its.own(place) != NOTHING for its in self.parts.values()) * _OWN_AT_MOST < len(self.parts)

    def _above(self, oblast: str) -> _File:
        """What all districts of an oblast have."""
        queries = {
            cut.table: cut.above_in(_source(oblast))
            for cut, its in self.parts.items()
            if add(its.for_all, its.about_oblast(oblast)) != NOTHING
        }
        return _File(self._begun(oblast), queries, self._path(None))

    def _little(self, place: Place) -> _File:
        queries = {
            cut.table: cut.own(place, self._source_of(cut, place))
            for cut, its in self.parts.items()
            if its.own(place) != NOTHING
        }
        return _File(self._path(place), queries, self._begun(place.oblast), self._holds(place))

    def _district(self, place: Place) -> _File:
        return self._file(
            place,
            {
                cut: cut.belonging_to(place)
                if (source := self._source_of(cut, place)) == WHOLE
                else cut.of_district_in(source, place)
                for cut in self.parts
            },
        )

    def _source_of(self, cut: Cut, place: Place) -> str:
        """Where the rows of a district are looked for: of one that was moved some stand in another oblast's file."""
        lying_in = self.parts[cut].lying_in.get(place.code, set())
        return _source(place.oblast) if lying_in <= {place.oblast} else WHOLE

    def _file(self, place: Place, queries: Mapping[Cut, str]) -> _File:
        holds = self._holds(place)
        rows = {cut.table: query for cut, query in queries.items() if holds[cut] != NOTHING}
        return _File(self._path(place), rows, self._path(None), holds)

    def _holds(self, place: Place | None) -> dict[Cut, Measure]:
        return {cut: its.belonging_to(place) for cut, its in self.parts.items()}

    def _path(self, place: Place | None) -> Path:
        return self.folder / f"{place.code if place else NOBODY}{_ENDING}"

    def _begun(self, oblast: str) -> Path:
        return self.begun / f"{oblast}{_ENDING}"


def _source(oblast: str) -> str:
    """Under what name the file of an oblast is attached while those of its districts are made."""
    return f"file of {oblast}"


def _lanes(con: duckdb.DuckDBPyConnection) -> int:
    """How many files are made at a time: as many as the database may take threads. Of the small steps that make one
    file a second thread of the database would wait for the first, so it keeps one from here on."""
    row = con.execute("SELECT current_setting('threads')").fetchone()
    con.execute("SET threads = 1")
    return int(row[0]) if row else 1


def _make(con: duckdb.DuckDBPyConnection, file: _File) -> list[str]:
    """Write one file, durably, over a connection of its own; what of it is not as it must be."""
    with con.cursor() as own:
        _write(own, file)
        fsync_file(file.path)
        return [f"{file.path.name}: {table}" for table in _wrong_in(own, file)]


def _write(con: duckdb.DuckDBPyConnection, file: _File) -> None:
    if file.begins_with:
        shutil.copyfile(file.begins_with, file.path)
    if not file.rows:
        return
    reading = quoted(f"reading {file.path}")  # several are attached at a time
    con.execute(f"ATTACH {literal(file.path)} AS {reading} ({_OPTIONS})")
    con.execute("BEGIN")
    for table, query in file.rows.items():
        whose = f"{reading}.main.{quoted(table)}"
        con.execute(
            f"INSERT INTO {whose} {query}" if file.begins_with else f"CREATE TABLE {whose} AS {query}"
        )
    con.execute("COMMIT")
    con.execute(f"DETACH {reading}")


def _wrong_in(con: duckdb.DuckDBPyConnection, file: _File) -> list[str]:
    """Look at a file as a reader finds it, and compare what its tables hold with what the whole has for its territory.
    Of a table that must have no rows it is enough that there are none."""
    if not file.holds:
        return []
    reading = quoted(f"reading {file.path}")
    con.execute(f"ATTACH {literal(file.path)} AS {reading} (READ_ONLY)")
    cuts = list(file.holds)
    counted = [
        f"SELECT {place}, {'count(*), 0' if file.holds[cut] == NOTHING else cut.measure} "
        f"FROM {reading}.main.{quoted(cut.table)}"
        for place, cut in enumerate(cuts)
    ]
    found = con.execute(" UNION ALL ".join(counted)).fetchall()
    con.execute(f"DETACH {reading}")
    return [cuts[place].table for place, *measure in found if tuple(measure) != file.holds[cuts[place]]]
