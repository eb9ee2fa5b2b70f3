"""Obligations: every report that is asked of anybody, and what became of it. The honest denominator.

What an obligation says follows from contracts, directives, nodes, calendar and submissions alone, never from when
somebody looked:

- `asking` says what is asked of whom, and of each report that is not asked any more why not;
- `settling` says what became of it, from its answers as they stand and the directives that held when it was answered;
- `as_of` says the same of a moment at which nobody has settled yet, since a period begins and a deadline passes by
  itself.

Every act on a submission settles what it answers (`states.move`), every directive and register lets all of it follow,
and a build does both first: whatever was done, in whatever order, a build and a rebuild of the same ledger are equal.
"""

from ingest.ledger.obligations.asking import (
    BEFORE_START,
    NO_SCHOOL_DAY,
    NOT_COLLECTED,
    NOT_OPEN,
    NOT_SERVED,
    open_due,
)
from ingest.ledger.obligations.settling import settle, settle_scopes
from ingest.ledger.obligations.statuses import Answer, due_at, status_of

__all__ = [
    "BEFORE_START",
    "NOT_COLLECTED",
    "NOT_OPEN",
    "NOT_SERVED",
    "NO_SCHOOL_DAY",
    "Answer",
    "due_at",
    "open_due",
    "settle",
    "settle_scopes",
    "status_of",
]
