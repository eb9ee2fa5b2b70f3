"""What files are judged against: the latest accepted registers, calendar and rosters.

In: an Arrow table or a Parquet path (globs allowed) for each reference. Out: the tables `reference_<name>` in
the judging database, with exactly the columns below, empty where a reference is missing; `earlier` has those of
the form that is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from ingest.read.cells.batch.typing_sql import SQL_TYPES
from ingest.schema.forms.contract import Contract
from ingest.sql import literal

Source = pa.Table | str | Path

# The columns rules may read, with their types. A source may hold more, and may lack those that are nullable.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "territory": {"kato": "VARCHAR", "level": "VARCHAR"},
    "calendar": {
        "segment": "VARCHAR",
        "segment_no": "INTEGER",
        "start_date": "DATE",
        "end_date": "DATE",
        "grade_from": "INTEGER",
        "grade_to": "INTEGER",
    },
    "organisation": {
        "bin": "VARCHAR",
        "kind": "VARCHAR",
        "opened_date": "DATE",
        "closed_date": "DATE",
        "district_code": "VARCHAR",
        "kato": "VARCHAR",
        "design_capacity": "INTEGER",
        "shifts": "INTEGER",
        "is_boarding": "BOOLEAN",
    },
    "learner": {
        "bin": "VARCHAR",
        "iin": "VARCHAR",
        "period": "VARCHAR",
        "grade": "INTEGER",
        "letter": "VARCHAR",
        "enrolled_date": "DATE",
        "left_date": "DATE",
    },
    "staff": {"node_code": "VARCHAR", "iin": "VARCHAR", "period_start": "DATE"},
    "marks": {
        "node_code": "VARCHAR",
        "period": "VARCHAR",
        "iin": "VARCHAR",
        "grade": "INTEGER",
        "letter": "VARCHAR",
        "subject": "VARCHAR",
        "date": "DATE",
        "kind": "VARCHAR",
        "points": "INTEGER",
        "points_max": "INTEGER",
    },
    "passport": {"bin": "VARCHAR", "study_days": "INTEGER"},
    "elsewhere": {"bin": "VARCHAR", "iin": "VARCHAR", "period": "VARCHAR", "left_date": "DATE"},
}
# What no organisation is handed: it speaks of persons of others, or is as long as all it reported.
NOT_FOR_PACKS = frozenset({"elsewhere", "marks"})
# Read where they lie, once a rule asks: they may be long.
_VIEWS = frozenset({"learner", "staff", "marks", "elsewhere", "earlier"})


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The accepted data of other forms; None where nothing has been accepted yet.

    territory: kato, level · calendar: segment, segment_no, start_date, end_date, grade_from, grade_to ·
    organisation: bin, kind, opened_date, closed_date, district_code, kato, design_capacity, shifts, is_boarding, one
    row per organisation ·
    passport: bin, study_days of its latest passport ·
    learner: bin, iin, period (month text such as `2026-09`), grade, letter, enrolled_date, left_date, one row per
    roster line; restricted data ·
    staff: node_code, iin, period_start, one row per line of a staff roster; restricted data ·
    marks: node_code, period, iin, grade, letter, subject, date, kind, points, points_max, one row per current mark of
    the months of the term; restricted data ·
    elsewhere: bin, iin, period, left_date of the lists of all other organisations, of that month and the latest before;
    restricted data that nobody is shown ·
    earlier: node_code, period_start and the columns of the judged form, rows its nodes reported before.
    `versions`: form → ids of the submissions all this comes from, recorded in each verdict.
    """

    territory: Source | None = None
    calendar: Source | None = None
    organisation: Source | None = None
    passport: Source | None = None
    learner: Source | None = None
    staff: Source | None = None
    marks: Source | None = None
    elsewhere: Source | None = None
    earlier: Source | None = None
    versions: Mapping[str, list[int]] = field(default_factory=dict)

    @property
    def is_complete_on(self) -> frozenset[str]:
        """Needs of rules on which all there is is known, be it nothing: no rule goes unchecked for want of them."""
        given = {
            "passport": self.passport,
            "marks": self.marks,
            "elsewhere": self.elsewhere,
            "previous": self.earlier,
            "previous_list": self.learner,
        }
        return frozenset(need for need, source in given.items() if source is not None)

    @property
    def rows(self) -> int | None:
        """How many rows all of them have; None where one lies in files that were not looked into."""
        sources = [getattr(self, name) for name in (*COLUMNS, "earlier")]
        given = [source for source in sources if source is not None]
        tables = [source for source in given if isinstance(source, pa.Table)]
        return sum(table.num_rows for table in tables) if len(tables) == len(given) else None

    def load(self, con: duckdb.DuckDBPyConnection, contract: Contract | None = None) -> None:
        """Make `reference_<name>` in `con`, that of earlier rows where a contract says of which form."""
        every = {**COLUMNS, "earlier": earlier_columns(contract)} if contract else COLUMNS
        for name, columns in every.items():
            origin = _origin(con, name, getattr(self, name))
            present = _columns_of(con, origin) if origin else set()
            chosen = ", ".join(
                f"CAST({column if column in present else 'NULL'} AS {kind}) AS {column}"
                for column, kind in columns.items()
            )
            kind = "TEMPORARY VIEW" if name in _VIEWS else "TABLE"
            con.execute(
                f"CREATE {kind} reference_{name} AS SELECT {chosen} "
                f"FROM {origin or '(SELECT 1) AS nothing WHERE FALSE'}"
            )


def earlier_columns(contract: Contract) -> dict[str, str]:
    """The columns of a form's earlier rows: whose and when, and all that reaches the lake as it was written."""
    kept = {
        field.name: SQL_TYPES[field.type]
        for field in contract.landed_fields
        if field.lake_name == field.name and field.lands_as is None
    }
    return {"node_code": "VARCHAR", "period_start": "DATE", **kept}


def _origin(con: duckdb.DuckDBPyConnection, name: str, source: Source | None) -> str | None:
    """What to select a reference from; None where it is missing."""
    if source is None:
        return None
    if isinstance(source, pa.Table):
        con.register(f"given_{name}", source)
        return f"given_{name}"
    found = con.execute("SELECT count(*) FROM glob(?)", [str(source)]).fetchone()
    if not found or not found[0]:
        return None
    options = "union_by_name = true, hive_partitioning = true, hive_types_autocast = false"
    return f"read_parquet({literal(source)}, {options})"


def _columns_of(con: duckdb.DuckDBPyConnection, origin: str) -> set[str]:
    return {str(row[0]) for row in con.execute(f"DESCRIBE SELECT * FROM {origin}").fetchall()}
