"""Attendance csv, millions of rows: read + type + judge + land, against DuckDB's own csv → Parquet.

In: a number of rows and a scratch folder. Out: a figure, and the seconds of our parts.
Both read the same bytes and write typed Parquet with zstd; ours also recognises the form, keeps each value's
place, runs the whole Great Expectations suite against register, calendar and roster, and replaces identifiers
by keys. Both run in one warm process: libraries are imported before, their start-up is measured apart.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from bench.attendance import FORM, WEEK, School, require_accepted
from bench.attendance_csv import write_attendance_csv
from bench.figure import Figure
from bench.stopwatch import clock_and_processor
from ingest.databases import in_memory
from warehouse.storage.keys.vault import Vault
from warehouse.storage.lake.land import Accepted, Destination, land

LIMIT = 3.5


@dataclass
class LargeCsv:
    """The course: one file, read, judged and landed by us, copied to Parquet by DuckDB."""

    school: School
    clock: dict[str, float] = field(default_factory=dict)
    parts: dict[str, list[float]] = field(default_factory=lambda: {"judge": [], "land": []})

    def __post_init__(self) -> None:
        self.file = self.school.folder / "attendance.csv"
        write_attendance_csv(self.file, self.school.rows)

    def floor(self) -> None:
        """DuckDB's own sniffing, typed reader into Parquet."""
        copy_typed(self.file, self.school.folder / "floor.parquet")

    def ours(self) -> None:
        """The way of a file from its bytes to the lake."""
        begin = perf_counter()
        with self.school.judge([self.file]) as judged:
            require_accepted(judged, self.school.rows)
            between = perf_counter()
            home = self.school.home
            with Vault(home) as vault:
                accepted = [Accepted(1, WEEK, self.school.rows)]
                land(judged.con, FORM, accepted, "bench", Destination.of(home), vault)
        self.parts["judge"].append(between - begin)
        self.parts["land"].append(perf_counter() - between)

    def figure(self) -> Figure:
        """Measure, by the processor: who else works on the machine changes the clock more than either of the two."""
        taken = clock_and_processor({"floor": self.floor, "ours": self.ours})
        self.clock = {name: seconds.clock for name, seconds in taken.items()}
        size = self.file.stat().st_size / 1e6
        what = (
            f"attendance csv, {self.school.rows:,} rows ({size:.0f} MB): read + type + judge + land,"
            " processor time of all processes, against DuckDB's typed `read_csv` → Parquet of the same bytes"
        )
        return Figure(what, taken["ours"].processor, taken["floor"].processor, LIMIT)

    def note(self) -> str:
        """Of what ours is made."""
        parts = {name: statistics.median(seconds) for name, seconds in self.parts.items()}
        return (
            f"The large csv by the clock: {self.clock['ours']:.2f} s, of which reading, typing and judging"
            f" {parts['judge']:.2f} s and landing {parts['land']:.2f} s; DuckDB {self.clock['floor']:.2f} s."
        )


def copy_typed(source: Path, target: Path) -> None:
    """DuckDB's `read_csv`, sniffing types by itself, into Parquet."""
    with in_memory() as con:
        con.execute("SET threads = 2")
        con.execute(
            f"COPY (SELECT * FROM read_csv('{source}')) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        )
