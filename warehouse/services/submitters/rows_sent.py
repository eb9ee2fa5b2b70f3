"""Accepted rows as they were sent, with what the lake does not keep.

In: a home, a form, submissions that were accepted. Out: their rows, typed, from the files themselves; nothing is judged
again and nothing is kept. Restricted data, as those files are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.databases import ARROW_ROWS, in_memory
from ingest.home import Home
from ingest.ledger.records import Submission
from ingest.read.reports import read_report, type_reports
from ingest.receive.store import RawStore
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.correction import corrections as corrections_of
from ingest.schema.forms.means import means_of
from ingest.sql import name as quoted


def rows_sent(home: Home, contract: Contract, submissions: Sequence[Submission]) -> list[dict[str, Any]]:
    """Field → value of every row, in the order of the files; of files that are no longer kept there are none."""
    means, store = means_of(contract), RawStore(home)
    readings = {
        submission.pk: read_report(
            store.path(submission.raw_file_id),
            means,
            corrections_of(contract),
            submission.scope.node.code,
            None,
            home.judge,
        )
        for submission in submissions
        if submission.raw_file_id and store.kept_path(submission.raw_file_id)
    }
    if not any(reading.tables for reading in readings.values()):
        return []
    with in_memory() as con:
        type_reports(con, means, readings)
        names = ", ".join(quoted(field.name) for field in contract.fields)
        found = con.execute(f"SELECT {names} FROM batch ORDER BY _file, _table, _row").to_arrow_table(
            ARROW_ROWS
        )
        rows: list[dict[str, Any]] = found.to_pylist()
        return rows
