"""Nil returns: a node says that it has nothing to report, which is an answer and not silence.

In: the scope. Out: a submission with an accepted verdict of zero rows, at once; pending where rows count already.
"""

from __future__ import annotations

from django.db import transaction

from ingest.ledger.decisions import winners
from ingest.ledger.decisions.removals import removal_of
from ingest.ledger.receipts.submissions import Handover, Judgement, Received, record_receipt, record_verdict
from ingest.ledger.records import Scope
from ingest.schema.forms.load import contract


@transaction.atomic
def record(scope: Scope, handover: Handover, contract_version: int | None = None) -> Received:
    """Write down a nil return. A second one while the first is the latest is a duplicate.

    `contract_version`: by default that of the form's current contract.
    """
    received = record_receipt(scope, None, handover)
    if not hasattr(received.submission, "verdict"):
        version = contract_version or contract(scope.form).version
        removal = removal_of(winners.displaced_by(received.submission))
        judgement = Judgement("accepted", version, removal=removal)
        record_verdict(received.submission.pk, judgement, handover.received_at)
        received.submission.refresh_from_db()
    return received
