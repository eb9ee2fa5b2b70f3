"""What a submission is about: one form of one node for one period, or a part of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from ingest.ledger.seals.sealed import SealedModel
from ingest.schema.values.letters import folded_part


class Scope(SealedModel):
    """Form × node × period × part: within one scope a later submission replaces an earlier one.

    `part` is its name as first written; `part_key` tells parts apart (see `ingest.schema.values.letters.folded_part`).
    The period's kind and days stand beside its text so that a replay needs no contract to know them.
    """

    WHOLE: ClassVar[str] = "whole"

    form = models.CharField(max_length=64)
    node = models.ForeignKey("ledger.Node", on_delete=models.PROTECT, related_name="scopes")
    period = models.CharField(max_length=16)
    part = models.CharField(max_length=64, default=WHOLE)
    part_key = models.CharField(max_length=80)
    period_kind = models.CharField(max_length=12)
    period_start = models.DateField()
    period_end = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["form", "node", "period", "part_key"], name="scope_once"),
        )

    def save(self, *args: Any, **named: Any) -> None:
        """With its key; two names of one part cannot stand beside each other."""
        self.part_key = folded_part(self.part)
        super().save(*args, **named)

    def __str__(self) -> str:
        return f"{self.node.code}/{self.form}/{self.period}" + (
            "" if self.part == self.WHOLE else f"~{self.part}"
        )
