"""What was done to the installation itself, as opposed to a submission; the database refuses to change it."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class InstallationEvent(SealedModel):
    """One act. Append-only by triggers, as the events of submissions are."""

    class Kind(models.TextChoices):
        """What was done."""

        SECRET_CHANGE_BEGUN = "secret_change_begun"
        SECRET_CHANGED = "secret_changed"
        ADOPTED = "adopted"
        PERSON_SHOWN = "person_shown"
        PERSON_ERASED = "person_erased"
        PERSON_OFFICER_NAMED = "person_officer_named"
        PERSON_OFFICER_DISMISSED = "person_officer_dismissed"
        PERSON_REFUSED = "person_refused"
        READER_OPENED = "reader_opened"
        READER_CHANGED = "reader_changed"
        READER_ENDED = "reader_ended"
        PURPOSE_GRANTED = "purpose_granted"
        PURPOSE_ENDED = "purpose_ended"

    kind = models.CharField(max_length=32, choices=Kind.choices)
    actor = models.ForeignKey("ledger.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    details = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.details}"
