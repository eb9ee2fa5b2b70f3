"""One run of the model over a pinned list of submissions."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class Build(SealedModel):
    """`manifest` is the list it was pinned to, `manifest_sha256` its fingerprint.

    `held_back` is what it left out, a list of {submission, reason}.
    """

    class State(models.TextChoices):
        """How far it came."""

        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    manifest = models.JSONField(default=list)
    manifest_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    held_back = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.pk}"
