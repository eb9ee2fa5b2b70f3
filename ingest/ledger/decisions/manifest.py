"""What a build is pinned to: every submission that counts, with everything a build needs to know of it.

In: the ledger. Out: `Manifest`, a table with a row a submission, by sequence, which never becomes a list of objects
unless somebody asks for each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import BooleanField, ExpressionWrapper, F
from django.db.models.functions import Coalesce, Greatest

from ingest.ledger.decisions.winners import by_approval, by_receipt
from ingest.ledger.receipts import explanations
from ingest.ledger.records import Submission
from ingest.ledger.store.columns import columns_of

_MOMENT: pa.DataType = pa.timestamp("us")
_COLUMNS: dict[str, pa.DataType] = {
    "submission_id": pa.int64(), "batch_id": pa.string(), "form": pa.string(), "node_code": pa.string(),
    "node_kind": pa.string(), "period": pa.string(), "period_kind": pa.string(), "period_start": pa.date32(),
    "period_end": pa.date32(), "part": pa.string(), "is_operational": pa.bool_(), "is_official": pa.bool_(),
    "is_nil_return": pa.bool_(), "received_at": _MOMENT, "accepted_at": _MOMENT, "approved_at": _MOMENT,
    "rows_accepted": pa.int32(), "open_queries": pa.int32(),
}  # fmt: skip
SCHEMA = pa.schema(_COLUMNS)
"""Moments are naive UTC. What dbt_project/models/staging/stg_ledger__manifest.sql reads."""
_MOMENTS = ("received_at", "accepted_at", "approved_at")
OF_SCOPE = {
    "form": F("scope__form"),
    "node_code": F("scope__node__code"),
    "period": F("scope__period"),
    "period_start": F("scope__period_start"),
    "period_end": F("scope__period_end"),
    "part": F("scope__part"),
}
"""What a submission is about, for `values()`."""
_BATCH = ("form", "period", "batch_id")


@dataclass(frozen=True)
class ManifestEntry:
    """One submission that counts. Times are aware UTC."""

    submission_id: int
    batch_id: str
    form: str
    node_code: str
    node_kind: str
    period: str
    period_kind: str
    period_start: date
    period_end: date
    part: str
    is_operational: bool
    is_official: bool
    is_nil_return: bool
    received_at: datetime
    accepted_at: datetime
    approved_at: datetime | None
    rows_accepted: int
    open_queries: int


@dataclass(frozen=True)
class Manifest:
    """`table`: one row a submission that counts, of `SCHEMA`, by sequence."""

    table: pa.Table

    def __len__(self) -> int:
        return self.table.num_rows

    def __iter__(self) -> Iterator[ManifestEntry]:
        """Each of them as an object: for few."""
        for batch in self.table.to_batches():
            for row in batch.to_pylist():
                moments = {
                    name: value and value.replace(tzinfo=UTC)
                    for name, value in row.items()
                    if name in _MOMENTS
                }
                yield ManifestEntry(**row | moments)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256: equal for equal manifests, whenever and from whichever engine they were made."""
        sink = pa.BufferOutputStream()
        pq.write_table(self.table, sink, compression="none", use_dictionary=False)
        return hashlib.sha256(sink.getvalue()).hexdigest()

    @cached_property
    def data_as_of(self) -> datetime:
        """The latest act in the ledger that it reflects, aware UTC; the epoch where there is none."""
        latest = [pc.max(self.table[name]).as_py() for name in _MOMENTS]
        return max((each for each in latest if each), default=datetime(1970, 1, 1)).replace(tzinfo=UTC)

    @property
    def organisations(self) -> int:
        """How many bodies reported something that counts."""
        return int(pc.count_distinct(self.table["node_code"]).as_py())

    @property
    def submissions(self) -> set[int]:
        """Their numbers."""
        numbers: list[Any] = self.table["submission_id"].to_pylist()
        return set(numbers)

    def batches(self) -> list[tuple[str, str, str]]:
        """Form, period and number of each batch that landed rows of it, in order."""
        landed = self.table.filter((pc.field("rows_accepted") > 0) & (pc.field("batch_id") != ""))
        found = landed.group_by(list(_BATCH)).aggregate([]).to_pydict()
        return sorted(zip(*(found[name] for name in _BATCH), strict=True))

    def of_batches(self, batches: Iterable[tuple[str, str, str]]) -> Manifest:
        """Those whose rows landed with one of these batches."""
        wanted = pa.table(dict(zip(_BATCH, zip(*batches, strict=True), strict=True)))
        found = self.table.join(wanted, list(_BATCH), join_type="left semi")
        return Manifest(found.sort_by("submission_id"))

    def only(self, submissions: Collection[int]) -> Manifest:
        """Those of these numbers."""
        return Manifest(self.table.filter(_is_among(submissions)))

    def without(self, submissions: Collection[int]) -> Manifest:
        """All but those of these numbers."""
        return Manifest(self.table.filter(~_is_among(submissions))) if submissions else self

    def write(self, file: Path) -> None:
        """As Parquet; equal bytes for equal manifests."""
        pq.write_table(self.table, file, compression="zstd")

    @classmethod
    def read(cls, file: Path) -> Manifest:
        """What `write` wrote. Raises OSError and pyarrow.ArrowInvalid."""
        return cls(pq.read_table(file, schema=SCHEMA))


# Of no list: pyarrow looks through a list with pandas, and loads it for that.
NOTHING = Manifest(pa.Table.from_batches([], SCHEMA))
"""Before anything counts."""


def counting(form: str | None = None) -> Manifest:
    """Every submission that counts on either basis, by sequence: what a build is pinned to."""
    # One statement sees one moment on both engines, whatever is decided meanwhile.
    received, approved = by_receipt(form), by_approval(form)
    found = Submission.objects.filter(received | approved).values(
        "is_nil_return",
        "received_at",
        "approved_at",
        submission_id=F("pk"),
        batch_id=F("verdict__batch_id"),
        node_kind=F("scope__node__kind"),
        period_kind=F("scope__period_kind"),
        **OF_SCOPE,
        is_operational=ExpressionWrapper(received, BooleanField()),
        is_official=ExpressionWrapper(approved, BooleanField()),
        accepted_at=F("verdict__judged_at"),
        # As `Submission.rows_standing` has it.
        rows_accepted=Greatest(F("verdict__rows_accepted") - Coalesce(F("raw_file__rows_erased"), 0), 0),
        open_queries=F("verdict__queries") - F("verdict__queries_answered"),
    )
    return Manifest(_less_answered(columns_of(found, SCHEMA).read_all()))


def _less_answered(table: pa.Table) -> pa.Table:
    """Queries are open but for those that were answered since the verdict."""
    numbers: list[Any] = table["submission_id"].to_pylist()
    answered = explanations.answered_since(numbers)
    if not answered:
        return table
    counts = pa.array([answered.get(each, 0) for each in numbers], pa.int32())
    left = pc.subtract(table["open_queries"], counts)
    return table.set_column(table.schema.get_field_index("open_queries"), "open_queries", left)


def _is_among(submissions: Collection[int]) -> pc.Expression:
    return pc.field("submission_id").isin(pa.array(sorted(submissions), pa.int64()))
