"""What a summary rests on: how many submissions, how many of them approved, by which rules.

In: a publication and the hierarchy. Out: counts by place for a form and period, read once for many places.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.home import Home
from ingest.ledger.records import Node, Publication, Verdict
from warehouse.storage.builds.finished.warehouse_file import SUBMISSIONS

_DIGITS = 12
"""So many signs of a version tell it from others."""


@dataclass
class Rested:
    """On how many submissions it rests, and how many of them are approved."""

    submissions: int = 0
    approved: int = 0
    numbers: list[tuple[int, bool]] = field(default_factory=list)

    def add(self, number: int, is_official: bool) -> None:
        """One more submission that counts."""
        self.submissions += 1
        self.approved += is_official
        self.numbers.append((number, is_official))

    @property
    def digest(self) -> str:
        """Equal for the same submissions, approved or not as before."""
        return hashlib.sha256(repr(sorted(self.numbers)).encode()).hexdigest()[:_DIGITS]

    @property
    def is_approved(self) -> bool:
        """Whether nothing it rests on may still change without a new act."""
        return 0 < self.submissions == self.approved


@dataclass
class Passports:
    """Of one publication, for summaries of one form and period."""

    home: Home
    publication: Publication
    form: str
    period: str

    def of(self, node: Node) -> Rested:
        """What a summary of that place rests on."""
        return self._counted.get(node.code, Rested())

    @cached_property
    def rules(self) -> str:
        """The versions of the rules its submissions were judged by."""
        judged = Verdict.objects.filter(
            submission__scope__form=self.form,
            submission__scope__period=self.period,
            outcome=Verdict.Outcome.ACCEPTED,
        )
        versions = sorted(
            {version for version in judged.values_list("rules_version", flat=True).distinct() if version}
        )
        return ", ".join(version[:_DIGITS] for version in versions)

    @cached_property
    def _counted(self) -> Mapping[str, Rested]:
        file = self.home.published / str(self.publication.number) / SUBMISSIONS
        about = (
            (pc.field("form") == self.form) & (pc.field("period") == self.period) & pc.field("is_operational")
        )
        names = ["node_code", "submission_id", "is_official"]
        table = pq.read_table(file, columns=names, filters=about)
        above = _above()
        counted: defaultdict[str, Rested] = defaultdict(Rested)
        for code, number, is_official in zip(*(table[name].to_pylist() for name in names), strict=True):
            for each in above.get(code, (code,)):
                counted[each].add(number, bool(is_official))
        return counted


def _above() -> dict[str, tuple[str, ...]]:
    """Node → itself and those above it."""
    nodes = {pk: (code, parent) for pk, code, parent in Node.objects.values_list("pk", "code", "parent_id")}
    found: dict[str, tuple[str, ...]] = {}

    def chain(number: int) -> tuple[str, ...]:
        code, parent = nodes[number]
        if code not in found:
            found[code] = (code, *(chain(parent) if parent is not None else ()))
        return found[code]

    for number in nodes:
        chain(number)
    return found
