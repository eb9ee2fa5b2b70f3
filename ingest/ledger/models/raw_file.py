"""The bytes that were received, by their SHA-256; the bytes themselves are in the raw store."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class RawFile(SealedModel):
    """One content. `size` in bytes; `raw_state` says whether the bytes are still kept as received. `redactions`:
    numbers of the erasures that took something out of it; `rows_erased`: so many of its data rows are gone."""

    class State(models.TextChoices):
        """Present unless the law made us take something out of it or its time ran out."""

        PRESENT = "present"
        REDACTED = "redacted"
        EXPIRED = "expired"

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    raw_state = models.CharField(max_length=8, choices=State.choices, default=State.PRESENT)
    rows_erased = models.BigIntegerField(default=0)
    redactions = models.JSONField(default=list)
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256
