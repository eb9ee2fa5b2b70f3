"""One file (or one statement that there is nothing to report) received for a scope."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class Channel(models.TextChoices):
    """The way a submission came in."""

    DROP = "drop"
    CLI = "cli"
    PORTAL = "portal"
    API = "api"


class Submission(SealedModel):
    """One receipt. `id` is the server's sequence: it alone decides which submission is later, never a clock.

    `raw_file` is null for a nil return only. `on_behalf_of` is the node that handed it in, which may stand
    above the scope's own node. `approved_at` belongs to the approval in force.
    """

    class State(models.TextChoices):
        """What has become of it so far. A pending one was judged acceptable, would remove rows that count, and waits
        for somebody to confirm that. One set aside has no verdict through a fault of the program."""

        RECEIVED = "received"
        SET_ASIDE = "set_aside"
        UNREADABLE = "unreadable"
        REJECTED = "rejected"
        PENDING = "pending"
        ACCEPTED = "accepted"
        APPROVED = "approved"
        RETURNED = "returned"
        WITHDRAWN = "withdrawn"

    # Submissions of which nobody can say yet whether they answer an obligation.
    UNDECIDED: ClassVar[tuple[str, ...]] = (State.RECEIVED.value, State.SET_ASIDE.value, State.PENDING.value)
    # Submissions whose data count: an approved one was accepted before.
    STANDING: ClassVar[tuple[str, ...]] = (State.ACCEPTED.value, State.APPROVED.value)

    scope = models.ForeignKey("ledger.Scope", on_delete=models.PROTECT, related_name="submissions")
    raw_file = models.ForeignKey(
        "ledger.RawFile", null=True, blank=True, on_delete=models.PROTECT, related_name="submissions"
    )
    file_name = models.CharField(max_length=255, blank=True)
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=Channel.choices)
    actor = models.ForeignKey("ledger.User", on_delete=models.PROTECT, related_name="submissions")
    on_behalf_of = models.ForeignKey("ledger.Node", on_delete=models.PROTECT, related_name="handed_in")
    is_nil_return = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(is_nil_return=True, raw_file__isnull=True)
                | models.Q(is_nil_return=False, raw_file__isnull=False),
                name="submission_has_bytes_or_is_nil",
            ),
        )
        indexes = (
            models.Index(fields=["state", "id"], name="submission_state"),
            models.Index(fields=["scope", "state", "id"], name="submission_scope_state"),
        )

    @property
    def rows_standing(self) -> int:
        """How many of the rows its verdict accepted there are still: those of erased persons went."""
        accepted: int = self.verdict.rows_accepted
        return max(accepted - (self.raw_file.rows_erased if self.raw_file else 0), 0) if accepted else 0

    def __str__(self) -> str:
        return f"{self.pk}"
