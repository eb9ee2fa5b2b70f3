"""What `bbaj status` shows, asked of the ledger.

In: a form and a node to narrow it by. Out: counts of obligations, who has not reported, the newest submissions.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote_to_bytes

from django.db.models import Count, Q

from ingest.home import Home
from ingest.ledger.nodes import within
from ingest.ledger.obligations.as_of import as_of
from ingest.ledger.receipts import receipt_problems
from ingest.ledger.records import Node, Obligation, ReceiptProblem, Submission

_NEWEST = 15


@dataclass(frozen=True)
class Narrowed:
    """Which reports are asked about: of one form, of a node and those below it, of one period; None for all."""

    form: str | None = None
    below: Node | None = None
    period: str | None = None

    def query(self, prefix: str = "") -> Q:
        """The same, for a table that reaches form, node and period by `prefix`."""
        found = Q(**{f"{prefix}form": self.form}) if self.form else Q()
        if self.period:
            found &= Q(**{f"{prefix}period": self.period})
        return found & within(self.below, f"{prefix}node") if self.below else found


def obligations_by_status(asked: Narrowed, now: datetime) -> dict[tuple[str, str], dict[str, int]]:
    """(form, period) → status → how many reports."""
    counted: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    rows = as_of(now).filter(asked.query()).values_list("form", "period", "status_now")
    for asked_form, period, status, count in rows.annotate(count=Count("id")).order_by():
        counted[asked_form, period][status] = count
    return counted


def newest_submissions(asked: Narrowed) -> list[dict[str, Any]]:
    """The fifteen newest submissions: receipt, form, node, period, part, state, rows, errors."""
    found = Submission.objects.filter(asked.query("scope__"))
    newest = found.select_related("scope__node", "verdict").order_by("-id")[:_NEWEST]
    return [
        {
            "receipt": submission.pk,
            "form": submission.scope.form,
            "node": submission.scope.node.code,
            "period": submission.scope.period,
            "part": submission.scope.part,
            "state": submission.state,
            "rows": submission.verdict.rows_accepted if hasattr(submission, "verdict") else None,
            "errors": submission.verdict.errors if hasattr(submission, "verdict") else None,
        }
        for submission in newest
    ]


def refused_among(submission_ids: Collection[int]) -> list[int]:
    """Which of these were rejected or could not be read."""
    states = (Submission.State.REJECTED, Submission.State.UNREADABLE)
    found = Submission.objects.filter(pk__in=submission_ids, state__in=states)
    return list(found.order_by("pk").values_list("pk", flat=True))


def missing_reports(asked: Narrowed, now: datetime) -> list[Obligation]:
    """Every report that is missing, the longest overdue first, with its node."""
    found = as_of(now).filter(asked.query(), status_now=Obligation.Status.MISSING)
    return list(found.select_related("node").order_by("due_at", "node__code"))


def unidentified_files(home: Home, below: Node | None) -> list[dict[str, Any]]:
    """Files of the drop folder that could not be identified and still lie aside, the newest first.

    Each with `node` (None where its folder names nobody), `path`, `kept` (where it lies now), `at`, `message`.
    """
    found = []
    for problem, node in receipt_problems.newest_first(codes_within(below)):
        kept = home.drop / _kept(problem)
        # Whoever has put it right, or thrown it away, need not be told of it any longer.
        if os.path.lexists(kept):
            message = problem.details["finding"]["message"]
            facts = {"node": node, "path": problem.path, "kept": str(kept), "at": problem.at}
            found.append({**facts, "message": message})
    return found


def codes_within(below: Node | None) -> set[str] | None:
    """The codes of a node and of those below it; None, which is everybody, where none is meant."""
    return None if below is None else set(Node.objects.filter(within(below)).values_list("code", flat=True))


def _kept(problem: ReceiptProblem) -> str:
    """Where the file lies, from the drop folder; quoted in the ledger, for a name may be in no known encoding."""
    quoted = problem.details.get("kept")
    return os.fsdecode(unquote_to_bytes(quoted)) if quoted else f".unidentified/{problem.path}"
