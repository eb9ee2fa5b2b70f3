"""What happened to a message, one act after the other; the database itself refuses to change it."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class MessageEvent(SealedModel):
    """One act. Append-only by triggers, as the events of submissions are.

    `handed`: it is being given to its channel, written before that is done; `deferred`: it was not taken and will be
    tried again; `again`: a person asked for it to be sent once more.
    """

    class Kind(models.TextChoices):
        """What was done."""

        DRAFTED = "drafted"
        HELD = "held"
        QUEUED = "queued"
        HANDED = "handed"
        DEFERRED = "deferred"
        SENT = "sent"
        BOUNCED = "bounced"
        WITHDRAWN = "withdrawn"
        AGAIN = "again"

    message = models.ForeignKey("ledger.Message", on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    actor = models.ForeignKey("ledger.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    details = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.kind)
