"""How many findings of which cause each submission has, and how many of them were answered: counts, never their texts.

In: the ledger, and the folder of findings. Out: record batches for the extract `finding`, one row a submission, cause
and severity, in that order.

A verdict is written once, so its file is opened once, too: what was counted is kept among what the next build begins
with, and a build opens the files of what was judged since. Everything else is asked by SQL; what is kept of a query is
its key, by which the explanations of the ledger answer it. A file that is gone, or is not what was written, leaves the
numbers of the ledger's verdict under an unknown cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import F, Q, TextField
from django.db.models.functions import Cast

from expectations.findings.findings_file import read_findings
from ingest.databases import ARROW_ROWS
from ingest.digests import DamagedFileError, require_whole
from ingest.home import Home
from ingest.ledger.records import SubmissionEvent, Verdict
from ingest.ledger.store.columns import columns_of
from ingest.sql import literal
from warehouse.storage.files import written

UNKNOWN = "unknown"
"""The cause of findings whose file cannot be read."""
SEVERITIES = ("error", "query", "note")
_LONG: pa.DataType = pa.int64()
_INT: pa.DataType = pa.int32()
_MOMENT: pa.DataType = pa.timestamp("us")
_KEPT = pa.schema(
    [
        ("submission_id", _LONG), ("judged_at", _MOMENT), ("cause", pa.string()), ("severity", pa.string()),
        ("key", pa.string()), ("findings", _INT),
    ]
)  # fmt: skip
_VERDICTS = pa.schema(
    [
        ("submission_id", _LONG), ("scope_id", _LONG), ("judged_at", _MOMENT), ("errors", _INT),
        ("queries", _INT), ("queries_answered", _INT), ("notes", _INT),
    ]
)  # fmt: skip
_EXPLAINED = pa.schema([("event_id", _LONG), ("scope_id", _LONG), ("details", pa.string())])
_AT_ONCE = 2_000
"""So many files are counted before what they say is written."""
_COUNTED = f"""
    WITH answered AS (
        SELECT DISTINCT
            scope_id,
            unnest(from_json(coalesce(details -> 'queries', details -> 'marks'), '["VARCHAR"]')) AS key
        FROM explained
    ),

    told AS (
        SELECT
            verdict.submission_id,
            counted.cause,
            counted.severity,
            counted.findings,
            CASE WHEN answered.key IS NULL THEN 0 ELSE counted.findings END AS answered
        FROM verdict
        INNER JOIN counted USING (submission_id, judged_at)
        LEFT JOIN answered ON verdict.scope_id = answered.scope_id AND counted.key = answered.key
        UNION ALL BY NAME
        SELECT
            submission_id,
            '{UNKNOWN}' AS cause,
            unnest(['error', 'query', 'note']) AS severity,
            unnest([errors, queries, notes]) AS findings,
            unnest([0, queries_answered, 0]) AS answered
        FROM verdict
        ANTI JOIN counted USING (submission_id, judged_at)
    )

    SELECT
        submission_id,
        cause,
        severity,
        CAST(sum(findings) AS INTEGER) AS findings,
        CAST(sum(answered) AS INTEGER) AS answered
    FROM told
    WHERE findings > 0
    GROUP BY ALL
    ORDER BY ALL
"""


def kept_counts(home: Home) -> Path:
    """Where is kept what was counted, if anything was."""
    return home.draft / "findings.parquet"


def counted_findings(con: duckdb.DuckDBPyConnection, home: Home, at_once: int) -> Iterator[pa.RecordBatch]:
    """The rows of the extract. The counts of files not opened before are kept on the way."""
    found = Verdict.objects.filter(Q(errors__gt=0) | Q(queries__gt=0) | Q(notes__gt=0)).values(
        "submission_id", "judged_at", "errors", "queries", "queries_answered", "notes",
        scope_id=F("submission__scope_id"),
    )  # fmt: skip
    _as_table(con, "verdict", columns_of(found, _VERDICTS))
    said = SubmissionEvent.objects.filter(kind=SubmissionEvent.Kind.EXPLAINED).values(
        event_id=F("pk"), scope_id=F("submission__scope_id"), told=Cast("details", TextField())
    )
    _as_table(con, "explained", columns_of(said, _EXPLAINED, {"details": "told"}))
    _know_counts(con, home)
    yield from con.execute(_COUNTED).fetch_record_batch(at_once)


def _as_table(con: duckdb.DuckDBPyConnection, name: str, rows: pa.RecordBatchReader) -> None:
    con.register("rows_of_ledger", rows)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM rows_of_ledger")
    con.unregister("rows_of_ledger")


def _know_counts(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make known as `counted` what stands in the files of findings of all these verdicts."""
    kept = kept_counts(home)
    before = f"read_parquet({literal(kept)})" if _is_whole(kept) else "empty_counts"
    con.register("empty_counts", _KEPT.empty_table())
    con.execute(f"CREATE OR REPLACE TEMP VIEW counted AS SELECT * FROM {before}")
    new = con.execute(
        "SELECT submission_id, judged_at FROM verdict ANTI JOIN counted USING (submission_id, judged_at) ORDER BY 1"
    ).to_arrow_table(ARROW_ROWS)
    batches = _batches(home.findings, new)
    first = next(batches, None)
    if first is None:
        return
    with (
        written(kept, 0o600, digested=True) as draft,
        pq.ParquetWriter(draft, _KEPT, compression="zstd") as file,
    ):
        for batch in con.execute("SELECT * FROM counted").fetch_record_batch(_AT_ONCE * 50):
            file.write_batch(batch.cast(_KEPT))
        file.write_batch(first)
        for batch in batches:
            file.write_batch(batch)
    con.execute(f"CREATE OR REPLACE TEMP VIEW counted AS SELECT * FROM read_parquet({literal(kept)})")


def _is_whole(kept: Path) -> bool:
    try:
        require_whole(kept)
        return kept.exists() and pq.read_schema(kept).equals(_KEPT)
    except (OSError, DamagedFileError, pa.ArrowInvalid):
        return False


def _batches(folder: Path, submissions: pa.Table) -> Iterator[pa.RecordBatch]:
    """What stands in their files; none where no file says anything."""
    for chunk in submissions.to_batches(max_chunksize=_AT_ONCE):
        rows = [row for each in chunk.to_pylist() for row in _rows_of(folder, each)]
        if rows:
            yield pa.RecordBatch.from_pylist(rows, schema=_KEPT)


def _rows_of(folder: Path, verdict: dict[str, Any]) -> Iterator[dict[str, Any]]:
    try:
        content = read_findings(folder, verdict["submission_id"])
    except (FileNotFoundError, DamagedFileError):
        return
    for (cause, severity, key), count in counts_of(
        content["findings"], content.get("query_keys", ())
    ).items():
        yield {**verdict, "cause": cause, "severity": severity, "key": key, "findings": count}


def counts_of(
    findings: Iterable[dict[str, Any]], keys: Iterable[str | None]
) -> Counter[tuple[str, str, str | None]]:
    """Cause, severity and, of a query, its key → how many. `keys`: those of the findings, in their order; too few where
    they were written before there were keys."""
    left, counted = iter(keys), Counter[tuple[str, str, str | None]]()
    for each in findings:
        key, is_query = next(left, None), each["severity"] == "query"
        counted[each["code"], each["severity"], key if is_query else None] += 1 + each.get("also", 0)
    return counted
