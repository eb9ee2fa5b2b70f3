"""Decisions after which rows of a report would count twice are refused.

In: a decision on a submission. Out: the decision, or none of it. Parts are compared when they come in, with what counts
then. A decision may let an older receipt of a part count again, or a later one on one basis alone, while its rows stand
in another part by now.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from ingest.home import Home
from ingest.ledger.chain import require_own_or_above
from ingest.ledger.decisions import approvals, removals, winners
from ingest.ledger.records import Node, Scope, Submission, User
from ingest.ledger.refusals import RefusalError
from ingest.schema.forms.load import contracts
from ingest.sql import name as quoted
from warehouse.services.reference import landed
from warehouse.services.verdicts.rows_removed import removal_asking

Pairs = dict[tuple[str, int, int], int]
"""A basis and two receipts that count on it → how many rows both of them have."""


class CountsTwiceError(RefusalError):
    """Rows of two parts of a report would count at the same time."""

    def __init__(self, submission: int, one: int, other: int, rows: int) -> None:
        problem = f"{rows} rows of submissions {one} and {other} would count twice"
        super().__init__("would_count_twice", problem, submission=submission, one=one, other=other, rows=rows)


@contextmanager
def counting_once(home: Home, submission_id: int) -> Iterator[None]:
    """Do what is decided on a submission, or nothing where rows would count twice that do not yet.

    Raises CountsTwiceError.
    """
    with transaction.atomic():
        scope = Scope.objects.filter(submissions__pk=submission_id).select_related("node").first()
        if scope is None or not _has_parts(scope):
            yield
            return
        before = _shared(home, scope)
        yield
        for pair, rows in _shared(home, scope).items():
            if rows > before.get(pair, 0):
                raise CountsTwiceError(submission_id, *pair[1:], rows)


def confirm(home: Home, submission_id: int, actor: User, by: Node) -> Submission:
    """Let a pending submission count. Raises as `removals.confirm`, and CountsTwiceError.

    Raises ConfirmationNeededError where by now it would remove what it was not asked about: the next confirmation
    is one of that.
    """
    with counting_once(home, submission_id):
        grown = _grown(home, submission_id)
        if grown is None:
            return removals.confirm(submission_id, actor, by, at=home.now())
    submission, removal = grown
    require_own_or_above(by, submission.scope.node)
    removals.ask_anew(submission, removal, home.now())
    raise removals.ConfirmationNeededError(submission, removal, "would_remove_by_now")


def withdraw(
    home: Home, submission_id: int, actor: User, by: Node, *, reason: str, confirmed: bool = False
) -> Submission:
    """Take a submission out again. Raises as `approvals.withdraw`, and CountsTwiceError."""
    with counting_once(home, submission_id):
        return approvals.withdraw(submission_id, actor, by, at=home.now(), reason=reason, confirmed=confirmed)


def _grown(home: Home, submission_id: int) -> tuple[Submission, removals.Removal] | None:
    """A pending submission and what it would remove, where that is more than was said when it was asked about."""
    found = Submission.objects.filter(pk=submission_id, state=Submission.State.PENDING)
    submission = found.select_related("scope__node", "verdict").first()
    if submission is None:
        return None
    removal = removal_asking(home, submission, submission.verdict.batch_id, submission.rows_standing)
    known = removals.pending_removal(submission)
    if removal is None or (known and set(removal.submissions) <= set(known.submissions)):
        return None
    return submission, removal


def _has_parts(scope: Scope) -> bool:
    beside = Scope.objects.filter(form=scope.form, node=scope.node_id, period=scope.period)
    return beside.exclude(part=Scope.WHOLE).count() > 1


def _shared(home: Home, scope: Scope) -> Pairs:
    """The rows of a report that count more than once, on either basis."""
    contract = contracts().get(scope.form)
    found: Pairs = {}
    if contract is None:
        return found
    fields = [quoted(contract.field(each).lake_name) for each in contract.primary_key]
    same = " AND ".join(f"a.{each} IS NOT DISTINCT FROM b.{each}" for each in fields)
    bases = {"receipt": winners.by_receipt(scope.form), "approval": winners.by_approval(scope.form)}
    for basis, counts in bases.items():
        own = Submission.objects.filter(counts, scope__node=scope.node_id, scope__period=scope.period)
        counting = [each for each in own.select_related("scope__node", "verdict") if each.rows_standing]
        rows = len(counting) > 1 and landed(
            home,
            counting,
            "SELECT a.submission_id, b.submission_id, count(*) FROM landed AS a JOIN landed AS b"
            f" ON a.submission_id < b.submission_id AND {same} GROUP BY ALL ORDER BY ALL",
        )
        if rows:
            found |= {
                (basis, one, other): count
                for one, other, count in zip(*(column.to_pylist() for column in rows.columns), strict=True)
            }
    return found
