"""A person erased from everything that is kept, so that a rebuild and a restored copy keep it.

In: an erasure, begun (`warehouse.storage.keys.erasures`). Out: nothing of the person under the home: files are
replaced by what is left of them, findings and the lake lose the rows, the vault forgets the identifiers, publications
that held the person go and one without takes their place. Every step may be repeated; whoever dies anywhere in it
leaves an erasure that the next command finishes before it does anything else.

What stands outside is not reached: papers, letters, reports that were sent, backups until they are restored.
"""

from __future__ import annotations

import logging
import shutil
from collections import defaultdict
from contextlib import AbstractContextManager

from django.db import transaction

from ingest.digests import is_whole
from ingest.home import Home, InstallationError
from ingest.ledger import publications as records
from ingest.ledger.accounts import account
from ingest.ledger.persons import erased_texts
from ingest.ledger.receipts.states import move
from ingest.ledger.records import InstallationEvent, RawFile, Submission, SubmissionEvent, User
from ingest.locks import locked
from ingest.read.reading import Reading
from ingest.read.redacted import Left, read_left, without, write_left
from ingest.receive.failpoint import reach
from ingest.receive.store import RawStore, sync_folder
from warehouse.services.building import build
from warehouse.services.persons.clearing import clear_dropped, clear_findings, clear_lake
from warehouse.services.persons.holdings import held_in, read_again
from warehouse.services.persons.person import Person
from warehouse.services.persons.plan import UNJUDGED, kept_publications
from warehouse.services.verdicts.intake import intake_lock
from warehouse.storage.files import written
from warehouse.storage.keys import erasures
from warehouse.storage.keys.erasures import Erasure
from warehouse.storage.keys.vault import Vault
from warehouse.storage.shown.publish import PublicationError, forget_publications, publish, shown_number
from warehouse.storage.shown.purposes import forget_rows, keep_purposes

log = logging.getLogger(__name__)
_WAIT_SECONDS = 600.0


def erase(home: Home, erasure: Erasure, person: Person) -> None:
    """Begin an erasure and do all of it. Raises ListUnusableError with nothing begun; BuildError and PublicationError
    where what is left cannot be published: then it is done but for that, which the next command tries again."""
    with _alone(home):
        erasures.begin(home, erasure)
        reach("erase:begun")
        _do(home, erasure, person)


def finish_erasures(home: Home) -> int:
    """Do what was begun and not ended here: interrupted, or done in a state of the home after this one. How many.

    What cannot be published yet keeps nobody from working; it is tried at every command.
    """
    count = 0
    with _alone(home):  # whoever is at it may have ended it meanwhile
        for erasure in erasures.unfinished(home):
            try:
                _do(home, erasure, Person(demo=home.settings.demo))
                count += 1
            except (InstallationError, PublicationError) as error:
                log.error("erasure %s is not ended: %s", erasure.number, error)
    return count


def _alone(home: Home) -> AbstractContextManager[int]:
    """One at a time: other commands wait, since none of them may show or keep what goes."""
    return locked(home.restricted / ".erasing", _WAIT_SECONDS)


def _do(home: Home, erasure: Erasure, person: Person) -> None:
    actor = account(erasure.actor)
    forget_rows(
        home
    )  # whoever reads rows of persons reads none until there is a publication without this one
    with locked(intake_lock(home), _WAIT_SECONDS), locked(home.builds / ".lock", _WAIT_SECONDS):
        known = _as_told_by_files(home, erasure, person)
        rows = {
            each.pk: {number for _, number in erasure.files[sha256].rows}
            for sha256, submissions in _submissions(erasure).items()
            for each in submissions
        }
        clear_findings(home, rows, known)
        erased_texts.erase_texts(known.is_named_in)
        erased_texts.forget_log()
        reach("erase:findings")
        for sha256, submissions in _submissions(erasure).items():
            _take_from(home, erasure, sha256, submissions, actor)
            reach("erase:file")
        with Vault(home) as vault:
            aliases = [(kind, version, bytes.fromhex(hmac)) for kind, version, hmac in erasure.aliases]
            clear_lake(home, vault.keys_of_aliases(aliases))
            reach("erase:lake")
            vault.forget(aliases)
        clear_dropped(home, erasure.dropped)
        _forget_scratch(home)
        reach("erase:vault")
    gone = _publish_without(home)
    reach("erase:published")
    _record(home, erasure, actor, gone)
    reach("erase:recorded")
    erasures.end(home, erasure)
    keep_purposes(home, shown_number(home))


def _submissions(erasure: Erasure) -> dict[str, list[Submission]]:
    """Content → what was handed in with it."""
    found: defaultdict[str, list[Submission]] = defaultdict(list)
    received = Submission.objects.filter(raw_file_id__in=list(erasure.files))
    for each in received.select_related("scope__node", "raw_file", "verdict").order_by("pk"):
        found[str(each.raw_file_id)].append(each)
    return found


