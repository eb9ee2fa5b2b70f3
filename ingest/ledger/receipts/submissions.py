"""Receipts and verdicts: what came in, and what judging said about it.

In: the facts of one act. Out: the ledger's rows and an event for each act. Every function is one short
transaction; none of them parses or judges anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from django.db import transaction

from ingest.ledger.accounts import PIPELINE, account
from ingest.ledger.decisions.approvals import approve, return_, withdraw
from ingest.ledger.decisions.removals import Removal, pending_removal, record_confirmation
from ingest.ledger.receipts.states import begin_move, finish_moves
from ingest.ledger.records import (
    Node,
    RawFile,
    ReadingMeans,
    ReferenceVersion,
    Scope,
    Submission,
    SubmissionEvent,
    User,
    Verdict,
)
from ingest.ledger.refusals import AlreadyJudgedError
from ingest.schema.forms.means import Means
from ingest.schema.values.letters import folded_part
from ingest.schema.values.period import Period

__all__ = [
    "Handover",
    "Judgement",
    "Received",
    "approve",
    "hold_back",
    "keep_means",
    "record_receipt",
    "record_verdict",
    "record_verdicts",
    "release",
    "return_",
    "scope_of",
    "withdraw",
]

ChannelName = Literal["drop", "cli", "portal", "api"]
Kind = SubmissionEvent.Kind
# A scope's latest submission stops being "what we already have" once it was taken out or refused: the same bytes sent
# again are then a new submission. Nobody could take a withdrawal back otherwise, and what a file was refused for may
# have passed: another part had its rows, a list or a calendar was not there.
_NOT_KEPT = (
    Submission.State.RETURNED.value,
    Submission.State.WITHDRAWN.value,
    Submission.State.REJECTED.value,
    Submission.State.UNREADABLE.value,
)


@dataclass(frozen=True)
class Handover:
    """One act of handing something in.

    `on_behalf_of`: the node that hands in, by default the one the submission is about. `receipt_key`: the
    name of this act, so that repeating it after a crash or a lost answer is no second act. `may_replace`: whoever
    hands it in says that it may remove rows that count.
    """

    received_at: datetime
    channel: ChannelName
    actor: User
    file_name: str = ""
    on_behalf_of: Node | None = None
    receipt_key: str | None = None
    may_replace: bool = False


@dataclass(frozen=True)
class Received:
    """What a receipt became. For a duplicate `submission` is the one that was already there."""

    submission: Submission
    is_duplicate: bool


@dataclass(frozen=True)
class Judgement:
    """What judging found out about one submission; counts are rows, `errors` … `notes` are findings.

    `removal`: what it would remove of what counts, where that needs a confirmation. `means_id`:
    see `keep_means`. `reference`: form → ids of the submissions of its own node it was compared with;
    `reference_version_id`: see `keep_reference`. `corrections`: the declared ones that changed something, in full.
    """

    outcome: Literal["accepted", "rejected", "unreadable"]
    contract_version: int
    rules_version: str = ""
    reference: Mapping[str, Sequence[int]] = field(default_factory=dict)
    rows_in: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_not_data: int = 0
    errors: int = 0
    queries: int = 0
    queries_answered: int = 0
    notes: int = 0
    not_checked: Sequence[str] = ()
    batch_id: str = ""
    means_id: str | None = None
    reference_version_id: str | None = None
    corrections: Sequence[Mapping[str, Any]] = ()
    removal: Removal | None = None


def keep_means(means: Means) -> str:
    """Keep what files are read by, once; its SHA-256, which verdicts name."""
    ReadingMeans.objects.get_or_create(sha256=means.sha256, defaults={"content": means.to_json()})
    return means.sha256


def keep_reference(content: Mapping[str, Sequence[int]]) -> str:
    """Keep what files are compared with (form → ids of submissions), once; its SHA-256, which verdicts name."""
    plain = {form: sorted(ids) for form, ids in sorted(content.items())}
    sha256 = hashlib.sha256(json.dumps(plain).encode()).hexdigest()
    ReferenceVersion.objects.get_or_create(sha256=sha256, defaults={"content": plain})
    return sha256


def scope_of(form: str, node: Node, period: Period, part: str) -> Scope:
    """The scope, made at its first use. A part has the name it was first given, however it is written later."""
    key = folded_part(part)
    # Parts named before more ways of writing were overlooked keep the key of their time.
    own = list(Scope.objects.filter(form=form, node=node, period=period.text).order_by("pk"))
    alike = [each for each in own if key in (each.part_key, folded_part(each.part))]
    if alike:
        return next((each for each in alike if each.part_key == key), alike[0])
    scope, _ = Scope.objects.get_or_create(
        form=form,
        node=node,
        period=period.text,
        part_key=key,
        defaults={
            "part": Scope.WHOLE if key == folded_part(Scope.WHOLE) else part.strip(),
            "period_kind": period.kind,
            "period_start": period.start,
            "period_end": period.end,
        },
    )
    return scope


@transaction.atomic
def record_receipt(scope: Scope, raw: tuple[str, int] | None, handover: Handover) -> Received:
    """Write down that something was received; `raw` is (SHA-256, size in bytes), None for a nil return.

    The same bytes for the same scope as its latest submission are a duplicate, unless that one was refused or taken
    out: no new submission, one `duplicate` event. The same `receipt_key` is the same act repeated: nothing at all is
    written.
    """
    receipt_key = handover.receipt_key
    repeated = SubmissionEvent.objects.filter(receipt_key=receipt_key).first() if receipt_key else None
    if repeated is not None:
        return Received(repeated.submission, repeated.kind == Kind.DUPLICATE)
    # On PostgreSQL the lock gives the submissions of one scope their sequence one after the other;
    # on SQLite the whole transaction already has the only write lock.
    scope = Scope.objects.select_for_update(of=("self",)).select_related("node").get(pk=scope.pk)
    on_behalf_of = handover.on_behalf_of or scope.node
    latest = scope.submissions.order_by("-pk").first()
    sha256 = raw[0] if raw else None
    is_duplicate = latest is not None and latest.raw_file_id == sha256 and latest.state not in _NOT_KEPT
    if latest is None or not is_duplicate:
        if raw:
            RawFile.objects.get_or_create(
                sha256=raw[0], defaults={"size": raw[1], "stored_at": handover.received_at}
            )
        latest = Submission.objects.create(
            scope=scope,
            raw_file_id=sha256,
            file_name=handover.file_name[:255],
            received_at=handover.received_at,
            channel=handover.channel,
            actor=handover.actor,
            on_behalf_of=on_behalf_of,
            is_nil_return=raw is None,
        )
    SubmissionEvent.objects.create(
        submission=latest,
        kind=Kind.DUPLICATE if is_duplicate else Kind.RECEIVED,
        actor=handover.actor,
        on_behalf_of=on_behalf_of,
        channel=handover.channel,
        at=handover.received_at,
        details={"file_name": handover.file_name, "sha256": sha256, "may_replace": handover.may_replace},
        receipt_key=receipt_key,
    )
    if is_duplicate and handover.may_replace and latest.state == Submission.State.PENDING:
        removal = pending_removal(latest)
        record_confirmation(
            latest, removal, handover.actor, on_behalf_of, handover.received_at, handover.channel
        )
    return Received(latest, is_duplicate)


def record_verdict(submission_id: int, judgement: Judgement, judged_at: datetime) -> Verdict:
    """Write down the verdict on one submission. See `record_verdicts`."""
    return record_verdicts({submission_id: judgement}, judged_at)[submission_id]


@transaction.atomic
def record_verdicts(judgements: Mapping[int, Judgement], judged_at: datetime) -> dict[int, Verdict]:
    """Write down the verdicts of one micro-batch, all or none; submission id → its verdict.

    Repeating a recorded outcome changes nothing and gives the recorded verdict back, whose `batch_id` is then
    the one that counts. Raises AlreadyJudgedError for another outcome. A submission withdrawn while it was
    being judged keeps that state: its verdict is recorded and has no effect.
    """
    actor = account(PIPELINE)
    found = Submission.objects.select_for_update(of=("self",)).select_related("scope__node")
    submissions = found.in_bulk(sorted(judgements))
    recorded = {
        verdict.submission_id: verdict
        for verdict in Verdict.objects.filter(submission_id__in=sorted(judgements))
    }
    for submission_id, judgement in sorted(judgements.items()):
        before = recorded.get(submission_id)
        if before is None:
            submission = submissions[submission_id]
            recorded[submission_id] = _judge(submission, judgement, judged_at, actor)
        elif before.outcome != judgement.outcome:
            raise AlreadyJudgedError("already_judged", f"{submission_id} was judged {before.outcome}")
    finish_moves(submissions.values(), judged_at)
    return recorded


def _judge(submission: Submission, judgement: Judgement, judged_at: datetime, actor: User) -> Verdict:
    facts: dict[str, Any] = asdict(replace(judgement, removal=None))
    del facts["removal"]
    facts["reference"] = {form: list(ids) for form, ids in judgement.reference.items()}
    facts["not_checked"] = list(judgement.not_checked)
    facts["corrections"] = [dict(each) for each in judgement.corrections]
    verdict = Verdict.objects.create(submission=submission, judged_at=judged_at, **facts)
    is_new = submission.state == Submission.State.RECEIVED
    if is_new:
        begin_move(submission, Submission.State.PENDING if judgement.removal else judgement.outcome)
    SubmissionEvent.objects.create(
        submission=submission,
        kind=judgement.outcome,
        actor=actor,
        channel="pipeline",
        at=judged_at,
        details={"rows_in": judgement.rows_in, "errors": judgement.errors, "queries": judgement.queries},
    )
    if judgement.removal and is_new:
        _ask(submission, judgement.removal, judged_at, actor)
    return verdict


def _ask(submission: Submission, removal: Removal, at: datetime, actor: User) -> None:
    """Write down what the submission would remove; whoever handed it in may have confirmed that already."""
    SubmissionEvent.objects.create(
        submission=submission,
        kind=Kind.PENDING,
        actor=actor,
        channel="pipeline",
        at=at,
        details={"removal": removal.to_json()},
    )
    event = confirmed_beforehand(submission)
    if event:
        by = event.on_behalf_of or submission.on_behalf_of
        record_confirmation(submission, removal, event.actor, by, at, event.channel)


def confirmed_beforehand(submission: Submission) -> SubmissionEvent | None:
    """The latest act of handing it in that said that it may remove rows which count."""
    handed_in = submission.events.filter(kind__in=(Kind.RECEIVED, Kind.DUPLICATE)).order_by("-pk")
    acts = handed_in.select_related("actor", "on_behalf_of")
    return next((event for event in acts if event.details.get("may_replace")), None)


def hold_back(submission_ids: Iterable[int], build_id: int, reason: str, at: datetime) -> None:
    """Write down that a build left these out because a test its data broke; their state does not change."""
    _note(submission_ids, Kind.HELD_BACK, {"build": build_id, "reason": reason}, at)


def release(submission_ids: Iterable[int], build_id: int, at: datetime) -> None:
    """Write down that a build took these in again."""
    _note(submission_ids, Kind.RELEASED, {"build": build_id}, at)


@transaction.atomic
def _note(submission_ids: Iterable[int], kind: str, details: dict[str, Any], at: datetime) -> None:
    actor = account(PIPELINE)
    SubmissionEvent.objects.bulk_create(
        SubmissionEvent(
            submission_id=submission_id, kind=kind, actor=actor, channel="pipeline", at=at, details=details
        )
        for submission_id in sorted(set(submission_ids))
    )
