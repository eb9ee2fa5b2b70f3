"""What the ledger knows of the submissions behind a figure: who sent them, by what they were judged, who approved.

In: numbers of submissions. Out: one document each, of codes and moments; no person is named but those who acted for an
office. The number of queries open is that of this moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ingest.ledger.receipts import explanations
from ingest.ledger.records import Submission, SubmissionEvent

_AT_ONCE = 500
_TOLD = ("approved", "returned", "withdrawn", "confirmed", "held_back", "released", "redacted", "explained")


def receipts_of(numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Each of these submissions, in that order."""
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        some = list(numbers[start : start + _AT_ONCE])
        related = ("scope__node", "raw_file", "verdict", "actor", "on_behalf_of")
        answered = explanations.answered_since(some)
        acts = _acts(some)
        for each in Submission.objects.select_related(*related).filter(pk__in=some):
            found[each.pk] = _facts(each, answered.get(each.pk, 0), acts.get(each.pk, []))
    return [found[number] for number in numbers if number in found]


def states_of(numbers: Collection[int]) -> dict[str, int]:
    """State → how many of these submissions are in it."""
    listed, counted = sorted(numbers), dict[str, int]()
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        for state in Submission.objects.filter(pk__in=some).values_list("state", flat=True):
            counted[state] = counted.get(state, 0) + 1
    return dict(sorted(counted.items()))


def _facts(found: Submission, answered: int, acts: list[dict[str, Any]]) -> dict[str, Any]:
    scope, verdict = found.scope, getattr(found, "verdict", None)
    return {
        "receipt": found.pk,
        "form": scope.form,
        "node": scope.node.code,
        "name_kk": scope.node.name_kk,
        "name_ru": scope.node.name_ru,
        "period": scope.period,
        "part": scope.part,
        "state": found.state,
        "nil_return": found.is_nil_return,
        "file_name": found.file_name or None,
        "sha256": found.raw_file_id,
        "file_state": found.raw_file.raw_state if found.raw_file else None,
        "rows_erased": found.raw_file.rows_erased if found.raw_file else 0,
        "received_at": found.received_at,
        "channel": found.channel,
        "actor": found.actor.username,
        "on_behalf_of": found.on_behalf_of.code,
        **_verdict(verdict, answered),
        "approved": [each for each in acts if each["kind"] == "approved"] if found.approved_at else [],
        "acts": acts,
    }


def _verdict(verdict: Any, answered: int) -> dict[str, Any]:
    if verdict is None:
        names = ("judged_at", "contract_version", "rules_version", "read_by", "rows_in", "rows_accepted")
        return {**dict.fromkeys(names), "rows_not_data": None, "open_queries": 0, "corrections": []}
    return {
        "judged_at": verdict.judged_at,
        "contract_version": verdict.contract_version,
        "rules_version": verdict.rules_version or None,
        "read_by": verdict.means_id,
        "rows_in": verdict.rows_in,
        "rows_accepted": verdict.rows_accepted,
        "rows_not_data": verdict.rows_not_data,
        "open_queries": verdict.queries - verdict.queries_answered - answered,
        "corrections": [_correction(each) for each in verdict.corrections or ()],
    }


def _correction(told: Mapping[str, Any]) -> dict[str, Any]:
    """What was put right and why, without the cells it was put right in."""
    return {name: told[name] for name in ("id", "field", "reason", "asked_by", "since") if name in told}


def _acts(numbers: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Submission → who decided what about it, the first act first."""
    found: dict[int, list[dict[str, Any]]] = {}
    events = SubmissionEvent.objects.filter(submission__in=numbers, kind__in=_TOLD)
    for event in events.select_related("actor", "on_behalf_of").order_by("pk"):
        act = {
            "at": event.at,
            "kind": event.kind,
            "actor": event.actor.username,
            "by": event.on_behalf_of.code if event.on_behalf_of else None,
        }
        found.setdefault(event.submission_id, []).append(act)
    return found
