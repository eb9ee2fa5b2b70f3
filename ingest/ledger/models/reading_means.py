"""What files were read by: a contract, its layouts and dictionaries, kept once for all verdicts given by them."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class ReadingMeans(SealedModel):
    """One content, by its SHA-256; `content` as `ingest.schema.forms.means.Means.to_json` has it. Never changed."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content = models.JSONField()

    def __str__(self) -> str:
        return self.sha256
