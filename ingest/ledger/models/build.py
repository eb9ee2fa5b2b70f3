"""One run of the model over a pinned list of submissions."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class Build(SealedModel):
    """`manifest_sha256` is the fingerprint of the list it was pinned to, which lies beside what was built;
    `submissions` and `organisations` say how many it names, `data_as_of` the latest act it reflects.

    `held_back` is what it left out, a list of {submission, reason}.
    """

    class State(models.TextChoices):
        """How far it came."""

        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    manifest_sha256 = models.CharField(max_length=64)
    submissions = models.BigIntegerField(default=0)
    organisations = models.BigIntegerField(default=0)
    data_as_of = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    held_back = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.pk}"
