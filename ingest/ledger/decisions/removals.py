"""What an act would take away of what counts, and the confirmation it needs.

In: a submission and what it would displace. Out: a `Removal` that says so in numbers, and the events that record it.
A submission that would remove rows without having been confirmed is `pending`: judged and landed, counting for
nothing, until somebody confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from ingest.ledger.accounts import PIPELINE, account
from ingest.ledger.chain import require_own_or_above
from ingest.ledger.decisions import winners
from ingest.ledger.receipts.states import move
from ingest.ledger.records import (
    Node,
    ReferenceVersion,
    Scope,
    Submission,
    SubmissionEvent,
    User,
    Verdict,
)
from ingest.ledger.refusals import RefusalError, WrongStateError
from ingest.schema.forms.load import contracts

Kind = SubmissionEvent.Kind
State = Submission.State


class ConfirmationNeededError(RefusalError):
    """The act would remove rows that count. Carries the `removal`. `code`: see `words/commands/refusals.yml`."""

    def __init__(self, submission: Submission, removal: Removal, code: str = "would_remove") -> None:
        listed = ", ".join(map(str, removal.submissions))
        super().__init__(
            code,
            f"{removal.rows} of {removal.of} rows of {listed} would count no longer",
            submission=submission.pk,
            rows=removal.rows,
            of=removal.of,
            receipts=listed,
            dependants=removal.dependants,
        )
        self.removal = removal


@dataclass(frozen=True)
class Removal:
    """`rows` of the `of` rows of these submissions would count no longer; `dependants` are submissions that count and
    were judged against them."""

    rows: int
    of: int
    submissions: tuple[int, ...]
    dependants: int = 0

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "submissions": list(self.submissions)}

    @classmethod
    def from_json(cls, read: dict[str, Any]) -> Removal:
        return cls(read["rows"], read["of"], tuple(read["submissions"]), read["dependants"])


def removal_of(displaced: Iterable[Submission], kept: int = 0) -> Removal | None:
    """What goes when these count no longer and `kept` of their rows go on counting; None where no row does."""
    listed = list(displaced)
    total = sum(each.rows_standing for each in listed)
    if kept >= total:
        return None
    numbers = tuple(sorted(each.pk for each in listed if each.rows_standing))
    return Removal(total - kept, total, numbers, _dependants(listed))


def asks(removal: Removal | None, form: str) -> bool:
    """Whether so much may not go without a confirmation."""
    return removal is not None and is_asked(removal.rows, removal.of, form)


def is_asked(going: int, of: int, form: str) -> bool:
    """Whether so many of the rows that count may not go without a confirmation."""
    return going > contracts()[form].removes_unasked * of


def ask_anew(submission: Submission, removal: Removal, at: datetime) -> None:
    """Write down that a pending submission would by now remove this."""
    SubmissionEvent.objects.create(
        submission=submission,
        kind=Kind.PENDING,
        actor=account(PIPELINE),
        channel="pipeline",
        at=at,
        details={"removal": removal.to_json()},
    )


def confirm(submission_id: int, actor: User, by: Node, *, at: datetime, channel: str = "cli") -> Submission:
    """Let a pending submission count. `by`: the submitter or a node above it. Twice is no error.

    Raises NotAllowedError, WrongStateError and Submission.DoesNotExist.
    """
    with transaction.atomic():
        submission = (
            Submission.objects.select_for_update(of=("self",))
            .select_related("scope__node")
            .get(pk=submission_id)
        )
        require_own_or_above(by, submission.scope.node)
        if submission.state != State.PENDING:
            if confirmed_removal(submission) is not None:
                return submission
            problem = f"submission {submission.pk} is {submission.state} and waits for no confirmation"
            raise WrongStateError(
                "nothing_to_confirm", problem, submission=submission.pk, state=submission.state
            )
        removal = pending_removal(submission)
        record_confirmation(submission, removal, actor, by, at, channel)
        return submission


def record_confirmation(
    submission: Submission, removal: Removal | None, actor: User, by: Node, at: datetime, channel: str
) -> None:
    """Write down who confirmed what, and let the submission count."""
    move(submission, State.ACCEPTED, at)
    SubmissionEvent.objects.create(
        submission=submission,
        kind=Kind.CONFIRMED,
        actor=actor,
        on_behalf_of=by,
        channel=channel,
        at=at,
        details={"removal": removal.to_json() if removal else None},
    )


def pending_removal(submission: Submission) -> Removal | None:
    """What a submission would remove, as was found when it was judged."""
    return _recorded(submission, Kind.PENDING)


def confirmed_removal(submission: Submission) -> Removal | None:
    """What somebody confirmed that a submission removes."""
    return _recorded(submission, Kind.CONFIRMED)


def waiting_for_confirmation() -> list[tuple[Submission, Removal]]:
    """Every pending submission that is not overtaken by a later one of its scope, by sequence."""
    pending = Submission.objects.filter(state=State.PENDING).select_related("scope__node").order_by("pk")
    found: list[tuple[Submission, Removal]] = []
    for submission in pending:
        later = Submission.objects.filter(
            scope_id=submission.scope_id, pk__gt=submission.pk, state__in=Submission.STANDING
        )
        removal = pending_removal(submission)
        if removal is not None and not later.exists():
            found.append((submission, removal))
    return found


def require_confirmation(submission: Submission, removal: Removal | None, *, confirmed: bool) -> None:
    """Raises ConfirmationNeededError where rows would go and nobody has said that they may."""
    if removal is not None and not confirmed:
        raise ConfirmationNeededError(submission, removal)


def removal_of_taking_out(submission: Submission) -> Removal | None:
    """What goes when a submission is withdrawn or returned; None where it does not count or no row goes."""
    of_form = winners.operational(submission.scope.form), winners.official(submission.scope.form)
    counting = {each.pk: each for found in of_form for each in found}
    if submission.pk not in counting:
        return None
    return removal_of([submission, *_parts_without(submission, counting.values())])


def _parts_without(submission: Submission, counting: Iterable[Submission]) -> list[Submission]:
    """Parts that count since a nil return took the whole's place, and would not once that whole counts again."""
    scope = submission.scope
    if scope.part != Scope.WHOLE or not submission.is_nil_return:
        return []
    before = (
        scope.submissions.filter(state__in=Submission.STANDING, pk__lt=submission.pk).order_by("-pk").first()
    )
    if before is None or before.is_nil_return:
        return []
    report = (scope.node_id, scope.period)
    return [
        each
        for each in counting
        if (each.scope.node_id, each.scope.period) == report and each.scope_id != scope.pk
    ]


def _recorded(submission: Submission, kind: str) -> Removal | None:
    event = submission.events.filter(kind=kind).order_by("-pk").first()
    read = event.details.get("removal") if event else None
    return Removal.from_json(read) if read else None


def _dependants(displaced: Iterable[Submission]) -> int:
    """How many submissions that count were judged against one of these."""
    listed = list(displaced)
    if not listed:
        return 0
    form, numbers = listed[0].scope.form, {each.pk for each in listed}
    forms = [name for name, contract in contracts().items() if form in contract.depends_on]
    kept = ReferenceVersion.objects.values_list("pk", "content")
    versions = [key for key, content in kept.iterator() if not numbers.isdisjoint(content.get(form, ()))]
    judged = Verdict.objects.filter(
        submission__scope__form__in=forms, submission__state__in=Submission.STANDING
    )
    by_themselves = judged.exclude(reference_version__in=versions).values_list("reference", flat=True)
    return judged.filter(reference_version__in=versions).count() + sum(
        not numbers.isdisjoint(own.get(form, ())) for own in by_themselves.iterator()
    )
