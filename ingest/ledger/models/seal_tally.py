"""How many rows a sealed table was given, and the sum of their seals."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.row_digest import DIGITS


class SealTally(models.Model):
    """A part of it: the rows of one table add up. Written by `ingest.ledger.seals.tally` alone."""

    name = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    seals = models.CharField(max_length=DIGITS)

    def __str__(self) -> str:
        return f"{self.name} {self.rows}"
