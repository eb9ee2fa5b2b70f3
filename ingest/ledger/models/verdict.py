"""What judging said about a submission, with the versions it judged by. Written once, replayed for ever."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ingest.ledger.seals.sealed import SealedModel


class Verdict(SealedModel):
    """One verdict per submission.

    `reference`: form → ids of the submissions of its own node it was compared with; `reference_version`: those
    all of its batch were compared with, null where it was judged before they were kept apart. `errors`, `queries`,
    `notes` count findings by severity; `queries_answered` of the queries were explained for an earlier file.
    `not_checked` names checks that could not run. `means`: what the file was read by. `corrections`: the declared
    corrections that changed something in it, in full; null where it was judged before they were recorded.
    `batch_id` names the landed files of the lake that belong to this verdict; a landed file no verdict names is an
    orphan and harmless.
    """

    class Outcome(models.TextChoices):
        """How it ended; queries leave a submission accepted."""

        ACCEPTED = "accepted"
        REJECTED = "rejected"
        UNREADABLE = "unreadable"

    submission = models.OneToOneField("ledger.Submission", on_delete=models.PROTECT, related_name="verdict")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    contract_version = models.IntegerField()
    rules_version = models.CharField(max_length=64, blank=True)
    reference = models.JSONField(default=dict)
    reference_version = models.ForeignKey(
        "ledger.ReferenceVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="verdicts"
    )
    rows_in = models.BigIntegerField(default=0)
    rows_accepted = models.BigIntegerField(default=0)
    rows_rejected = models.BigIntegerField(default=0)
    rows_not_data = models.BigIntegerField(default=0)
    errors = models.BigIntegerField(default=0)
    queries = models.BigIntegerField(default=0)
    queries_answered = models.BigIntegerField(default=0)
    notes = models.BigIntegerField(default=0)
    not_checked = models.JSONField(default=list)
    means = models.ForeignKey(
        "ledger.ReadingMeans", null=True, blank=True, on_delete=models.PROTECT, related_name="verdicts"
    )
    corrections = models.JSONField(null=True, blank=True)
    batch_id = models.CharField(max_length=64, blank=True)
    judged_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(rows_in=F("rows_accepted") + F("rows_rejected") + F("rows_not_data")),
                name="verdict_rows_add_up",
            ),
            models.CheckConstraint(
                condition=Q(outcome="accepted") | Q(rows_accepted=0),
                name="verdict_rejected_lands_nothing",
            ),
        )

    @property
    def compared_with(self) -> dict[str, list[int]]:
        """Form → ids of all submissions it was compared with."""
        common = self.reference_version.content if self.reference_version else {}
        return {**common, **self.reference}

    def __str__(self) -> str:
        return f"{self.submission_id} {self.outcome}"
