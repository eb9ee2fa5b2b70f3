"""One very large school, or many small ones, and everything their weekly attendance is judged against.

In: a scratch folder and a number of attendance rows. Out: `School`: its node, its reference data, a home with
the keys of its learners, and a way to judge files as the pipeline does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.attendance_csv import LEARNERS_PER_ORGANISATION, PERIOD, learners
from expectations.judging.judge import Judged, JudgeFile, Scope, judge
from expectations.reference import Reference
from ingest.home import SETTINGS_FILE, Home
from ingest.schema.forms.load import contract
from ingest.schema.values.period import Period
from warehouse.storage.files import written
from warehouse.storage.keys.vault import Vault

FORM = contract("attendance")
WEEK = Period.parse("week", PERIOD)


class School:
    """Surroundings of attendance files with up to `rows` rows, made once.

    `nodes`: the schools in the order of their rows, one unless `per` learners make a school.
    """

    def __init__(self, folder: Path, rows: int, per: int = LEARNERS_PER_ORGANISATION) -> None:
        self.folder, self.rows = folder, rows
        self.home = Home(folder / "home")
        self.home.create()
        (self.home.root / SETTINGS_FILE).write_text("demo = true\n", encoding="utf-8")
        persons = learners(rows, per)
        self.nodes: list[str] = [str(each) for each in pc.unique(persons["bin"]).to_pylist()]
        self.node = self.nodes[0]
        with Vault(self.home) as vault:
            keys = vault.person_keys("iin", persons["iin"])
        roster = persons.append_column("person_key", keys)
        roster = roster.append_column("submission_id", pa.array([1] * len(roster), pa.int64()))
        place = self.home.reference / "learner_roster" / "period=2026-09"
        place.mkdir(parents=True)
        with written(place / "bench.parquet", 0o600, digested=True) as draft:
            pq.write_table(roster, draft, compression="zstd")
        self.reference = _reference(self.nodes, place)

    def judge(self, files: Sequence[Path], nodes: Sequence[str] | None = None) -> Judged:
        """Judge files together, as intake does; `nodes`: whose each is, if not all the first school's."""
        batch = [
            JudgeFile(number, path, path.name, Scope(node, "organisation", WEEK))
            for number, (path, node) in enumerate(
                zip(files, nodes or [self.node] * len(files), strict=True), start=1
            )
        ]
        return judge(batch, FORM, self.reference, demo=True, scratch=self.home.judge)


def require_accepted(judged: Judged, rows: int) -> None:
    """A speed counts only for work that was done right. Raises AssertionError."""
    for verdict in judged.verdicts.values():
        if verdict.outcome != "accepted" or judged.failed:
            raise AssertionError(f"a file is {verdict.outcome}: {[f.code for f in verdict.findings[:5]]}")
    accepted = sum(verdict.rows_accepted for verdict in judged.verdicts.values())
    if accepted != rows:
        raise AssertionError(f"{accepted} rows accepted of {rows}")


def _reference(nodes: list[str], roster: Path) -> Reference:
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
            "bin": nodes,
            "kind": ["general_school"] * len(nodes),
            "opened_date": [date(2000, 9, 1)] * len(nodes),
            "district_code": ["113200000"] * len(nodes),
        }
    )
    return Reference(calendar=calendar, organisation=organisation, learner=roster / "*.parquet")
