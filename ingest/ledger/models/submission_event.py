"""What happened to a submission, one act after the other; the database itself refuses to change it."""

from __future__ import annotations

from django.db import models

from ingest.ledger.models.submission import Channel
from ingest.ledger.seals.sealed import SealedModel


class SubmissionEvent(SealedModel):
    """One act. Append-only: triggers refuse UPDATE, DELETE and REPLACE on SQLite and PostgreSQL.

    `receipt_key` names one act of handing in (received, duplicate): the same key again is the same act,
    repeated after a crash or a lost answer, and changes nothing.
    """

    class Kind(models.TextChoices):
        """What was done."""

        RECEIVED = "received"
        DUPLICATE = "duplicate"
        SET_ASIDE = "set_aside"
        RETRIED = "retried"
        UNREADABLE = "unreadable"
        REJECTED = "rejected"
        PENDING = "pending"
        CONFIRMED = "confirmed"
        ACCEPTED = "accepted"
        APPROVED = "approved"
        RETURNED = "returned"
        WITHDRAWN = "withdrawn"
        HELD_BACK = "held_back"
        RELEASED = "released"
        EXPLAINED = "explained"
        REDACTED = "redacted"
        DISPUTED = "disputed"
        SETTLED = "settled"

    submission = models.ForeignKey("ledger.Submission", on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    actor = models.ForeignKey("ledger.User", on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        "ledger.Node", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=8, choices=[*Channel.choices, ("pipeline", "Pipeline")])
    at = models.DateTimeField()
    details = models.JSONField(default=dict)
    receipt_key = models.CharField(max_length=64, null=True, blank=True, unique=True)

    def __str__(self) -> str:
        return f"{self.submission_id} {self.kind}"