def _as_told_by_files(home: Home, erasure: Erasure, person: Person) -> Person:
    """The person as the rows that go say: the list itself names nobody, and a restored home has the rows still."""
    store = RawStore(home)
    known = person
    for sha256, submissions in _submissions(erasure).items():
        file = store.kept_path(sha256)
        gone = erasure.files[sha256]
        if file is None or not gone.rows:
            continue
        told = held_in(home, file, submissions, known, frozenset(gone.rows))
        known = known.with_rows(row.values for row in told.rows)
        identifiers = {str(row.values["iin"]) for row in told.rows if row.values.get("iin")}
        known = known.with_identifiers(identifiers)
    return known


def _take_from(home: Home, erasure: Erasure, sha256: str, submissions: list[Submission], actor: User) -> None:
    """Put what is left of a content in its place, then write down that it was done, then let the original go."""
    store = RawStore(home)
    source, final = store.kept_path(sha256), store.redacted_path(sha256)
    if source is None:
        return
    gone = erasure.files[sha256]
    if source == final and erasure.number in RawFile.objects.get(sha256=sha256).redactions:
        return
    left = without(_left_of(home, sha256, submissions), gone.rows, gone.cells)
    with written(final, 0o600, digested=True) as draft:
        write_left(draft, left)
    reach("erase:left")
    _write_down(home, erasure, sha256, submissions, left.rows_erased, actor)
    store.path(sha256).unlink(missing_ok=True)
    sync_folder(final.parent)


def _left_of(home: Home, sha256: str, submissions: list[Submission]) -> Left:
    """What is kept of a content now: of one that was never touched all that was read of it."""
    store = RawStore(home)
    if not store.path(sha256).is_file() and is_whole(store.redacted_path(sha256)):
        return read_left(store.redacted_path(sha256))
    judged = [each for each in submissions if hasattr(each, "verdict")]
    _, reading = read_again(home, store.path(sha256), (judged or submissions)[0], corrected=False)
    return Left(reading or Reading(unreadable=True), 0)


@transaction.atomic
def _write_down(
    home: Home, erasure: Erasure, sha256: str, submissions: list[Submission], rows_erased: int, actor: User
) -> None:
    """The content is no longer whole: whose act that was, why, and how many rows went of it."""
    raw = RawFile.objects.select_for_update().get(sha256=sha256)
    raw.raw_state, raw.rows_erased = RawFile.State.REDACTED, rows_erased
    if erasure.number not in raw.redactions:
        raw.redactions = [*raw.redactions, erasure.number]
    raw.save(update_fields=["raw_state", "rows_erased", "redactions"])
    for submission in submissions:
        key = f"erased:{erasure.number}:{submission.pk}"
        if SubmissionEvent.objects.filter(receipt_key=key).exists():
            continue
        said = {"reason": erasure.reason, "erasure": erasure.number, "sha256": sha256}
        _event(home, submission, SubmissionEvent.Kind.REDACTED, actor, said, key)
        if submission.state in UNJUDGED:
            move(submission, Submission.State.WITHDRAWN, home.now())
            _event(home, submission, SubmissionEvent.Kind.WITHDRAWN, actor, said, None)


def _event(
    home: Home, submission: Submission, kind: str, actor: User, details: dict[str, str], key: str | None
) -> None:
    SubmissionEvent.objects.create(
        submission=submission,
        kind=kind,
        actor=actor,
        channel="pipeline",
        at=home.now(),
        details=details,
        receipt_key=key,
    )


def _forget_scratch(home: Home) -> None:
    """Scratch of judging, drafts of receipts that died, lakes half made, builds: all may hold the person, none is
    needed."""
    for folder in (home.judge, home.spilled, home.draft, home.raw / ".incoming"):
        for left in folder.glob("*") if folder.is_dir() else ():
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    for kept in (home.lake, home.reference):
        for left in kept.parent.glob(f"{kept.name}.*"):
            shutil.rmtree(left, ignore_errors=True)
    for found in home.builds.iterdir():
        if found.is_dir():
            shutil.rmtree(found)


def _publish_without(home: Home) -> list[int]:
    """Show a publication without the person and let all before it go; their numbers."""
    if records.current() is None:
        return []
    result = build(home, force=True)
    shown = publish(home, result.build_id, accept_loss=True)
    gone = [number for number in kept_publications(home) if number != shown.number]
    forget_publications(home, shown.number)
    return gone


def _record(home: Home, erasure: Erasure, actor: User, gone: list[int]) -> None:
    kind = InstallationEvent.Kind.PERSON_ERASED
    if any(each.details["erasure"] == erasure.number for each in InstallationEvent.objects.filter(kind=kind)):
        return
    InstallationEvent.objects.create(
        kind=kind,
        actor=actor,
        at=home.now(),
        details={
            "erasure": erasure.number,
            "reason": erasure.reason,
            "files": len(erasure.files),
            "rows": sum(len(each.rows) for each in erasure.files.values()),
            "publications": gone,
        },
    )
