"""The one way from received files to typed rows: read apart, put right what is known to be wrong, give types.

In: files with whose reports they are, the means to read by, the corrections to apply. Out: readings; then the table
`batch` and findings on its cells. Judging, checking and replaying all go this way, or a replay would not give what
was judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from ingest.digests import require_whole
from ingest.home import REDACTED
from ingest.read.cells.batch.further_places import FurtherPlaces
from ingest.read.cells.batch.typed_batch import type_batch
from ingest.read.form.corrections import corrected
from ingest.read.reading import Reading
from ingest.read.redacted import read_left
from ingest.read.sandbox.parent import read_apart
from ingest.schema.forms.correction import Correction
from ingest.schema.forms.means import Means, reading_by
from ingest.schema.texts.finding import Finding
from ingest.schema.values.period import Period


def read_report(
    path: Path,
    means: Means,
    corrections: Sequence[Correction],
    node: str | None,
    period: Period | None,
    scratch: Path | None = None,
    read_before: Reading | None = None,
) -> Reading:
    """One file, read and corrected; its `corrections` are those that changed something. `read_before`: where it was
    read already.

    Raises OSError when the file cannot be opened, ReadError for a fault of ours.
    """
    reading = read_before or _read(path, means, scratch)
    return corrected(reading, means.contract, corrections, node, period)


def _read(path: Path, means: Means, scratch: Path | None) -> Reading:
    """The file, or what an erasure left of it."""
    left = path.with_name(path.name + REDACTED)
    if not path.exists() and left.exists():
        require_whole(left)
        return read_left(left).reading
    return read_apart(path, means, scratch)


def type_reports(
    con: duckdb.DuckDBPyConnection,
    means: Means,
    readings: Mapping[int, Reading],
    further: FurtherPlaces | None = None,
) -> dict[int, list[Finding]]:
    """Make the table `batch` of these readings; findings by file on cells that have no such type."""
    with reading_by(means):
        return type_batch(con, means.contract, list(readings.items()), further)
