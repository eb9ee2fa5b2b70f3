"""What health asks the ledger: counts and moments, no names; read in one go and then let go of.

In: a ledger this process is bound to. Out: `LedgerFacts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Waiting:
    """How many wait, and since when the oldest does."""

    count: int = 0
    since: datetime | None = None


@dataclass(frozen=True)
class LastBuild:
    """The newest build; `is_held`: nobody has said yet how it ended."""

    number: int
    state: str
    at: datetime


@dataclass(frozen=True)
class Shown:
    """What is shown; `held_since`: somebody took a later one back, and nothing newer is shown until that is lifted."""

    number: int
    at: datetime
    held_since: datetime | None = None


@dataclass(frozen=True)
class InForce:
    """A written purpose that gives rows of persons until that moment."""

    number: int
    ends_at: datetime


@dataclass(frozen=True)
class LedgerFacts:
    """`received`, `set_aside`: submissions without a verdict. `unbuilt`: acts that the last build does not reflect.
    `unpublished`: the finished build that is newer than what is shown. `unsent`, `bounced`: messages that wait, and
    that did not arrive. `migration`: the newest that has run.
    """

    received: Waiting = Waiting()
    set_aside: Waiting = Waiting()
    unbuilt: Waiting = Waiting()
    unpublished: Waiting = Waiting()
    unsent: Waiting = Waiting()
    bounced: int = 0
    build: LastBuild | None = None
    shown: Shown | None = None
    purposes: tuple[InForce, ...] = ()
    newest: datetime | None = None
    migration: str = ""


def facts_of() -> LedgerFacts:
    """As it is now."""
    from django.db.models import Max

    from ingest.ledger.persons.purposes import purposes
    from ingest.ledger.records import Build, Message, Submission, SubmissionEvent

    last = Build.objects.order_by("-pk").first()
    newest = SubmissionEvent.objects.aggregate(last=Max("at"))["last"]
    return LedgerFacts(
        received=_waiting(Submission.State.RECEIVED),
        set_aside=_waiting(Submission.State.SET_ASIDE),
        unbuilt=_unbuilt(),
        unpublished=_unpublished(),
        unsent=_unsent(),
        bounced=Message.objects.filter(state=Message.State.BOUNCED).count(),
        build=LastBuild(last.pk, last.state, last.ended_at or last.started_at) if last else None,
        shown=_shown(),
        purposes=tuple(InForce(each.number, each.ends_at) for each in purposes() if each.cut_at is None),
        newest=newest,
        migration=_migration(),
    )


def _waiting(state: str) -> Waiting:
    from django.db.models import Count, Min

    from ingest.ledger.records import Submission

    found = Submission.objects.filter(state=state).aggregate(count=Count("pk"), since=Min("received_at"))
    return Waiting(found["count"], found["since"])


def _unsent() -> Waiting:
    from django.db.models import Count, Min

    from ingest.ledger.records import Message

    found = Message.objects.filter(state=Message.State.QUEUED).aggregate(
        count=Count("pk"), since=Min("created_at")
    )
    return Waiting(found["count"], found["since"])


def _unbuilt() -> Waiting:
    """Acts since the last finished build, where what counts differs from what that was pinned to."""
    from django.db.models import Count, Min

    from ingest.ledger.records import Build, SubmissionEvent

    Kind = SubmissionEvent.Kind  # noqa: N806  # a class
    deciding = (Kind.ACCEPTED, Kind.CONFIRMED, Kind.APPROVED, Kind.RETURNED, Kind.WITHDRAWN)
    last = Build.objects.filter(state=Build.State.SUCCEEDED).order_by("-pk").first()
    events = SubmissionEvent.objects.filter(kind__in=deciding)
    if last is not None:
        events = events.filter(at__gt=last.started_at)
    found = events.aggregate(count=Count("pk"), since=Min("at"))
    if not found["count"]:
        return Waiting()
    # This loads Arrow, for which nobody waits where nothing came.
    from ingest.ledger.decisions.manifest import counting

    if last is not None and last.manifest_sha256 == counting().fingerprint:
        return Waiting()
    return Waiting(found["count"], found["since"])


def _unpublished() -> Waiting:
    from ingest.ledger.publications import current, held
    from ingest.ledger.records import Build

    last = Build.objects.filter(state=Build.State.SUCCEEDED).order_by("-pk").first()
    shown = current()
    if last is None or held() is not None or (shown is not None and shown.build_id >= last.pk):
        return Waiting()
    return Waiting(1, last.ended_at)


def _shown() -> Shown | None:
    from ingest.ledger.publications import current, held

    shown, hold = current(), held()
    return Shown(shown.number, shown.published_at, hold.at if hold else None) if shown else None


def _migration() -> str:
    from django.db.migrations.recorder import MigrationRecorder

    ran = MigrationRecorder.Migration.objects.filter(app="ledger")
    name = ran.order_by("-name").values_list("name", flat=True).first()
    return str(name or "")[:4]
