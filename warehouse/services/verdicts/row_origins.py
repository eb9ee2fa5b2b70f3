"""Where a landed row stood in the file it came with: the lake knows the number of its row, and no name of a sheet.

In: a judged submission, a row by its number and its key. Out: the row as messages name it, with its sheet where the
file has several tables. The original is read again for that, by what it was read by; where it cannot be, the number is
all.
"""

from __future__ import annotations

from collections.abc import Sequence

from expectations.pages.wording import row_named
from ingest.databases import in_memory
from ingest.home import Home
from ingest.ledger.records import Submission
from ingest.read.reading import LocatedTable, Reading
from ingest.read.reports import type_reports
from ingest.read.sandbox.parent import ReadError
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.means import Means
from ingest.schema.texts.closed import Labels
from warehouse.services.verdicts.replay import OriginalError, means_of_verdict, reading_of


class RowOrigins:
    """Names rows of landed submissions of one form. Each original is read once."""

    def __init__(self, home: Home, contract: Contract) -> None:
        self._home, self._contract = home, contract
        self._read: dict[int, Reading] = {}

    def named(self, submission: Submission, row: int, key: Sequence[object]) -> Labels | int:
        """The row as messages name it. `key`: the values of its key, as they are judged."""
        means = means_of_verdict(
            self._contract.form, submission.verdict.contract_version, submission.verdict.means_id
        )
        tables = self._reading(submission, means).tables
        if len(tables) < 2:
            return row
        with_row = [place for place, table in enumerate(tables) if _has(table, row)]
        if len(with_row) > 1:
            with_row = self._with_key(submission, means, row, key) or with_row
        return row_named(row, tables[with_row[0]].sheet if with_row else None, None)

    def _reading(self, submission: Submission, means: Means) -> Reading:
        if submission.pk not in self._read:
            try:
                self._read[submission.pk] = reading_of(self._home, means, submission)
            except (OriginalError, ReadError, OSError):
                self._read[submission.pk] = Reading()
        return self._read[submission.pk]

    def _with_key(self, submission: Submission, means: Means, row: int, key: Sequence[object]) -> list[int]:
        """The tables whose row of that number has the key."""
        same = " AND ".join(f"{name} IS NOT DISTINCT FROM ?" for name in self._contract.primary_key)
        with in_memory() as con:
            type_reports(con, means, {submission.pk: self._read[submission.pk]})
            query = f"SELECT _table FROM batch WHERE _row = ? AND {same} ORDER BY _table"
            return [place for (place,) in con.execute(query, [row, *key]).fetchall()]


def _has(table: LocatedTable, row: int) -> bool:
    return row in table.text.column("_row").to_pylist()
