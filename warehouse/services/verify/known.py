"""What the ledger says there must be, read in one go so that looking through the files holds nothing of it open.

In: a ledger this process is bound to. Out: `Known`. Raises Django's DatabaseError where the ledger cannot be read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from ingest.ledger.records import Build, Edition, Installation, Publication, RawFile, Submission, Verdict
from ingest.schema.forms.load import contracts


@dataclass(frozen=True)
class Sender:
    """Who handed a file in: the receipt, the node, the name the file had."""

    receipt: int
    node: str
    file_name: str

    def __str__(self) -> str:
        return f"№ {self.receipt} ({self.node}, {self.file_name or '—'})"


@dataclass(frozen=True)
class Judged:
    """What a verdict says of its findings."""

    outcome: str
    rows_in: int


@dataclass
class Known:
    """`raw`: SHA-256 → size of what is kept as received; `redacted`: SHA-256 of what somebody was erased from;
    `senders`: SHA-256 → who sent it. `landed`: form, period, batch → receipt → rows. `verdicts`: receipt of a file →
    what it says. `publications`: number → content hash. `builds`: finished ones. `editions`: folder below the archive →
    files with their sizes and digests.
    """

    raw: dict[str, int] = field(default_factory=dict)
    senders: dict[str, list[Sender]] = field(default_factory=dict)
    landed: dict[tuple[str, str, str], dict[int, int]] = field(default_factory=dict)
    verdicts: dict[int, Judged] = field(default_factory=dict)
    redacted: set[str] = field(default_factory=set)
    publications: dict[int, str] = field(default_factory=dict)
    shown: int | None = None
    builds: set[int] = field(default_factory=set)
    keys_issued: int = 0
    editions: dict[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)

    @classmethod
    def of_ledger(cls) -> Self:
        """As it is now."""
        present = RawFile.objects.filter(raw_state=RawFile.State.PRESENT)
        redacted = RawFile.objects.filter(raw_state=RawFile.State.REDACTED)
        senders: defaultdict[str, list[Sender]] = defaultdict(list)
        received = Submission.objects.filter(raw_file__in=present | redacted).order_by("pk")
        for sha256, *said in received.values_list("raw_file_id", "pk", "scope__node__code", "file_name"):
            number, node, name = said
            senders[str(sha256)].append(Sender(int(str(number)), str(node), str(name)))
        # A nil return is no file: nobody looked into it, so that nothing was found in it either.
        of_files = Verdict.objects.filter(submission__is_nil_return=False)
        judged = of_files.values_list("submission_id", "outcome", "rows_in")
        installation = Installation.objects.filter(pk=1).first()
        current = Publication.objects.filter(state=Publication.State.CURRENT).first()
        finished = Build.objects.filter(state=Build.State.SUCCEEDED)
        return cls(
            raw=dict(present.values_list("sha256", "size")),
            senders=dict(senders),
            landed=_landed(),
            verdicts={number: Judged(outcome, rows) for number, outcome, rows in judged},
            redacted=set(redacted.values_list("sha256", flat=True)),
            publications=dict(Publication.objects.values_list("number", "content_hash")),
            shown=current.number if current else None,
            builds=set(finished.values_list("pk", flat=True)),
            keys_issued=installation.keys_issued if installation else 0,
            editions=_editions(),
        )


def _editions() -> dict[str, Mapping[str, Mapping[str, Any]]]:
    made = Edition.objects.filter(state=Edition.State.MADE)
    named = made.values_list("report", "period", "node__code", "number", "files")
    return {"/".join(map(str, name)): files for *name, files in named.iterator()}


def _landed() -> dict[tuple[str, str, str], dict[int, int]]:
    """As a rebuild would land them: what was returned or withdrawn may be there still, and need not be."""
    found: defaultdict[tuple[str, str, str], dict[int, int]] = defaultdict(dict)
    rows = Submission.objects.filter(
        scope__form__in=list(contracts()),
        state__in=(*Submission.STANDING, Submission.State.PENDING),
        verdict__outcome=Verdict.Outcome.ACCEPTED,
        verdict__rows_accepted__gt=0,
    ).select_related("scope", "verdict", "raw_file")
    for each in rows:
        if each.rows_standing:
            found[each.scope.form, each.scope.period, each.verdict.batch_id][each.pk] = each.rows_standing
    return dict(found)
