"""Who acts: a person with an account, or a channel's own account (the drop folder, the pipeline)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

from ingest.ledger.seals.sealed import SealedModel, SealedQuerySet


class Accounts(UserManager.from_queryset(SealedQuerySet)):  # type: ignore[misc]
    """Accounts, sealed as they are written."""

    use_in_migrations = False


class User(SealedModel, AbstractUser):
    """One account. `node` is the body it belongs to, null for the system's own accounts."""

    language = models.CharField(
        max_length=2, choices=[("kk", "kk"), ("ru", "ru"), ("en", "en")], default="kk"
    )
    node = models.ForeignKey(
        "ledger.Node", null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    objects: ClassVar[Any] = Accounts()

    class Meta(AbstractUser.Meta):
        """As Django's own."""
