"""Making everything derived anew, from the raw store, the ledger and the identity vault alone.

In: the three. Out: a new lake and new lists of persons, a new build, a new publication with the same content.
Recorded verdicts are replayed with the contract version they name; nothing is judged again. Files that no
verdict names (of a judging that died before its verdict) are not made again, which is how orphans go.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.home import Home
from ingest.ledger import publications as records
from ingest.ledger.records import Submission, Verdict
from ingest.read import Reading, read, type_batch
from ingest.receive.failpoint import reach
from ingest.receive.store import RawStore
from ingest.schema.contract import Contract
from ingest.schema.load import contract as contract_of
from ingest.schema.load import contracts
from warehouse.services.intake import intake_lock, period_of
from warehouse.services.registers import follow, keep_obligations
from warehouse.storage.build import build
from warehouse.storage.files import fsync_folder, locked
from warehouse.storage.land import Accepted, Destination, land, write_empty
from warehouse.storage.publish import publish
from warehouse.storage.vault import Vault

_WAIT_SECONDS = 600.0
_REBUILDING, _OLD = ".rebuilding", ".old"


@dataclass(frozen=True)
class Rebuilt:
    """What was made anew. `is_same`: the content equals that of the publication before, if there was one."""

    submissions: int
    rows: int
    number: int
    is_same: bool | None

    def __str__(self) -> str:
        same = {True: "the same content", False: "another content", None: "the first publication"}
        landed = f"{self.submissions} submissions, {self.rows} rows"
        return f"{landed}; publication {self.number}: {same[self.is_same]}"


@dataclass(frozen=True)
class _Landing:
    """The submissions one batch landed, as their verdicts tell."""

    form: str
    version: int
    batch_id: str
    submissions: Sequence[Submission]


def rebuild(home: Home) -> Rebuilt:
    """Replay every verdict, build and publish.

    Raises DamagedError for raw bytes that are not what was received, LandingError when a replay gives another
    number of rows than its verdict, BuildError, and BusyError while others work on the lake or a build.
    """
    before = records.current()
    submissions, rows = relay(home)
    keep_obligations(home)
    result = build(home, force=True)
    shown = publish(home, result.build_id)
    is_same = before.content_hash == shown.content_hash if before else None
    return Rebuilt(submissions, rows, shown.number, is_same)


def relay(home: Home) -> tuple[int, int]:
    """Make lake and lists of persons anew and put them in place of the old ones; submissions and rows landed.

    Interrupted it leaves either the old ones or a state that the next call puts right: it always begins anew.
    """
    beside = Destination(_beside(home.lake), _beside(home.reference))
    # Whoever reads or writes the lake waits: intake by the one lock, builds by the other.
    with locked(intake_lock(home), _WAIT_SECONDS), locked(home.builds / ".lock", _WAIT_SECONDS):
        for leftover in (beside.lake, beside.reference):
            shutil.rmtree(leftover, ignore_errors=True)
        beside.reference.mkdir(mode=0o700, parents=True)
        submissions = rows = 0
        with Vault(home) as vault:
            for landing in _landings():
                rows += _replay(home, landing, beside, vault)
                submissions += len(landing.submissions)
        write_empty(beside.lake)
        reach("rebuild:replayed")
        for final in (home.lake, home.reference):
            _put_in_place(final)
        _forget_builds(home)
        follow(home)
    return submissions, rows


def _landings() -> Iterator[_Landing]:
    """Batches in the order in which forms depend on each other, then in that of receipt.

    A submission that was returned or withdrawn lands no more; one that another superseded does, since it
    counts again when its successor is withdrawn.
    """
    for form in contracts():
        groups: defaultdict[tuple[int, str], list[Submission]] = defaultdict(list)
        accepted = Submission.objects.filter(
            scope__form=form,
            state__in=Submission.STANDING,
            verdict__outcome=Verdict.Outcome.ACCEPTED,
            verdict__rows_accepted__gt=0,
        )
        for found in accepted.select_related("scope__node", "raw_file", "verdict").order_by("pk"):
            groups[found.verdict.contract_version, found.verdict.batch_id].append(found)
        for (version, batch_id), submissions in groups.items():
            yield _Landing(form, version, batch_id, submissions)


def _replay(home: Home, landing: _Landing, to: Destination, vault: Vault) -> int:
    """Read and type the files again and land them as they landed before; the number of rows."""
    contract = contract_of(landing.form, landing.version)
    accepted = [
        Accepted(found.pk, period_of(found), found.verdict.rows_accepted) for found in landing.submissions
    ]
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": False}) as con:
        type_batch(
            con, contract, [(found.pk, _reading(home, contract, found)) for found in landing.submissions]
        )
        land(con, contract, accepted, landing.batch_id, to, vault)
    return sum(submission.rows for submission in accepted)


def _reading(home: Home, contract: Contract, submission: Submission) -> Reading:
    store = RawStore(home)
    assert submission.raw_file_id is not None
    with store.open(submission.raw_file_id, verify=True):
        return read(store.path(submission.raw_file_id), contract)


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
    for found in home.builds.iterdir():
        if found.is_dir():
            shutil.rmtree(found)
