"""Whom summaries and other messages are sent to: a person or a post box of a node."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class Recipient(SealedModel):
    """One address of one node. `person` and `telephone`: whom to call where nothing arrives. `reports`: the names of
    what it is sent. `account`: whose it is, where they have one. `channel`: that of a mail address, or the name of an
    address in the settings.
    """

    MAIL: ClassVar[str] = "mail"

    class Attachment(models.TextChoices):
        """How files come: with the message, or as places to fetch them from."""

        FILE = "file"
        LINK = "link"

    node = models.ForeignKey("ledger.Node", on_delete=models.PROTECT, related_name="recipients")
    account = models.ForeignKey(
        "ledger.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=32, default="mail")
    address = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=2, choices=[("kk", "kk"), ("ru", "ru")], default="kk")
    reports = models.JSONField(default=list)
    attachment = models.CharField(max_length=4, choices=Attachment.choices, default=Attachment.FILE)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        "ledger.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removal_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["node", "channel", "address"],
                condition=models.Q(is_active=True),
                name="recipient_address_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}"
