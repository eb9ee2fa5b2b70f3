"""What is sent to one recipient, once: a summary, a reminder."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class Message(SealedModel):
    """One message. `purpose`, `edition` and `recipient` name it: the same again is the same message.

    `message_id`: given when it was made, so that whatever is handed over twice is known by it as one. `template` and
    `facts` become its words in `language` when it is sent; `attachments`: `path` below the home, `sha256`, `name`.
    `next_attempt_at`: not before. `handed_at`: when it was given to the channel, until the answer is written down;
    where nobody is sending and it stands, nobody knows whether it arrived. `attempts`: how often that happened.
    `last_error`: why it was not taken, in the words of whoever refused it.
    """

    class State(models.TextChoices):
        """Where it is."""

        DRAFT = "draft"
        HELD = "held"
        QUEUED = "queued"
        SENT = "sent"
        BOUNCED = "bounced"
        WITHDRAWN = "withdrawn"

    purpose = models.CharField(max_length=64)
    edition = models.CharField(max_length=128)
    recipient = models.ForeignKey("ledger.Recipient", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2)
    template = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    attachments = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State.choices)
    message_id = models.CharField(max_length=128, unique=True)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.IntegerField(default=0)
    last_error = models.CharField(max_length=1000, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["purpose", "edition", "recipient"], name="message_once"),
        )
        indexes = (models.Index(fields=["state", "next_attempt_at"], name="message_due"),)

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"
