"""The period of a submission as everything that judges and lands speaks of it.

In: a submission. Out: its `Period`.
"""

from __future__ import annotations

from ingest.ledger.records import Submission
from ingest.schema.values.period import Period


def period_of(submission: Submission) -> Period:
    """The period a submission reports on, as the ledger has it."""
    scope = submission.scope
    return Period(scope.period_kind, scope.period, scope.period_start, scope.period_end)  # type: ignore[arg-type]
