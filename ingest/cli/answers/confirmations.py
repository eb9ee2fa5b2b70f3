"""What waits for a confirmation, in words: what it would remove and how it is confirmed.

In: receipts, or none for all that wait. Out: lines of an answer, facts for programs.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ingest.cli.frame.answer import Line
from ingest.cli.frame.speech import phrase
from ingest.cli.session import form_label


def confirmations(receipts: Collection[int] | None = None) -> list[Line]:
    """One line for each of these receipts that waits for its confirmation."""
    return [
        Line(
            phrase("waits_for_confirmation", **facts | {"form": form_label(facts["form"])}),
            name="waits_for_confirmation",
        )
        for facts in confirmation_facts(receipts)
    ]


def confirmation_facts(receipts: Collection[int] | None = None) -> list[dict[str, Any]]:
    """Receipt, whose it is, and what it would remove; by receipt."""
    from ingest.ledger.decisions.removals import waiting_for_confirmation

    return [
        {
            "receipt": submission.pk,
            "form": submission.scope.form,
            "node": submission.scope.node.code,
            "period": submission.scope.period,
            "rows": removal.rows,
            "of": removal.of,
            "receipts": ", ".join(map(str, removal.submissions)),
            "dependants": removal.dependants,
        }
        for submission, removal in waiting_for_confirmation()
        if receipts is None or submission.pk in receipts
    ]


def awaiting_effect(receipts: Collection[int] | None = None) -> list[Line]:
    """One line for each of these receipts that takes effect only once it is approved."""
    from ingest.ledger.decisions.approvals import approver_of
    from ingest.ledger.decisions.winners import without_effect

    return [
        Line(
            phrase("waits_for_effect", receipt=found.pk, by=approver_of(found.scope).code),
            name="waits_for_effect",
        )
        for found in without_effect()
        if receipts is None or found.pk in receipts
    ]
