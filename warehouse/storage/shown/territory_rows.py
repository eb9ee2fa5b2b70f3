"""How reporting tables are cut by territory: which rows stand in the file of which territory's readers.

In: the warehouse that is about to be published, attached as `warehouse`. Out: its tables with how each is cut, the
territories that have a file, and what of each table belongs to whom. `reading.py` writes the files and says whose rows
stand where.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import duckdb

from ingest.sql import literal
from ingest.sql import name as quoted
from warehouse.storage.builds.territories import DISTRICT, LEVEL, OBLAST, REPORTING

_CODE = "[0-9]{9}"
"""A territory's; other codes stand for what is no territory."""
_REPUBLIC, _OBLAST, _OWN = "republic", "oblast", "own"
WHOLE = "warehouse"
"""Under this name the warehouse is attached; files that rows are taken from have others."""
"""What a row is about: the republic as a whole, an oblast as a whole, or what lies in one place."""

Measure = tuple[int, int]
"""How many rows, and the sum of their hashes: the same for the same rows in any order."""
NOTHING: Measure = (0, 0)


@dataclass(frozen=True)
class Place:
    """A territory whose readers have a file. `oblast`: the one it is, or the one it lies in."""

    code: str
    oblast: str

    @property
    def is_district(self) -> bool:
        return self.code != self.oblast


@dataclass(frozen=True)
class Cut:
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
    def rows(self) -> str:
        """A query: all of them."""
        return self.all_of(WHOLE)

    def all_of(self, source: str) -> str:
        """A query: all rows of the table in an attached file."""
        return f"SELECT * FROM {quoted(source)}.main.{quoted(self.table)}"

    def belonging_to(self, place: Place) -> str:
        """A query: of the whole the rows that stand in the file of that territory."""
        if self.is_whole:
            return self.rows
        wanted = [self._for_all(), self._own(place), *([self._about(place)] if place.is_district else [])]
        return f"{self.rows} WHERE {' OR '.join(f'({each})' for each in wanted)}"

    def own(self, place: Place, source: str = WHOLE) -> str:
        """A query: of them those that do not stand in files of others, too."""
        return f"{self.all_of(source)} WHERE {self._own(place)}"

    def above_in(self, source: str) -> str:
        """A query: of the file of an oblast the rows that stand in the files of its districts, too."""
        return self.all_of(source) + ("" if self.is_whole else f" WHERE {self._not_own}")

    def of_district_in(self, source: str, place: Place) -> str:
        """A query: of the file of an oblast the rows that stand in the file of a district. All of its own are there."""
        if self.is_whole:
            return self.all_of(source)
        return f"{self.all_of(source)} WHERE {self._not_own} OR {DISTRICT} = {literal(place.code)}"

    @property
    def _not_own(self) -> str:
        return (
            f"({LEVEL} IN ('republic', 'oblast') AND {self.about} <> '{_OWN}')" if self.has_level else "false"
        )

    def _for_all(self) -> str:
        return f"{LEVEL} = 'republic' AND {self.about} = '{_REPUBLIC}'" if self.has_level else "false"

    def _about(self, place: Place) -> str:
        if not self.has_level:
            return "false"
        return f"{LEVEL} = 'oblast' AND {OBLAST} = {literal(place.oblast)} AND {self.about} = '{_OBLAST}'"

    def _own(self, place: Place) -> str:
        if place.is_district:
            return f"{DISTRICT} = {literal(place.code)} AND {self.about} = '{_OWN}'"
        return f"{OBLAST} = {literal(place.code)}"

    @property
    def measure(self) -> str:
        """Two expressions: of the rows of a query the `Measure`."""
        row = f"hash({', '.join(map(quoted, self.columns))})"
        return f"count(*), coalesce(sum(hash({row}))::HUGEINT, 0)"


@dataclass
class Parts:
    """Of one table of the whole: the measures of its rows, by what they are about. `for_all`: those in every file."""

    for_all: Measure = NOTHING
    oblasts: dict[str | None, Measure] = field(default_factory=dict)
    own_of_oblasts: dict[str | None, Measure] = field(default_factory=dict)
    own_of_districts: dict[str | None, Measure] = field(default_factory=dict)
    lying_in: dict[str | None, set[str | None]] = field(default_factory=dict)
    """District → oblasts that its own rows name: where a district was moved, more than the one it is in."""

    def about_oblast(self, oblast: str) -> Measure:
        """Of what `Cut.about_oblast` selects."""
        return self.oblasts.get(oblast, NOTHING)

    def own(self, place: Place) -> Measure:
        """Of what `Cut.own` selects."""
        if place.is_district:
            return self.own_of_districts.get(place.code, NOTHING)
        return add(self.about_oblast(place.code), self.own_of_oblasts.get(place.code, NOTHING))

    def belonging_to(self, place: Place | None) -> Measure:
        """Of the rows in the file of that territory; of readers without one, None, there are none."""
        if place is None:
            return NOTHING
        above = self.about_oblast(place.oblast) if place.is_district else NOTHING
        return add(self.for_all, above, self.own(place))


def _territory(column: str) -> str:
    """An expression: the code of a territory, nothing where the column holds another code."""
    return f"CASE WHEN regexp_full_match({column}, '{_CODE}') THEN {column} END"


def cuts_of(con: duckdb.DuckDBPyConnection, whole: Collection[str]) -> list[Cut]:
    """Every table that readers of territories have: reporting tables and those that are the same for all."""
    columns: dict[str, list[str]] = {}
    for table, column in con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'warehouse' "
        "AND schema_name = 'main' ORDER BY table_name, column_index"
    ).fetchall():
        columns.setdefault(table, []).append(column)
    return [
        Cut(table, tuple(names), table in whole)
        for table, names in columns.items()
        if table.startswith(REPORTING) or table in whole
    ]


def places_of(con: duckdb.DuckDBPyConnection, cuts: Collection[Cut]) -> list[Place]:
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


def parts_of(con: duckdb.DuckDBPyConnection, cut: Cut) -> Parts:
    """The rows of a table in one pass, by whom they are about."""
    if cut.is_whole:
        return Parts(_measured(con, cut))
    found = Parts()
    if not cut.is_placed:
        return found
    rows = con.execute(
        f"SELECT {cut.about}, {_territory(OBLAST)}, {_territory(DISTRICT)}, {cut.measure} "
        f"FROM ({cut.rows}) GROUP BY 1, 2, 3"
    ).fetchall()
    for about, oblast, district, count, hashed in rows:
        measure = int(count), int(hashed)
        if about == _REPUBLIC:
            found.for_all = add(found.for_all, measure)
        elif about == _OBLAST:
            _add_to(found.oblasts, oblast, measure)
        else:
            _add_to(found.own_of_oblasts, oblast, measure)
            _add_to(found.own_of_districts, district, measure)
            found.lying_in.setdefault(district, set()).add(oblast)
    return found


def _measured(con: duckdb.DuckDBPyConnection, cut: Cut) -> Measure:
    row = con.execute(f"SELECT {cut.measure} FROM ({cut.rows})").fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def _add_to(some: dict[str | None, Measure], code: str | None, measure: Measure) -> None:
    some[code] = add(some.get(code, NOTHING), measure)


def add(*measures: Measure) -> Measure:
    """Of the rows of all of them together."""
    return sum(count for count, _ in measures), sum(hashed for _, hashed in measures)
