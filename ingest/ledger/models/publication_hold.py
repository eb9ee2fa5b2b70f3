"""What was taken back from people, and until when nothing newer is shown."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class PublicationHold(SealedModel):
    """One going back to publication `number`: those `taken_back` stay away, and whatever is built from what they were
    built from, until somebody lifts it. Open while `lifted_at` is null."""

    number = models.IntegerField()
    taken_back = models.JSONField(default=list)
    reason = models.CharField(max_length=1000, blank=True)
    actor = models.ForeignKey("ledger.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        "ledger.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.CharField(max_length=1000, blank=True)

    def __str__(self) -> str:
        return f"{self.number}"
