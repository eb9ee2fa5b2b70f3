"""What a build reads of the ledger: Parquet extracts pinned for that build and never changed again.

In: the ledger and the manifest of the build. Out: `<form>.parquet` files in the build's folder of inputs, rows
in the order of their keys, timestamps naive UTC, so that equal ledgers give equal bytes.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.ledger.decisions.winners import ManifestEntry
from ingest.ledger.directives.in_force import InForce
from ingest.ledger.records import Node, Obligation, Submission, SubmissionEvent

Row = dict[str, Any]
_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "long": pa.int64(),
    "int": pa.int32(),
    "flag": pa.bool_(),
    "date": pa.date32(),
    "moment": pa.timestamp("us"),
}
# Column:type, text where nothing is said; what dbt_project/models/staging/stg_ledger__*.sql reads.
_COLUMNS = {
    "manifest": "submission_id:long batch_id form node_code node_kind period period_kind period_start:date "
    "period_end:date part is_operational:flag is_official:flag is_nil_return:flag received_at:moment "
    "accepted_at:moment approved_at:moment rows_accepted:int open_queries:int",
    "submission": "submission_id:long form node_code period period_start:date period_end:date part channel state "
    "is_nil_return:flag received_at:moment judged_at:moment rows_in:int rows_accepted:int rows_rejected:int "
    "rows_not_data:int errors:int queries:int notes:int contract_version:int is_operational:flag is_official:flag",
    "submission_event": "event_id:long submission_id:long kind channel on_behalf_of occurred_at:moment",
    "obligation": "obligation_id:long form node_code period period_kind period_start:date period_end:date part "
    "due_at:moment status ended_at:moment operational_submission_id:long official_submission_id:long",
    "node": "node_code kind parent_code territory_code name_kk name_ru valid_from:date valid_to:date",
    "organisation_event": "directive_id:long organisation_code event event_date:date other_organisation_code",
    "publication": "number:int data_as_of:moment demo:flag least_persons:int",
}


def write_inputs(folder: Path, manifest: Sequence[ManifestEntry], *, demo: bool, least_persons: int) -> str:
    """Write all extracts for a manifest, and the settings that decide what is shown; returns the SHA-256
    over them, equal when nothing changed."""
    folder.mkdir(parents=True, exist_ok=True)
    as_of = data_as_of(manifest)
    extracts: dict[str, Iterable[Row]] = {
        "manifest": (asdict(entry) for entry in manifest),
        "submission": _submissions(manifest),
        "submission_event": _events(),
        "obligation": _obligations(manifest),
        "node": _nodes(),
        "organisation_event": _organisation_events(),
        # Number 0: a build does not know yet as which publication it will be shown.
        "publication": [{"number": 0, "data_as_of": as_of, "demo": demo, "least_persons": least_persons}],
    }
    digest = hashlib.sha256()
    for name, rows in extracts.items():
        file = folder / f"{name}.parquet"
        pq.write_table(_table(name, rows), file, compression="zstd")
        digest.update(file.read_bytes())
    return digest.hexdigest()


def data_as_of(manifest: Sequence[ManifestEntry]) -> datetime:
    """The latest act in the ledger that these submissions reflect; the epoch where there is none."""
    moments = [
        moment
        for entry in manifest
        for moment in (entry.received_at, entry.accepted_at, entry.approved_at)
        if moment is not None
    ]
    return max(moments, default=datetime.fromtimestamp(0, UTC))


def _table(name: str, rows: Iterable[Row]) -> pa.Table:
    pairs = [column.partition(":") for column in _COLUMNS[name].split()]
    schema = pa.schema([(column, _TYPES[kind or "text"]) for column, _, kind in pairs])
    naive = ({key: _naive(value) for key, value in row.items()} for row in rows)
    return pa.Table.from_pylist(list(naive), schema=schema)


def _naive(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def _submissions(manifest: Sequence[ManifestEntry]) -> Iterable[Row]:
    counting = {entry.submission_id: entry for entry in manifest}
    verdict_columns = (
        "judged_at",
        "rows_in",
        "rows_accepted",
        "rows_rejected",
        "rows_not_data",
        "errors",
        "queries",
        "notes",
        "contract_version",
    )
    found = Submission.objects.select_related("scope__node", "verdict").order_by("pk")
    for submission in found.iterator(chunk_size=5000):
        scope, verdict = submission.scope, getattr(submission, "verdict", None)
        entry = counting.get(submission.pk)
        yield {
            "submission_id": submission.pk,
            "form": scope.form,
            "node_code": scope.node.code,
            "period": scope.period,
            "period_start": scope.period_start,
            "period_end": scope.period_end,
            "part": scope.part,
            "channel": submission.channel,
            "state": submission.state,
            "is_nil_return": submission.is_nil_return,
            "received_at": submission.received_at,
            **{column: getattr(verdict, column, None) for column in verdict_columns},
            "is_operational": bool(entry and entry.is_operational),
            "is_official": bool(entry and entry.is_official),
        }


def _events() -> Iterable[Row]:
    """What people and judging did. What builds did with a submission is told of those builds: a build that reports
    what it did itself would never equal the next one."""
    kinds = (SubmissionEvent.Kind.HELD_BACK.value, SubmissionEvent.Kind.RELEASED.value)
    found = SubmissionEvent.objects.exclude(kind__in=kinds).select_related("on_behalf_of").order_by("pk")
    for event in found.iterator(chunk_size=5000):
        yield {
            "event_id": event.pk,
            "submission_id": event.submission_id,
            "kind": event.kind,
            "channel": event.channel,
            "on_behalf_of": event.on_behalf_of.code if event.on_behalf_of else None,
            "occurred_at": event.at,
        }


def _obligations(manifest: Sequence[ManifestEntry]) -> Iterable[Row]:
    # A report may come in parts; what answers the obligation on a basis is the latest of them.
    operational: dict[tuple[str, str, str], int] = defaultdict(int)
    official: dict[tuple[str, str, str], int] = defaultdict(int)
    for entry in manifest:
        scope = (entry.form, entry.node_code, entry.period)
        if entry.is_operational:
            operational[scope] = max(operational[scope], entry.submission_id)
        if entry.is_official:
            official[scope] = max(official[scope], entry.submission_id)
    columns = (
        "form",
        "period",
        "period_kind",
        "period_start",
        "period_end",
        "part",
        "due_at",
        "status",
        "ended_at",
    )
    for asked in Obligation.objects.select_related("node").order_by("pk").iterator(chunk_size=5000):
        scope = (asked.form, asked.node.code, asked.period)
        yield {
            "obligation_id": asked.pk,
            "node_code": asked.node.code,
            **{column: getattr(asked, column) for column in columns},
            "operational_submission_id": operational.get(scope),
            "official_submission_id": official.get(scope),
        }


def _organisation_events() -> Iterable[Row]:
    """Closures, openings and mergers that this installation decided itself, beside those of the registers."""
    codes = dict(Node.objects.filter(kind=Node.Kind.ORGANISATION).values_list("pk", "code"))
    for decided in InForce.read().of_organisations():
        if decided.node in codes:
            yield {
                "directive_id": decided.number,
                "organisation_code": codes[decided.node],
                "event": decided.kind,
                "event_date": decided.first_day,
                "other_organisation_code": decided.terms.get("into"),
            }


def _nodes() -> Iterable[Row]:
    columns = ("kind", "territory_code", "name_kk", "name_ru", "valid_from", "valid_to")
    for node in Node.objects.select_related("parent").order_by("code"):
        yield {
            "node_code": node.code,
            "parent_code": node.parent.code if node.parent else None,
            **{column: getattr(node, column) for column in columns},
        }
