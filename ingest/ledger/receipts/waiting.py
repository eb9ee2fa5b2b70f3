"""What waits for a verdict.

In: nothing. Out: the received submissions by form, forms in the order in which they depend on each other.
"""

from __future__ import annotations

from collections.abc import Iterable

from ingest.ledger.records import Submission
from ingest.schema.forms.load import contracts


def by_form(order: Iterable[str] | None = None) -> dict[str, list[Submission]]:
    """Form → its waiting submissions in the order of their receipt; forms without any are left out.

    `order`: forms in judging order, by default that of the contracts. A form that has lost its contract comes
    last rather than being forgotten.
    """
    waiting: dict[str, list[Submission]] = {form: [] for form in (contracts() if order is None else order)}
    received = Submission.objects.filter(state=Submission.State.RECEIVED).order_by("pk")
    for submission in received.select_related("scope__node", "raw_file"):
        waiting.setdefault(submission.scope.form, []).append(submission)
    return {form: found for form, found in waiting.items() if found}


def of(numbers: Iterable[int]) -> list[int]:
    """Those of these submissions that wait for a verdict."""
    return list(
        Submission.objects.filter(pk__in=list(numbers), state=Submission.State.RECEIVED).values_list(
            "pk", flat=True
        )
    )
