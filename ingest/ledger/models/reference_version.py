"""What all files of a batch were compared with: registers and calendars in effect, kept once for all verdicts."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class ReferenceVersion(SealedModel):
    """One content, by its SHA-256; `content`: form → ids of the submissions that stood for it. Never changed."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content = models.JSONField()

    def __str__(self) -> str:
        return self.sha256
