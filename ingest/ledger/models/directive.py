"""What this installation decided: whom it serves, from when, by which day, when there is no school, who is let off."""

from __future__ import annotations

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class Directive(SealedModel):
    """One decision, or the taking back of one. Append-only by triggers, as events are.

    `form` empty: every form. `node` null: everybody; otherwise the node and all below it. `first_day`, `last_day`: the
    days it holds for, both included, null for without limit. `terms`: what it says, by kind:

    - scope: nothing; its node and those below are served;
    - start: `day`, the first day whose reports are asked for, null for never;
    - deadline: `after` and `days` as in a contract, or a `day` for one period;
    - holiday, exemption: nothing;
    - closed, opened: nothing, its node is so from `first_day`; merged: `into`, the code of the node it went into;
    - taken_back: nothing, `takes_back` says which.

    `on_behalf_of`: the node that decided, null for whoever runs the installation.
    """

    class Kind(models.TextChoices):
        """What is decided."""

        SCOPE = "scope"
        START = "start"
        DEADLINE = "deadline"
        HOLIDAY = "holiday"
        EXEMPTION = "exemption"
        CLOSED = "closed"
        OPENED = "opened"
        MERGED = "merged"
        TAKEN_BACK = "taken_back"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    form = models.CharField(max_length=64, blank=True)
    node = models.ForeignKey(
        "ledger.Node", null=True, blank=True, on_delete=models.PROTECT, related_name="directives"
    )
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    terms = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    actor = models.ForeignKey("ledger.User", on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        "ledger.Node", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    takes_back = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )

    def __str__(self) -> str:
        return f"{self.kind} {self.form}".strip()
