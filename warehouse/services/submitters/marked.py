"""The marked workbook of one submission, made when somebody asks for it.

In: a home and a submission's number. Out: an xlsx, which holds personal data as the submitted file does. Findings are
those recorded with the verdict; nothing is judged again, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from expectations.findings.causes import RecordedFinding
from expectations.findings.findings_file import places_file, read_findings
from expectations.marked import Asked
from ingest.home import Home
from ingest.ledger.receipts import explanations
from ingest.ledger.records import Submission
from ingest.receive.store import RawStore
from ingest.schema.forms.contract import Contract, Language
from ingest.schema.forms.load import contract
from warehouse.services.submitters.checking import mark_apart


class NotMarkableError(Exception):
    """A submission of which there is nothing to give back. Carries `code`, for the words shown."""

    def __init__(self, submission_id: int, code: str, reason: str) -> None:
        super().__init__(f"submission {submission_id}: {reason}")
        self.code = code


@dataclass(frozen=True)
class Marked:
    """A file given back. `findings`: all that was found in it; `places`: the csv of places that are no findings of
    their own, None where there are none."""

    workbook: bytes
    findings: Sequence[RecordedFinding]
    contract: Contract
    places: Path | None


def marked_submission(home: Home, submission_id: int, language: Language) -> bytes:
    """The workbook alone. Raises as `mark_submission` does."""
    return mark_submission(home, submission_id, language).workbook


def mark_submission(home: Home, submission_id: int, language: Language) -> Marked:
    """The workbook and what is said in it. Raises NotMarkableError, Submission.DoesNotExist."""
    submission = Submission.objects.select_related("raw_file", "scope").get(pk=submission_id)
    source = _source(home, submission)
    try:
        recorded = read_findings(home.findings, submission_id)
    except FileNotFoundError:
        raise NotMarkableError(submission_id, "not_judged", "it is not judged yet") from None
    findings = [RecordedFinding.from_json(entry) for entry in recorded["findings"]]
    form = _contract(submission.scope.form, recorded.get("versions", {}).get("contract"))
    given = explanations.explanations_of(submission.scope)
    # A verdict of before the sheet had room for answers recorded no tokens.
    asked = [
        Asked(token, given.get(key or "", "")) if token else None
        for token, key in zip(recorded.get("tokens", ()), recorded.get("query_keys", ()), strict=False)
    ]
    places = places_file(home.findings, submission_id)
    workbook = mark_apart(source, findings, form, language, asked)
    return Marked(workbook, findings, form, places if places.exists() else None)


def _source(home: Home, submission: Submission) -> Path:
    if submission.raw_file_id is None:
        raise NotMarkableError(submission.pk, "no_file", "it came without a file")
    source = RawStore(home).path(submission.raw_file_id)
    if not source.is_file():
        raise NotMarkableError(submission.pk, "file_gone", "its file is no longer kept")
    return source


def _contract(form: str, version: int | None) -> Contract:
    """The contract it was judged by; where that is no longer kept, the one in force: only labels come from it."""
    try:
        return contract(form, version)
    except KeyError:
        return contract(form)
