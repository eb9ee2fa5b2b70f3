"""One build shown to people."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class Publication(SealedModel):
    """`number` counts from 1 without gaps. `content_hash`: over the content of every published table.

    `data_as_of`: the latest act in the ledger that the publication reflects.
    """

    class State(models.TextChoices):
        """At most one is current; a rolled back one was current and was taken back."""

        CURRENT = "current"
        PREVIOUS = "previous"
        ROLLED_BACK = "rolled_back"

    number = models.IntegerField(primary_key=True)
    build = models.ForeignKey("ledger.Build", on_delete=models.PROTECT, related_name="publications")
    content_hash = models.CharField(max_length=64)
    data_as_of = models.DateTimeField()
    published_at = models.DateTimeField()
    state = models.CharField(max_length=11, choices=State.choices, default=State.CURRENT)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="current"), name="publication_one_current"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}"
