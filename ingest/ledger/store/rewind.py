"""A copy of a ledger taken back to a moment: what was written later goes, and what follows from acts follows anew.

In: the ledger this process is bound to, a copy and an SQLite file, and a moment. Out: the same ledger as it stood then,
as far as acts say it. Nothing of this is for a ledger that anybody uses: its triggers are taken off.

Verdicts and acts are what was recorded and are never made again. What an erasure took stays gone: the law is not taken
back with the ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from ingest.ledger.records import Directive, Node, Obligation, Scope, Submission, SubmissionEvent, Verdict
from ingest.ledger.seals.sealed import SealedModel
from ingest.ledger.seals.tally import count_anew

Kind = SubmissionEvent.Kind
State = Submission.State
_JUDGED = (Kind.ACCEPTED.value, Kind.REJECTED.value, Kind.UNREADABLE.value)
_BECOMES = {
    Kind.RECEIVED.value: State.RECEIVED.value,
    Kind.SET_ASIDE.value: State.SET_ASIDE.value,
    Kind.RETRIED.value: State.RECEIVED.value,
    Kind.PENDING.value: State.PENDING.value,
    Kind.CONFIRMED.value: State.ACCEPTED.value,
    Kind.APPROVED.value: State.APPROVED.value,
    Kind.RETURNED.value: State.RETURNED.value,
    Kind.WITHDRAWN.value: State.WITHDRAWN.value,
}
_AT_ONCE = 500


def take_back(to: datetime) -> None:
    """Let the ledger say what its acts said at that moment. `drop_later_nodes` and `drop_later_obligations` belong to
    it, once the registers of then are followed. A ledger that is no file is never given to it."""
    if connection.vendor != "sqlite":
        raise AssertionError("only a copy in a file is taken back")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
    _delete(SubmissionEvent.objects.filter(at__gt=to))
    _delete(Directive.objects.filter(at__gt=to))
    received = SubmissionEvent.objects.filter(kind=Kind.RECEIVED).values("submission")
    _delete(Verdict.objects.exclude(submission__in=received))
    judged = SubmissionEvent.objects.filter(kind__in=_JUDGED).values("submission")
    _delete(Verdict.objects.exclude(submission__in=judged))
    _delete(Submission.objects.exclude(pk__in=received))
    _restate(states_by_acts())


def states_by_acts(
    acts: Iterable[tuple[int, str, datetime]] | None = None,
) -> dict[int, tuple[str, datetime | None]]:
    """Submission → the state that its acts gave it, and when it was approved where that is in force. `acts`: number of
    the submission, kind and moment, in the order of the ledger; all that were recorded by default."""
    if acts is None:
        events = SubmissionEvent.objects.order_by("pk").values_list("submission_id", "kind", "at")
        acts = events.iterator(chunk_size=5000)
    found: dict[int, tuple[str, datetime | None]] = {}
    for number, kind, at in acts:
        state = found.get(number, (State.RECEIVED.value, None))[0]
        if kind in _JUDGED and state not in (State.RECEIVED.value, State.SET_ASIDE.value):
            continue  # it was taken out while it was being judged
        became = kind if kind in _JUDGED else _BECOMES.get(kind)
        if became is not None:
            found[number] = (str(became), at if kind == Kind.APPROVED.value else None)
    return found


def drop_later_obligations(day: date) -> None:
    """Nothing is asked of a period that had not begun by that day."""
    _delete(Obligation.objects.filter(period_start__gt=day))


def drop_later_nodes() -> None:
    """Nodes that registers brought later. Numbers tell: whatever was made before one that was there was there, too.
    What had no report and is open on no day may go; everybody else stays."""
    named = Scope.objects.filter(submissions__isnull=False).values("node")
    _delete(Scope.objects.filter(submissions__isnull=True))
    is_open = ~Q(kind=Node.Kind.ORGANISATION) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
    there = Node.objects.filter(Q(pk__in=named) | (is_open & Q(kind=Node.Kind.ORGANISATION)))
    last = max(there.values_list("pk", flat=True), default=0)
    later = Node.objects.filter(pk__gt=last).exclude(code=Node.REPUBLIC_CODE)
    if last:
        _delete(Obligation.objects.filter(node__in=later))
        _delete(later)


def _restate(became: dict[int, tuple[str, datetime | None]]) -> None:
    wanted: defaultdict[tuple[str, datetime | None], list[int]] = defaultdict(list)
    for number, state, approved_at in Submission.objects.values_list("pk", "state", "approved_at"):
        then = became.get(number, (State.RECEIVED.value, None))
        if then != (state, approved_at):
            wanted[then].append(number)
    for (state, approved_at), numbers in wanted.items():
        for some in _some(numbers):
            Submission.objects.filter(pk__in=some).update(state=state, approved_at=approved_at)


def _delete(rows: QuerySet[Any]) -> None:
    """Without asking what refers to them: it goes as well. What is left is what this copy was given."""
    rows._raw_delete("default")
    if issubclass(rows.model, SealedModel):
        count_anew(connection, [rows.model._meta.db_table])


def _some(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]
