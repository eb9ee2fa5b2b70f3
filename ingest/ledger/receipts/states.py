"""The state of a submission changes here and nowhere else, and what it answers follows in the same transaction.

In: a submission, its new state, the moment. Out: the submission saved and its obligation settled. Whoever calls holds
the transaction in which the event of the act is written too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ingest.ledger.obligations import settle_scopes
from ingest.ledger.records import Submission


def move(submission: Submission, state: str, at: datetime, *also: str) -> None:
    """Give a submission its new state; `also`: other fields that were changed with it."""
    begin_move(submission, state, *also)
    finish_moves([submission], at)


def begin_move(submission: Submission, state: str, *also: str) -> None:
    """The first half of `move`, for many at once; `finish_moves` in the same transaction is the other."""
    submission.state = state
    submission.save(update_fields=["state", *also])


def finish_moves(submissions: Iterable[Submission], at: datetime) -> None:
    """Let follow what these answer."""
    settle_scopes((submission.scope for submission in submissions), at)
