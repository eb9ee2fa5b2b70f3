"""What a batch is judged with: who runs the rules, the reference data, a database within its limits.

In: what whoever asks for a verdict grants. Out: `Bench`, which stays the same for all files of a batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import duckdb

from expectations.judging.rule_result import Engine
from expectations.reference import Reference
from ingest.databases import in_memory
from ingest.progress import Tell
from ingest.read.cells.batch.further_places import FurtherPlaces
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.means import Means
from ingest.settings.databases import Room

_ROWS_OF_A_THREAD = 122_880
"""DuckDB gives a thread so many rows of a table at a time: with less in all of them further threads only wait."""


def usual_engine() -> Engine:
    """Great Expectations, or DuckDB alone on a machine that has only the checker."""
    if find_spec("great_expectations") is None:
        from expectations.judging.direct import run_rules

        return run_rules
    from expectations.gx.validation import run_suite

    return run_suite


@dataclass(frozen=True)
class Bench:
    """What stays the same for all files of a batch."""

    means: Means
    reference: Reference
    demo: bool
    scratch: Path
    room: Room | None
    engine: Engine
    further: FurtherPlaces
    tell: Tell

    @property
    def contract(self) -> Contract:
        """That of the form."""
        return self.means.contract

    def open(self, rows: int) -> duckdb.DuckDBPyConnection:
        """A database of its own in memory, which spills into the folder of the batch. `rows`: of all its files."""
        known = self.reference.rows
        is_small = known is not None and rows + known < _ROWS_OF_A_THREAD
        # Rows know their places; keeping them in order besides makes DuckDB write many of them twice.
        return in_memory(folder=self.scratch, room=self.room, threads=1 if is_small else None, in_order=False)
