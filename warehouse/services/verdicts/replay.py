"""A received file read again as it was read when it was judged.

In: a submission and what its verdict says it was read by. Out: its reading. For whatever makes something anew from the
originals: a rebuild, or an answer to somebody who asks what is held of a person.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from ingest.home import Home, InstallationError
from ingest.ledger.records import ReadingMeans, Submission, Verdict
from ingest.read.reading import Reading
from ingest.read.reports import read_report
from ingest.receive.store import RawStore
from ingest.schema.forms.correction import Correction
from ingest.schema.forms.correction import corrections as corrections_of
from ingest.schema.forms.load import contract as contract_of
from ingest.schema.forms.means import Means, means_of
from warehouse.services.verdicts.periods import period_of

log = logging.getLogger(__name__)


class OriginalError(InstallationError):
    """A received file cannot be read again as it was received. Says whose it is: who sent it may have it still."""

    def __init__(self, submission: Submission, damage: str) -> None:
        scope = submission.scope
        super().__init__(f"raw file of receipt {submission.pk} ({scope.node.code}, {scope.form}): {damage}")
        self.of(
            "original_damaged",
            damage=damage,
            receipt=submission.pk,
            node=scope.node.code,
            form=scope.form,
            period=scope.period,
            name=submission.file_name or "—",
            sha256=submission.raw_file_id,
        )


def means_of_verdict(form: str, version: int, means_id: str | None) -> Means:
    """What a file was read by. A verdict from before that was kept is replayed by what stands in the repository."""
    if means_id is not None:
        try:
            return Means.from_json(ReadingMeans.objects.get(pk=means_id).content)
        except ValidationError as error:
            # Written by an older schema of contracts: their files in the repository have been brought up to it.
            log.warning("%s version %d: %d keys are not known any more", form, version, error.error_count())
    return means_of(contract_of(form, version))


def reading_of(home: Home, means: Means, submission: Submission, scratch: Path | None = None) -> Reading:
    """The file of a judged submission; `scratch`: where it is read, the home's own room for that by default. Raises
    OriginalError where it is not there as it was received."""
    store = RawStore(home)
    assert submission.raw_file_id is not None
    path = store.path(submission.raw_file_id)
    node, period = submission.scope.node.code, period_of(submission)
    if problem := store.problem_of(submission.raw_file_id):
        raise OriginalError(submission, "missing" if problem == "missing" else "altered")
    return read_report(
        path, means, _corrections(means, submission.verdict), node, period, scratch or home.judge
    )


def _corrections(means: Means, verdict: Verdict) -> Sequence[Correction]:
    """The corrections a verdict says were applied, never those of today's file."""
    if verdict.corrections is None:  # from before they were recorded
        return corrections_of(means.contract)
    return [Correction.model_validate(each) for each in verdict.corrections]
