"""Commands of whoever stands above: approve what was handed in, or return it for rework.

In: a receipt and who decides. Out: the submission's new state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ingest.cli.commands.session import node_named, open_existing, operator, refusals_in_words
from ingest.cli.frame.answer import Answer, Line
from ingest.cli.frame.options import ByOption, ReasonOption, ReceiptArgument
from ingest.cli.frame.speech import phrase, word


def approve(submission: ReceiptArgument, by: ByOption) -> Answer:
    """Approve an accepted submission: from the next build on it counts officially."""
    from ingest.ledger import approvals

    return _decide(approvals.approve, submission, by)


def return_(submission: ReceiptArgument, by: ByOption, reason: ReasonOption) -> Answer:
    """Send a submission back to its submitter for rework."""
    from ingest.ledger import approvals

    return _decide(approvals.return_, submission, by, reason=reason)


def _decide(decision: Callable[..., Any], submission: int, by: str, **more: Any) -> Answer:
    """Carry a decision out and say the submission's new state. Raises RefusedError."""
    home = open_existing()
    with refusals_in_words(submission):
        decided = decision(submission, operator(), node_named(by), at=home.now(), **more)
    said = phrase("decided", submission=decided.pk, state=word("submission_state", decided.state))
    return Answer({"receipt": decided.pk, "state": decided.state}, [Line(said)])
