"""A file that came in without saying whose it is or what it holds."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class ReceiptProblem(SealedModel):
    """One such file: where it lay, the finding's code and its details. `key` makes a repeated try one row."""

    key = models.CharField(max_length=64, unique=True)
    path = models.CharField(max_length=1000)
    code = models.CharField(max_length=64)
    details = models.JSONField(default=dict)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.path
