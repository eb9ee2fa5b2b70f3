"""Reading files: of what is published, what the readers of one territory may see, in a file of its own.

In: the warehouse that is about to be published, and which of its tables are the same for all. Out: `reading/` beside
it with `<KATO>.duckdb` for each oblast and district that has rows, and `none.duckdb` for readers without a territory,
which has the same tables and no rows. What a reader may not see is not in the file that is opened for the reader.

A reporting table is cut by `oblast_code` and `district_code`: an oblast's file has the oblast's rows, a district's
file those of the district. Where a table has a `level`, rows about the republic as a whole stand in every file and
those about an oblast as a whole in the files of its districts too: they are what one compares with. Rows of no
territory (reports of the ministry itself, places that are not known) stand in the whole warehouse alone.

To make a table costs more than the rows that a district has in it, and in most tables of a publication most districts
may have none: such a district's file begins as a copy of one with what is above it.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
    Cut,
    Measure,
    Parts,
    Place,
    cuts_of,
    parts_of,
    places_of,
)

NOBODY = "none"
"""The file, without its ending, of readers who have no territory."""
_OWN_AT_MOST = 3
"""A district's file begins with what is above it where it has own rows in less than one of so many tables."""
_ENDING = ".duckdb"
_OPTIONS = "BLOCK_SIZE 16384, STORAGE_VERSION 'v1.5.0'"
"""Small tables in many files: by the usual blocks, and as older versions write, they take twelve times the room and
twice the time."""


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
        lanes = _lanes(con)
        con.execute(f"ATTACH {literal(warehouse)} AS warehouse (READ_ONLY)")
        cuts = cuts_of(con, whole)
        parts = {cut: parts_of(con, cut) for cut in cuts}
        places = places_of(con, cuts)
        with ThreadPoolExecutor(lanes) as pool:
            for independent in _in_turn(parts, places, folder, Path(begun)):
                made = [pool.submit(_make, con, each) for each in independent]
                for each in made:
                    each.result()
        _require_adding_up(con, folder, parts, places)
    fsync_folder(folder)
    return {file.name: described(file) for file in sorted(folder.iterdir())}


@dataclass(frozen=True)
class _File:
    """A file to be made, with the rows of queries by table: of all tables, or of some, added to a copy of another file
    (`begins_with`)."""

    path: Path
    rows: Mapping[str, str]
    begins_with: Path | None = None


def _in_turn(
    parts: Mapping[Cut, Parts], places: Collection[Place], folder: Path, begun: Path
) -> Iterator[list[_File]]:
    """All files, those first that others begin with. `begun`: where those lie that nobody is to read."""
    above = {place.oblast: begun / f"{place.oblast}{_ENDING}" for place in places if place.is_district}
    yield [
        _File(_file(folder, None), _rows(parts, ())),
        *(
            _File(file, _rows(parts, [*_for_all(parts), *_about(parts, code)]))
            for code, file in above.items()
        ),
        *(
            _File(_file(folder, place), _rows(parts, [*_for_all(parts), *_own(parts, place)]))
            for place in places
            if not place.is_district
        ),
    ]
    yield [
        _district(parts, place, _file(folder, place), above[place.oblast])
        for place in places
        if place.is_district
    ]


def _district(parts: Mapping[Cut, Parts], place: Place, path: Path, above: Path) -> _File:
    """Tables to which rows are added are written once more: where that is many of them, the file is made as a whole."""
    own = _own(parts, place)
    if len(own) * _OWN_AT_MOST < len(parts):
        return _File(path, {cut.table: query for cut, query in own}, above)
    return _File(path, _rows(parts, [*_for_all(parts), *_about(parts, place.oblast), *own]))


def _rows(parts: Iterable[Cut], queries: Iterable[tuple[Cut, str]]) -> dict[str, str]:
    """Of each table a query of all these rows, one of none where there are none."""
    found: dict[str, list[str]] = {cut.table: [] for cut in parts}
    for cut, query in queries:
        found[cut.table].append(query)
    return {cut.table: " UNION ALL ".join(found[cut.table]) or f"{cut.rows} WHERE false" for cut in parts}


def _for_all(parts: Mapping[Cut, Parts]) -> list[tuple[Cut, str]]:
    return [(cut, cut.for_all) for cut, its in parts.items() if its.for_all != NOTHING]


def _about(parts: Mapping[Cut, Parts], oblast: str) -> list[tuple[Cut, str]]:
    return [
        (cut, cut.about_oblast(oblast)) for cut, its in parts.items() if its.about_oblast(oblast) != NOTHING
    ]


def _own(parts: Mapping[Cut, Parts], place: Place) -> list[tuple[Cut, str]]:
    return [(cut, cut.own(place)) for cut, its in parts.items() if its.own(place) != NOTHING]


def _file(folder: Path, place: Place | None) -> Path:
    return folder / f"{place.code if place else NOBODY}{_ENDING}"


def _lanes(con: duckdb.DuckDBPyConnection) -> int:
    """How many files are made at a time: as many as the database may take threads. Of the small steps that make one
    file a second thread of the database would wait for the first, so it keeps one from here on."""
    row = con.execute("SELECT current_setting('threads')").fetchone()
    con.execute("SET threads = 1")
    return int(row[0]) if row else 1


def _make(con: duckdb.DuckDBPyConnection, file: _File) -> None:
    """Write one file, durably, over a connection of its own."""
    with con.cursor() as own:
        _write(own, file)
    fsync_file(file.path)


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


def _require_adding_up(
    con: duckdb.DuckDBPyConnection, folder: Path, parts: Mapping[Cut, Parts], places: Collection[Place]
) -> None:
    """Look at every file as a reader finds it, and compare what it holds with what the whole has for its territory."""
    wrong = [
        f"{file.name}: {cut.table}"
        for place in (None, *places)
        if (file := _file(folder, place))
        for cut, measure in _found(con, file, list(parts))
        if measure != parts[cut].belonging_to(place)
    ]
    if wrong:
        raise ReadingFilesError(wrong)


def _found(con: duckdb.DuckDBPyConnection, file: Path, cuts: Sequence[Cut]) -> Iterator[tuple[Cut, Measure]]:
    con.execute(f"ATTACH {literal(file)} AS reading (READ_ONLY)")
    counted = [
        f"SELECT {place}, {cut.measure} FROM reading.main.{quoted(cut.table)}"
        for place, cut in enumerate(cuts)
    ]
    rows = con.execute(" UNION ALL ".join(counted)).fetchall() if counted else []
    con.execute("DETACH reading")
    return ((cuts[place], (count, hashed)) for place, count, hashed in rows)
