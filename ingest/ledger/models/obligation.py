"""One report that is due from one node, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ingest.ledger.models.scope import Scope


class Obligation(models.Model):
    """One report asked for. `due_at` is its last moment on time; `reason` is why it is not asked, a code of
    `obligations.asking`, empty where it is.

    `ended_at`: when the report that ended it was received, or for a missing one when it fell due; null while
    open and where nothing was asked (exempt, not applicable).
    """

    class Status(models.TextChoices):
        """The seven stay different for ever: a nil return is no missing report, a late one no timely one."""

        OPEN = "open"
        FULFILLED = "fulfilled"
        LATE = "late"
        MISSING = "missing"
        NIL_RETURN = "nil_return"
        EXEMPT = "exempt"
        NOT_APPLICABLE = "not_applicable"

    # Nothing was asked: settling leaves these alone.
    NOT_ASKED: ClassVar[tuple[str, ...]] = (Status.EXEMPT.value, Status.NOT_APPLICABLE.value)

    form = models.CharField(max_length=64)
    node = models.ForeignKey("ledger.Node", on_delete=models.PROTECT, related_name="obligations")
    period = models.CharField(max_length=16)
    part = models.CharField(max_length=64, default=Scope.WHOLE)
    period_kind = models.CharField(max_length=12)
    period_start = models.DateField()
    period_end = models.DateField()
    due_at = models.DateTimeField()
    status = models.CharField(max_length=14, choices=Status.choices, default=Status.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["form", "node", "period", "part"], name="obligation_once"),
        )
        indexes = (models.Index(fields=["status", "due_at"], name="obligation_status_due"),)

    def __str__(self) -> str:
        return f"{self.form} {self.period} {self.status}"
