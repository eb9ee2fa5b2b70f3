"""What is judged together, and the answer: the files of a batch, and what became of each.

In: a file with its scope. Out: `Judged`, whose DuckDB keeps the typed rows (table `batch`) until it is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import duckdb

from expectations.judging.scope import Scope
from expectations.verdict import Verdict
from ingest.read.cells.batch.further_places import FurtherPlaces
from ingest.read.reading import Reading
from ingest.schema.forms.means import Means
from ingest.schema.texts.finding import Finding


@dataclass(frozen=True)
class JudgeFile:
    """One file to judge. `file_no` is any number unique in the batch; `batch._file` holds it.

    `said`: what was found out about it before it was opened. `reading`: where it was read already, and not corrected.
    """

    file_no: int
    path: Path
    name: str
    scope: Scope = field(default_factory=Scope)
    said: tuple[Finding, ...] = ()
    reading: Reading | None = None


@dataclass
class Judged:
    """The answer on a batch; closing it ends its database.

    `means`: what the files were read by. `parts`: the readings of files that are parts of a report.
    `failed`: files that could not be judged through a fault of ours, with its kind; they have no verdict.
    `further`: places that are too many to be findings of their own. `folder`: where all of it lies that does not fit
    into memory.
    """

    con: duckdb.DuckDBPyConnection
    means: Means
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    parts: Mapping[int, Reading] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    further: FurtherPlaces = field(default_factory=FurtherPlaces)
    folder: TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the database and remove what was kept beside it."""
        self.further.close()
        self.con.close()
        if self.folder is not None:
            self.folder.cleanup()
