"""What a build reads of the ledger: Parquet extracts pinned for that build and never changed again.

In: the ledger and the manifest of the build. Out: `<name>.parquet` files in the build's folder of inputs, rows in the
order of their keys, timestamps naive UTC, so that equal ledgers give equal bytes. A year of a country goes through in
batches of columns: no row becomes an object, and memory does not grow with their number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import BooleanField, ExpressionWrapper, F

from ingest.databases import in_memory
from ingest.digests import read_digest
from ingest.home import Home, Settings
from ingest.ledger.decisions.manifest import OF_SCOPE, Manifest
from ingest.ledger.decisions.winners import by_approval, by_receipt
from ingest.ledger.directives.in_force import InForce
from ingest.ledger.records import Node, Obligation, Submission, SubmissionEvent
from ingest.ledger.store.columns import columns_of
from ingest.schema.forms.load import contracts
from warehouse.storage.builds.findings_counted import counted_findings
from warehouse.storage.lake.keys_once import settle
from warehouse.storage.lake.lake_files import lake_file

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
    "submission": "submission_id:long form node_code period period_start:date period_end:date part channel state "
    "is_nil_return:flag received_at:moment judged_at:moment rows_in:int rows_accepted:int rows_rejected:int "
    "rows_not_data:int errors:int queries:int notes:int contract_version:int is_operational:flag is_official:flag "
    "is_held_back:flag",
    "submission_event": "event_id:long submission_id:long kind channel on_behalf_of occurred_at:moment",
    "obligation": "obligation_id:long form node_code period period_kind period_start:date period_end:date part "
    "due_at:moment status ended_at:moment operational_submission_id:long official_submission_id:long",
    "node": "node_code kind parent_code territory_code name_kk name_ru valid_from:date valid_to:date",
    "organisation_event": "directive_id:long organisation_code event event_date:date other_organisation_code",
    "finding": "submission_id:long cause severity findings:int answered:int",
    "landing": "form period batch_id sha256 is_key_once:flag",
    "publication": "number:int data_as_of:moment demo:flag least_persons:int least_organisations:int",
}
LANDING = "landing.parquet"
PINNED = "manifest.parquet"
"""The extract that says which submissions the others are of."""
_ROWS_AT_ONCE = 122_880
"""Of a group of rows of a file: DuckDB's own unit."""


