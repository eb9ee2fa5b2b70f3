"""Who acts: a person with an account, or a channel's own account (the drop folder, the pipeline)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """One account. `node` is the body it belongs to, null for the system's own accounts."""

    language = models.CharField(
        max_length=2, choices=[("kk", "kk"), ("ru", "ru"), ("en", "en")], default="kk"
    )
    node = models.ForeignKey(
        "ledger.Node", null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
