"""What files are judged against: the latest accepted registers, calendar and rosters.

In: an Arrow table or a Parquet path (globs allowed) for each reference. Out: the tables `reference_<name>` in
the judging database, with exactly the columns below, empty where a reference is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

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
    },
    "learner": {"bin": "VARCHAR", "iin": "VARCHAR", "period": "VARCHAR"},
}


@dataclass(frozen=True)
class Reference:
    """The accepted data of other forms; None where nothing has been accepted yet.

    territory: kato, level · calendar: segment, segment_no, start_date, end_date, grade_from, grade_to ·
    organisation: bin, kind, opened_date, closed_date, district_code, one row per organisation ·
    learner: bin, iin, period (month text such as `2026-09`), one row per roster line; restricted data.
    `versions`: form → ids of the submissions all this comes from, recorded in each verdict.
    """

    territory: Source | None = None
    calendar: Source | None = None
    organisation: Source | None = None
    learner: Source | None = None
    versions: Mapping[str, list[int]] = field(default_factory=dict)

    def load(self, con: duckdb.DuckDBPyConnection) -> None:
        """Make the tables `reference_<name>` in `con`."""
        for name, columns in COLUMNS.items():
            declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            con.execute(f"CREATE TABLE reference_{name} ({declared})")
            source = getattr(self, name)
            if source is not None:
                _fill(con, name, columns, source)


def _fill(con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], source: Source) -> None:
    if isinstance(source, pa.Table):
        con.register("given_reference", source)
        origin = "given_reference"
    else:
        path = str(source).replace("'", "''")
        if not con.execute("SELECT count(*) FROM glob(?)", [str(source)]).fetchone()[0]:  # type: ignore[index]
            return
        origin = f"read_parquet('{path}', union_by_name = true, hive_partitioning = true, hive_types_autocast = false)"
    present = {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {origin}").fetchall()}
    chosen = ", ".join(
        f"CAST({column if column in present else 'NULL'} AS {kind}) AS {column}"
        for column, kind in columns.items()
    )
    con.execute(f"INSERT INTO reference_{name} SELECT {chosen} FROM {origin}")
    if origin == "given_reference":
        con.unregister(origin)
