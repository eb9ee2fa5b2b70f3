"""Who reports: the republic, an education department of an oblast or a district, an organisation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from django.db import models

from ingest.ledger.seals.sealed import SealedModel


class Node(SealedModel):
    """One body of the reporting hierarchy; the territory it lies in is only named by `territory_code`.

    `code`: `KZ`, the KATO code of the department's territory, or the organisation's BIN. `valid_from` and
    `valid_to` are its first and last day, both included, null for unlimited. `name_since`: the day from which
    the names hold, so that an older event arriving later does not bring an older name back.
    """

    class Kind(models.TextChoices):
        """The level a node stands on."""

        REPUBLIC = "republic"
        OBLAST = "oblast"
        DISTRICT = "district"
        ORGANISATION = "organisation"

    REPUBLIC_CODE: ClassVar[str] = "KZ"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=12, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    territory_code = models.CharField(max_length=9, blank=True)
    name_kk = models.CharField(max_length=500)
    name_ru = models.CharField(max_length=500)
    name_since = models.DateField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["kind", "code"], name="node_kind_code"),)

    def __str__(self) -> str:
        return self.code

    def is_open_on(self, day: date) -> bool:
        """Whether the body exists on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    def chain(self) -> Iterator[Node]:
        """Those above it, nearest first."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent
