"""What counts of one report and contradicts itself, though each submission by itself was taken rightly.

In: a query of submissions. Out: contradictions, each with the submissions of which one has to go. Both come from what
the ledger took before: parts named before more ways of writing a name were overlooked, and a whole said to be nothing
before its parts came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

from ingest.ledger.decisions import winners
from ingest.ledger.records import Scope, Submission
from ingest.schema.values.letters import folded_part

Code = Literal["one_part_twice", "nil_beside_parts"]


@dataclass(frozen=True)
class Contradiction:
    """`one_part_twice`: `submissions` are parts whose names are one. `nil_beside_parts`: the first says that there is
    nothing to report, the others are parts with rows. Of one report, by sequence."""

    code: Code
    submissions: tuple[Submission, ...]


def contradictions(which: Q) -> list[Contradiction]:
    """Those among the submissions asked about that count operationally, by report."""
    whole = Q(scope__part=Scope.WHOLE)
    nil = Q(is_nil_return=True)
    if not Submission.objects.filter(which & ~whole).exists():
        return []
    listed = Submission.objects.filter(which & (~whole | nil) & winners.by_receipt())
    reports: defaultdict[tuple[str, int, str], list[Submission]] = defaultdict(list)
    for each in listed.select_related("scope__node", "verdict").order_by("pk"):
        reports[each.scope.form, each.scope.node_id, each.scope.period].append(each)
    return [found for _, counting in sorted(reports.items()) for found in _of_report(counting)]


def _of_report(counting: Sequence[Submission]) -> list[Contradiction]:
    parts = [each for each in counting if each.scope.part != Scope.WHOLE]
    named: defaultdict[str, list[Submission]] = defaultdict(list)
    for each in parts:
        named[folded_part(each.scope.part)].append(each)
    found = [Contradiction("one_part_twice", tuple(alike)) for alike in named.values() if len(alike) > 1]
    filled = [each for each in parts if each.rows_standing]
    whole = [each for each in counting if each.scope.part == Scope.WHOLE]
    return found + [Contradiction("nil_beside_parts", (each, *filled)) for each in whole if filled]
