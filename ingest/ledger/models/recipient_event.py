"""What was decided about a recipient, one act after the other; the database itself refuses to change it."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class RecipientEvent(SealedModel):
    """One act. Append-only by triggers, as the events of submissions are. `details`: what is so from now on."""

    class Kind(models.TextChoices):
        """What was done."""

        ADDED = "added"
        CHANGED = "changed"
        REMOVED = "removed"

    recipient = models.ForeignKey("ledger.Recipient", on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    actor = models.ForeignKey("ledger.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    details = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.kind)
