"""A decision that a node need not report a form for some time."""

from __future__ import annotations

from django.db import models


class Exemption(models.Model):
    """One decision: periods lying wholly from `first_day` to `last_day` (null: until further notice)."""

    form = models.CharField(max_length=64)
    node = models.ForeignKey("ledger.Node", on_delete=models.PROTECT, related_name="exemptions")
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    reason = models.TextField()
    actor = models.ForeignKey("ledger.User", on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey("ledger.Node", on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.form} {self.first_day}"
