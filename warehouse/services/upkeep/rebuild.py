"""Making everything derived anew, from the raw store, the ledger and the identity vault alone.

In: the three. Out: a new lake and new lists of persons, a new build, a new publication with the same content.
Recorded verdicts are replayed with what they say the files were read by and the corrections they say were applied;
nothing is judged again. Files that no
verdict names (of a judging that died before its verdict) are not made again, which is how orphans go.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db.models import QuerySet

from ingest.home import Home
from ingest.ledger import publications as records
from ingest.ledger.records import Submission, Verdict
from ingest.ledger.seals.broken import require_built_from
from ingest.locks import locked
from ingest.progress import Step, Tell, tell_nobody
from ingest.receive.failpoint import reach
from ingest.schema.forms.load import contracts
from warehouse.services.building import build
from warehouse.services.hierarchy.registers import follow
from warehouse.services.upkeep.landing_again import land_again
from warehouse.services.verdicts.intake import intake_lock
from warehouse.storage.builds.kept_draft import forget
from warehouse.storage.files import fsync_folder
from warehouse.storage.identity import claim_folder, owner_of
from warehouse.storage.lake.empty import write_empty
from warehouse.storage.lake.land import Destination
from warehouse.storage.shown.publish import publish

_WAIT_SECONDS = 600.0
_REBUILDING, _OLD = ".rebuilding", ".old"


@dataclass(frozen=True)
class Rebuilt:
    """What was made anew. `is_same`: the content equals that of the publication before, if there was one. `is_held`:
    it is not shown, since something was taken back and publication `number` stays."""

    submissions: int
    rows: int
    number: int
    is_same: bool | None
    is_held: bool = False

    def __str__(self) -> str:
        same = {True: "the same content", False: "another content", None: "the first publication"}
        landed = f"{self.submissions} submissions, {self.rows} rows"
        if self.is_held:
            return f"{landed}; publication {self.number} stays shown, since something was taken back"
        return f"{landed}; publication {self.number}: {same[self.is_same]}"


def rebuild(home: Home, tell: Tell = tell_nobody, *, accept_loss: bool = False) -> Rebuilt:
    """Replay every verdict, build and publish; `tell` hears how far each of the three is. `accept_loss`: see `publish`.

    Raises OriginalError for raw bytes that are gone or not what was received, LandingError when a replay gives another
    number of rows than its verdict, ReplayBeyondError where one goes beyond the limits of intake, BuildError, and
    BusyError while others work on the lake or a build.
    """
    before = records.current()
    submissions, rows = relay(home, tell)
    result = build(home, force=True, tell=tell)
    if before and records.held():
        # What was taken back is in the ledger still: it is built, and not shown.
        return Rebuilt(submissions, rows, before.number, None, is_held=True)
    shown = publish(home, result.build_id, tell, accept_loss=accept_loss)
    is_same = before.content_hash == shown.content_hash if before else None
    return Rebuilt(submissions, rows, shown.number, is_same)


def relay(home: Home, tell: Tell = tell_nobody) -> tuple[int, int]:
    """Make lake and lists of persons anew and put them in place of the old ones; submissions and rows landed.

    Interrupted it leaves either the old ones or a state that the next call puts right: it always begins anew. Raises
    BrokenSealError where the ledger says something else than was written.
    """
    require_built_from(home)
    beside = Destination(_beside(home.lake), _beside(home.reference))
    # Whoever reads or writes the lake waits: intake by the one lock, builds by the other.
    with locked(intake_lock(home), _WAIT_SECONDS), locked(home.builds / ".lock", _WAIT_SECONDS):
        for leftover in (beside.lake, beside.reference):
            shutil.rmtree(leftover, ignore_errors=True)
        beside.reference.mkdir(mode=0o700, parents=True)
        submissions = rows = 0
        total = _landed("").count()
        for batch in _batches():
            tell(Step("replaying", submissions, total, batch[0].scope.form))
            rows += land_again(home, batch, beside)
            submissions += len(batch)
        write_empty(beside.lake)
        if uid := owner_of(home.lake):
            claim_folder(beside.lake, uid)
        reach("rebuild:replayed")
        for final in (home.lake, home.reference):
            _put_in_place(final)
        _forget_builds(home)
        follow(home)
    return submissions, rows


def _batches() -> Iterator[list[Submission]]:
    """The submissions that landed together, in the order in which forms depend on each other, then in that of receipt.

    A submission that was returned or withdrawn lands no more; one that another superseded does, since it
    counts again when its successor is withdrawn; and one that waits for its confirmation.
    """
    for form in contracts():
        groups: defaultdict[tuple[str | None, int, str], list[Submission]] = defaultdict(list)
        accepted = _landed(form).select_related("scope__node", "raw_file", "verdict")
        for found in accepted.order_by("pk"):
            verdict = found.verdict
            groups[verdict.means_id, verdict.contract_version, verdict.batch_id].append(found)
        yield from groups.values()


def _landed(form: str) -> QuerySet[Submission]:
    """The submissions of a form whose rows land; of every form that has a contract where none is named."""
    return Submission.objects.filter(
        scope__form__in=[form] if form else list(contracts()),
        state__in=(*Submission.STANDING, Submission.State.PENDING),
        verdict__outcome=Verdict.Outcome.ACCEPTED,
        verdict__rows_accepted__gt=0,
    )


def _beside(final: Path) -> Path:
    return final.with_name(final.name + _REBUILDING)


def _put_in_place(final: Path) -> None:
    """Two renames. Who dies between them leaves nothing under the name, and a rebuild puts that right."""
    old = final.with_name(final.name + _OLD)
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    reach("rebuild:moved")
    _beside(final).rename(final)
    fsync_folder(final.parent)
    shutil.rmtree(old, ignore_errors=True)


def _forget_builds(home: Home) -> None:
    """Builds read a lake that is no more."""
    forget(home)
    for found in home.builds.iterdir():
        if found.is_dir():
            shutil.rmtree(found)
