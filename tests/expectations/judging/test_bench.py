"""What the database of a batch is granted follows from how much there is to judge."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from expectations.judging.bench import Bench
from expectations.judging.direct import run_rules
from expectations.reference import Reference
from ingest.progress import tell_nobody
from ingest.read.cells.batch.further_places import FurtherPlaces
from ingest.schema.forms.load import contracts
from ingest.schema.forms.means import means_of
from ingest.settings.databases import Room, processors

_MANY = 200_000


@pytest.mark.parametrize(
    ("rows", "reference", "threads"),
    [
        (30, Reference(), 1),
        (_MANY, Reference(), 3),
        (30, Reference(calendar=pa.table({"segment": ["term"] * 5})), 1),
        (30, Reference(elsewhere=pa.table({"bin": ["650140000007"] * _MANY})), 3),
        (30, Reference(earlier=Path("earlier") / "*.parquet"), 3),
    ],
)
def test_threads_are_taken_where_each_has_something_to_do(
    tmp_path: Path, rows: int, reference: Reference, threads: int
) -> None:
    means = means_of(contracts()["attendance"])
    room = Room(1 << 30, 1 << 30, 3)
    bench = Bench(means, reference, True, tmp_path, room, run_rules, FurtherPlaces(tmp_path), tell_nobody)
    with bench.open(rows) as con:
        assert con.execute("SELECT current_setting('threads')").fetchone() == (min(threads, processors()),)
