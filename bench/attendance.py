"""Attendance csv, millions of rows: read + type + judge + land, against DuckDB's own csv → Parquet.

In: a number of rows and a scratch folder. Out: medians in seconds of ours, of the floor, and of our parts.
Both read the same bytes and write typed Parquet with zstd; ours also recognises the form, keeps each value's
place, runs the whole Great Expectations suite against register, calendar and roster, and replaces identifiers
by keys. Both run in one warm process: libraries are imported before, their start-up is measured apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bench.attendance_csv import PERIOD, learners, write_attendance_csv
from bench.stopwatch import medians
from expectations.judge import JudgeFile, Scope, judge
from expectations.reference import Reference
from ingest.home import SETTINGS_FILE, Home
from ingest.schema.load import contract
from ingest.schema.period import Period
from warehouse.land import Accepted, Destination, land
from warehouse.vault import Vault

_FORM = contract("attendance")
_WEEK = Period.parse("week", PERIOD)


@dataclass
class Course:
    """Everything both sides need, made once: the file, the reference, the keys of the learners."""

    folder: Path
    rows: int
    parts: dict[str, list[float]] = field(default_factory=lambda: {"judge": [], "land": []})

    def __post_init__(self) -> None:
        self.file = self.folder / "attendance.csv"
        write_attendance_csv(self.file, self.rows)
        self.home = Home(self.folder / "home")
        self.home.create()
        (self.home.root / SETTINGS_FILE).write_text("demo = true\n", encoding="utf-8")
        persons = learners(self.rows)
        self.node: str = persons["bin"][0].as_py()
        with Vault(self.home) as vault:
            keys = vault.person_keys("iin", persons["iin"])
        roster = persons.append_column("person_key", keys)
        roster = roster.append_column("submission_id", pa.array([1] * len(roster), pa.int64()))
        place = self.home.reference / "learner_roster" / "period=2026-09"
        place.mkdir(parents=True)
        pq.write_table(roster, place / "bench.parquet", compression="zstd")
        self.reference = _reference(self.node, place)

    def floor(self) -> None:
        """DuckDB's own sniffing, typed reader into Parquet."""
        target = self.folder / "floor.parquet"
        with duckdb.connect() as con:
            con.execute("SET threads = 2")
            con.execute(
                f"COPY (SELECT * FROM read_csv('{self.file}')) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
            )

    def ours(self) -> None:
        """The way of a file from its bytes to the lake."""
        begin = perf_counter()
        file = JudgeFile(1, self.file, self.file.name, Scope(self.node, "organisation", _WEEK))
        with judge([file], _FORM, self.reference, demo=True, scratch=self.home.judge) as judged:
            verdict = judged.verdicts[1]
            if verdict.outcome != "accepted" or verdict.rows_accepted != self.rows:
                raise AssertionError(
                    f"the file is {verdict.outcome}: {[f.code for f in verdict.findings[:5]]}"
                )
            between = perf_counter()
            with Vault(self.home) as vault:
                accepted = [Accepted(1, _WEEK, self.rows)]
                land(judged.con, _FORM, accepted, "bench", Destination.of(self.home), vault)
        self.parts["judge"].append(between - begin)
        self.parts["land"].append(perf_counter() - between)

    def run(self) -> dict[str, float]:
        """Medians of five rounds: `floor` and `ours`, in seconds."""
        pieces: dict[str, Callable[[], object]] = {"floor": self.floor, "ours": self.ours}
        return medians(pieces)


def _reference(node: str, roster: Path) -> Reference:
    calendar = pa.table(
        {
            "segment": ["term"],
            "segment_no": pa.array([1], pa.int32()),
            "start_date": [date(2026, 9, 1)],
            "end_date": [date(2026, 10, 25)],
        }
    )
    organisation = pa.table(
        {
            "bin": [node],
            "kind": ["general"],
            "opened_date": [date(2000, 9, 1)],
            "district_code": ["113200000"],
        }
    )
    return Reference(calendar=calendar, organisation=organisation, learner=roster / "*.parquet")
