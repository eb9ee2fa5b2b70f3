"""A batch landed again as it landed before, where it may die of it: in a process apart, within the limits of intake.

In: the submissions one batch landed, and where to. Out: the number of rows; ReplayBeyondError where that goes beyond
the limits, or its process ends twice. What raises in the process raises here. Where the system has no processes apart
all of it is done here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from expectations.judging.scratch import SCRATCH
from ingest import ledger
from ingest.databases import in_memory
from ingest.home import Home, InstallationError
from ingest.ledger.records import Submission
from ingest.read.reports import type_reports
from ingest.receive.store import RawStore
from ingest.settings.databases import Room
from warehouse.services.apart import parent
from warehouse.services.apart.child import Spoken
from warehouse.services.apart.limits import Limits, limits_for
from warehouse.services.apart.messages import Job
from warehouse.services.apart.parent import BeyondError, EndedError, RaisedError
from warehouse.services.verdicts.periods import period_of
from warehouse.services.verdicts.replay import means_of_verdict, reading_of
from warehouse.storage.keys.vault import Vault
from warehouse.storage.lake.land import Accepted, Destination, land

_TRIES = 2
_MOST_NAMED = 10


class ReplayBeyondError(InstallationError):
    """Files that were accepted cannot be landed again within the limits of their size. Says which."""

    def __init__(self, submissions: Sequence[Submission], kind: str) -> None:
        numbers = [submission.pk for submission in submissions]
        listed = ", ".join(map(str, numbers[:_MOST_NAMED])) + (" …" if len(numbers) > _MOST_NAMED else "")
        super().__init__(f"receipts {listed}: {kind}")
        self.of("replay_beyond", receipts=listed, kind=kind)


def land_again(home: Home, submissions: Sequence[Submission], to: Destination) -> int:
    """Read and type the files again and land them as they landed before; the number of rows."""
    store = RawStore(home)
    limits = limits_for(store.path(each.raw_file_id) for each in submissions if each.raw_file_id)
    if not parent.can_be_apart():
        return _land(home, submissions, to, None)
    numbers = [submission.pk for submission in submissions]
    args = (home.root.absolute(), numbers, to, limits)
    job = Job(f"{__name__}:land_here", args, limits, parent.installation_environment())
    for tried in range(_TRIES):
        try:
            rows: int = parent.ask(job)
        except RaisedError as failed:
            raise (failed.error or failed) from None
        except (BeyondError, EndedError) as error:
            if isinstance(error, BeyondError) or tried + 1 == _TRIES:
                raise ReplayBeyondError(submissions, error.kind) from error
        else:
            return rows
    raise AssertionError


def land_here(spoken: Spoken, root: Path, numbers: Sequence[int], to: Destination, limits: Limits) -> int:
    """The same in this very process, which is apart."""
    spoken.at("land")
    home = Home(root)
    ledger.setup(home)
    found = Submission.objects.select_related("scope__node", "raw_file", "verdict").in_bulk(numbers)
    room = Room(limits.database, limits.spilled, limits.threads)
    return _land(home, [found[number] for number in numbers], to, room)


def _land(home: Home, submissions: Sequence[Submission], to: Destination, room: Room | None) -> int:
    first = submissions[0]
    verdict = first.verdict
    means = means_of_verdict(first.scope.form, verdict.contract_version, verdict.means_id)
    accepted = [Accepted(found.pk, period_of(found), found.rows_standing) for found in submissions]
    home.judge.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        Vault(home) as vault,
        TemporaryDirectory(prefix=SCRATCH, dir=home.judge) as scratch,
        in_memory(folder=Path(scratch), room=room) as con,
    ):
        type_reports(con, means, {found.pk: reading_of(home, means, found) for found in submissions})
        land(con, means.contract, accepted, verdict.batch_id, to, vault)
    return sum(submission.rows for submission in accepted)
