"""Which installation this ledger belongs to, and how far the others of its stores were when it last saw them."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class Installation(SealedModel):
    """The one row of its table. `uid`: the installation's id, 32 hexadecimal digits. `keys_issued`: how many persons
    the identity vault had."""

    uid = models.CharField(max_length=32)
    keys_issued = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.uid