def write_inputs(folder: Path, home: Home, manifest: Manifest) -> str:
    """Write all extracts for a manifest, and the settings that decide what is shown; returns the SHA-256
    over them, equal when nothing changed."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest.write(folder / PINNED)
    with in_memory(threads=1) as con:
        con.register("manifest", manifest.table)
        # One after the other: a connection gives the rows of one question at a time.
        tables: dict[str, Callable[[], pa.RecordBatchReader]] = {
            "submission": lambda: _submissions(con),
            "submission_event": _events,
            "obligation": lambda: _obligations(con),
            "node": _nodes,
            "organisation_event": lambda: _in_columns("organisation_event", _organisation_events()),
            # Number 0: a build does not know yet as which publication it will be shown.
            "publication": lambda: _in_columns("publication", [_publication(manifest, home.settings)]),
            "finding": lambda: _findings(con, home),
        }
        for name, read in tables.items():
            _write(folder / f"{name}.parquet", read())
    digest = hashlib.sha256()
    for name in ("manifest", *tables):
        digest.update(bytes.fromhex(_sha256(folder / f"{name}.parquet")))
    return digest.hexdigest()


def write_landing(folder: Path, lake: Path, manifest: Manifest) -> None:
    """Write what the landed files of a manifest say of themselves: whether every key of a submission comes once, and
    which bytes they are. It
    follows from the files, which have digests, and is part of no fingerprint."""
    rows: list[Row] = []
    folder.mkdir(parents=True, exist_ok=True)
    with in_memory() as con:
        for form, period, batch in manifest.batches():
            file = lake_file(lake, form, period, batch)
            known, digest = settle(con, file, contracts()[form]), read_digest(file)
            of = {"form": form, "period": period, "batch_id": batch}
            rows.append({**of, "sha256": digest.sha256 if digest else None, "is_key_once": known})
    _write(folder / LANDING, _in_columns("landing", rows))


def sources_said(folder: Path) -> dict[str, str]:
    """What each source of the model says, as a digest that equals another's where they say the same; by dbt's numbers.
    A form of which a landed file has no digest is left out: nobody knows whether it says the same."""
    extracts = {name: folder / f"{name}.parquet" for name in _COLUMNS} | {"manifest": folder / PINNED}
    said = {f"source.bbaj.ledger.{name}": _sha256(file) for name, file in extracts.items() if file.exists()}
    landed: dict[str, list[list[str | None]]] = {form: [] for form in contracts()}
    for row in pq.read_table(folder / LANDING).to_pylist():
        landed.setdefault(row["form"], []).append([row[name] for name in ("period", "batch_id", "sha256")])
    for form, files in landed.items():
        if all(sha256 for *_, sha256 in files):
            listed = json.dumps(sorted(files, key=str)).encode()
            said[f"source.bbaj.lake.{form}"] = hashlib.sha256(listed).hexdigest()
    return said


def _sha256(file: Path) -> str:
    with file.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest()


def pinned_to(folder: Path) -> Manifest | None:
    """The manifest that inputs were written for; None where they are gone or cannot be read."""
    try:
        return Manifest.read(folder / PINNED)
    except (OSError, pa.ArrowInvalid):
        return None


def _schema(name: str, but: Sequence[str] = ()) -> pa.Schema:
    pairs = [column.partition(":") for column in _COLUMNS[name].split()]
    return pa.schema([(column, _TYPES[kind or "text"]) for column, _, kind in pairs if column not in but])


def _write(file: Path, rows: pa.RecordBatchReader) -> None:
    with pq.ParquetWriter(file, rows.schema, compression="zstd") as writer:
        for batch in rows:
            writer.write_batch(batch)


def _in_columns(name: str, rows: Iterable[Row]) -> pa.RecordBatchReader:
    naive = [{key: _naive(value) for key, value in row.items()} for row in rows]
    return pa.Table.from_pylist(naive, schema=_schema(name)).to_reader()


def _naive(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def _joined(
    con: duckdb.DuckDBPyConnection, name: str, of: pa.RecordBatchReader, query: str
) -> pa.RecordBatchReader:
    """What the query makes of the rows of the ledger, known to it as `ledger`, and the manifest."""
    con.register("ledger", of)
    rows = con.execute(query).fetch_record_batch(_ROWS_AT_ONCE)
    return pa.RecordBatchReader.from_batches(_schema(name), (each.cast(_schema(name)) for each in rows))


def _submissions(con: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    verdicts = (
        "judged_at",
        "rows_in",
        "rows_accepted",
        "rows_rejected",
        "rows_not_data",
        "errors",
        "queries",
        "notes",
    )
    found = Submission.objects.values(
        "channel",
        "state",
        "is_nil_return",
        "received_at",
        submission_id=F("pk"),
        **OF_SCOPE,
        **{column: F(f"verdict__{column}") for column in (*verdicts, "contract_version")},
        is_held_back=ExpressionWrapper(by_receipt() | by_approval(), BooleanField()),
    )
    schema = _schema("submission", but=("is_operational", "is_official"))
    query = """
        SELECT
            ledger.* EXCLUDE (is_held_back),
            coalesce(manifest.is_operational, false) AS is_operational,
            coalesce(manifest.is_official, false) AS is_official,
            -- It would count, and the build does not count it.
            ledger.is_held_back AND manifest.submission_id IS NULL AS is_held_back
        FROM ledger
        LEFT JOIN manifest USING (submission_id)
        ORDER BY submission_id
    """
    return _joined(con, "submission", columns_of(found, schema), query)


def _events() -> pa.RecordBatchReader:
    """What people and judging did. What builds did with a submission is told of those builds: a build that reports
    what it did itself would never equal the next one."""
    kinds = (SubmissionEvent.Kind.HELD_BACK.value, SubmissionEvent.Kind.RELEASED.value)
    found = SubmissionEvent.objects.exclude(kind__in=kinds).values(
        "kind",
        "channel",
        "submission_id",
        event_id=F("pk"),
        occurred_at=F("at"),
        behalf_of=F("on_behalf_of__code"),
    )
    return columns_of(found, _schema("submission_event"), {"on_behalf_of": "behalf_of"})


def _obligations(con: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    found = Obligation.objects.values(
        "form", "period", "period_kind", "period_start", "period_end", "part", "due_at", "status", "ended_at",
        obligation_id=F("pk"), node_code=F("node__code"),
    )  # fmt: skip
    schema = _schema("obligation", but=("operational_submission_id", "official_submission_id"))
    # A report may come in parts; what answers the obligation on a basis is the latest of them.
    query = """
        WITH answers AS (
            SELECT
                form,
                node_code,
                period,
                max(submission_id) FILTER (WHERE is_operational) AS operational_submission_id,
                max(submission_id) FILTER (WHERE is_official) AS official_submission_id
            FROM manifest
            GROUP BY ALL
        )

        SELECT
            ledger.*,
            answers.operational_submission_id,
            answers.official_submission_id
        FROM ledger
        LEFT JOIN answers USING (form, node_code, period)
        ORDER BY obligation_id
    """
    return _joined(con, "obligation", columns_of(found, schema), query)


def _nodes() -> pa.RecordBatchReader:
    found = Node.objects.values(
        "kind", "territory_code", "name_kk", "name_ru", "valid_from", "valid_to",
        node_code=F("code"), parent_code=F("parent__code"),
    )  # fmt: skip
    return columns_of(found, _schema("node"))


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


def _findings(con: duckdb.DuckDBPyConnection, home: Home) -> pa.RecordBatchReader:
    schema = _schema("finding")
    counted = counted_findings(con, home, _ROWS_AT_ONCE)
    return pa.RecordBatchReader.from_batches(schema, (each.cast(schema) for each in counted))


def _publication(manifest: Manifest, settings: Settings) -> Row:
    shown = {name: getattr(settings, name) for name in ("demo", "least_persons", "least_organisations")}
    return {"number": 0, "data_as_of": manifest.data_as_of, **shown}
