"""One summary of one period about one place, as it was made and, where it was, sent."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class Edition(SealedModel):
    """`report`: its definition's name. `number` counts from 1 within report, period and node; 0 is what is held back,
    of which there is one at most: `reasons` say why, each a code with its facts.

    `files`: name → size and SHA-256 of what is archived. `publication`: what its figures were read from.
    """

    class State(models.TextChoices):
        """Made, and never changed again; held back, for now; or held back once, until an edition was made."""

        MADE = "made"
        HELD = "held"
        LIFTED = "lifted"

    class Status(models.TextChoices):
        """Whether it may still change. Corrected: an earlier edition said something else."""

        PROVISIONAL = "provisional"
        FINAL = "final"
        CORRECTED = "corrected"

    report = models.CharField(max_length=64)
    period = models.CharField(max_length=16)
    node = models.ForeignKey("ledger.Node", on_delete=models.PROTECT, related_name="editions")
    number = models.IntegerField()
    state = models.CharField(max_length=6, choices=State.choices)
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.PROVISIONAL)
    basis = models.CharField(max_length=11)
    publication = models.ForeignKey(
        "ledger.Publication", null=True, blank=True, on_delete=models.PROTECT, related_name="editions"
    )
    files = models.JSONField(default=dict)
    changed_cells = models.IntegerField(default=0)
    reasons = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "period", "node", "number"], name="edition_once"),
        )
        indexes = (models.Index(fields=["made_at"], name="edition_made_at"),)

    def __str__(self) -> str:
        return f"{self.report}/{self.period}/{self.node_id}/{self.number}"
