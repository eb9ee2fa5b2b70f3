"""Explanations: what a submitter says to the queries about a file.

In: a submission and the keys of the queries explained. Out: one event per act, append-only like all events.
An explanation belongs to its scope: a later file of it is not asked again while subject and value stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from ingest.ledger.chain import require_own_or_above
from ingest.ledger.records import Node, Scope, Submission, SubmissionEvent, User

_EXPLAINED = SubmissionEvent.Kind.EXPLAINED


def explained_queries(scope: Scope) -> set[str]:
    """The keys of everything explained in a scope so far."""
    return set(explanations_of(scope))


def explanations_of(scope: Scope) -> dict[str, str]:
    """Key of a query → the latest explanation given in the scope."""
    events = SubmissionEvent.objects.filter(kind=_EXPLAINED, submission__scope=scope).order_by("pk")
    details = events.values_list("details", flat=True)
    return {key: each["explanation"] for each in details for key in _keys_in(each)}


def _keys_in(details: Mapping[str, Any]) -> list[str]:
    """Events of the first versions call them marks, and events do not change."""
    keys: list[str] = details["queries"] if "queries" in details else details["marks"]
    return keys


def explain(
    submission_id: int,
    keys: Sequence[str | None],
    wanted: Collection[str],
    actor: User,
    by: Node,
    *,
    explanation: str,
    at: datetime,
    channel: str = "cli",
) -> int:
    """Answer queries of a submission; how many of its findings were open and are answered now.

    `keys`: those of all its findings; `wanted`: which of them are explained. `by` is the submitter or a node
    above it; a rejected file may be explained too, for the sake of the next. Raises NotAllowedError and
    Submission.DoesNotExist.
    """
    with transaction.atomic():
        submission = (
            Submission.objects.select_for_update(of=("self",))
            .select_related("scope__node")
            .get(pk=submission_id)
        )
        require_own_or_above(by, submission.scope.node)
        open_before = set(wanted) - explained_queries(submission.scope)
        answered = sum(key in open_before for key in keys)
        details: dict[str, Any] = {
            "explanation": explanation,
            "queries": sorted(set(wanted)),
            "answered": answered,
        }
        SubmissionEvent.objects.create(
            submission=submission,
            kind=_EXPLAINED,
            actor=actor,
            on_behalf_of=by,
            channel=channel,
            at=at,
            details=details,
        )
        return answered


def take(submission: Submission, given: Mapping[str, str], at: datetime) -> int:
    """Write down what came with a file: key of a query → explanation. How many of them were new.

    Done before the verdict is recorded, which counts them as answered: repeating it writes nothing twice.
    """
    known = explanations_of(submission.scope)
    fresh: dict[str, list[str]] = {}
    for key, text in given.items():
        if known.get(key) != text:
            fresh.setdefault(text, []).append(key)
    SubmissionEvent.objects.bulk_create(
        SubmissionEvent(
            submission=submission,
            kind=_EXPLAINED,
            actor=submission.actor,
            on_behalf_of=submission.on_behalf_of,
            channel=submission.channel,
            at=at,
            details={"explanation": text, "queries": sorted(keys), "answered": 0, "came_with_file": True},
        )
        for text, keys in fresh.items()
    )
    return sum(map(len, fresh.values()))


def answered_since(submission_ids: Iterable[int]) -> dict[int, int]:
    """Submission → how many of its queries were answered after its verdict; those without any are left out."""
    counts: dict[int, int] = {}
    events = SubmissionEvent.objects.filter(kind=_EXPLAINED)
    wanted = set(submission_ids)
    for submission_id, details in events.values_list("submission_id", "details"):
        if submission_id in wanted:
            counts[submission_id] = counts.get(submission_id, 0) + details["answered"]
    return counts
