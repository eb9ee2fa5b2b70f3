"""Intake: every waiting submission gets its verdict, and the rows of the accepted ones land.

In: what waits in the ledger. Out: findings files, lake files, verdicts, a hierarchy and obligations that
follow from them, and an `IntakeReport`.

The order is findings → lake → verdict. Whoever dies on the way leaves submissions that still wait and files
that no verdict names; the next run judges them again and lands them under another `batch_id`.

No file keeps another waiting: a batch that raises is cut in halves until the one is found that makes it raise, and
that one is set aside (`ingest.ledger.aside`).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from expectations.findings_file import places_file, write_findings
from expectations.judge import Judged, JudgeFile, Scope, judge
from expectations.queries import keys_of, tokens_of
from expectations.verdict import Verdict
from ingest.authored import AuthorError
from ingest.blame import stops_everything
from ingest.home import Home
from ingest.ledger import aside, explanations, waiting, winners
from ingest.ledger import submissions as ledger
from ingest.ledger.records import Submission
from ingest.ledger.removals import Removal
from ingest.progress import Step, Tell, tell_nobody
from ingest.receive.failpoint import reach
from ingest.receive.store import RawStore
from ingest.schema.contract import Contract
from ingest.schema.finding import Finding
from ingest.schema.load import contracts
from ingest.schema.period import LOCAL_TIME, Period
from warehouse.services.parts import reject_repeated
from warehouse.services.reference import JUDGED_AGAINST_ITSELF, Surroundings, surroundings_of
from warehouse.services.registers import REGISTERS, follow, keep_obligations
from warehouse.services.removal import removal_asking
from warehouse.storage.files import locked, sweep_partial
from warehouse.storage.land import Accepted, Destination, land
from warehouse.storage.secret import secrets_in
from warehouse.storage.vault import Vault

__all__ = ["IntakeReport", "judge_waiting"]

log = logging.getLogger(__name__)

# A micro-batch: large enough that starting a suite does not count, small enough for memory and for a retry.
_FILES = 400
_BYTES = 256 * 1024 * 1024
_WAIT_SECONDS = 600.0


@dataclass
class IntakeReport:
    """What became of what waited. `rows` counts landed rows; `set_aside` are submissions without a verdict through
    a fault of ours, with its kind."""

    accepted: int = 0
    rejected: int = 0
    unreadable: int = 0
    rows: int = 0
    batches: int = 0
    forms: list[str] = field(default_factory=list)
    set_aside: dict[int, str] = field(default_factory=dict)

    @property
    def judged(self) -> int:
        """How many verdicts were given."""
        return self.accepted + self.rejected + self.unreadable


class _Watch:
    """Says how many of the files that waited have their verdict, whichever form they are of.

    `step`: what is done with the batch at work: judge (reading included), land or record.
    """

    def __init__(self, tell: Tell, total: int) -> None:
        self.step = "judge"
        self._tell, self._total, self._done = tell, total, 0

    def of_batch(self, within: Step) -> None:
        """The batch at work is so far."""
        self._tell(Step("judging", self._done, self._total, within.what, within))

    def done(self, files: int, form: str) -> None:
        """So many more are dealt with."""
        self._done += files
        # What came in meanwhile is judged too: the whole is never less than what is done.
        self._total = max(self._total, self._done)
        self._tell(Step("judging", self._done, self._total, form))


def judge_waiting(home: Home, form: str | None = None, tell: Tell = tell_nobody) -> IntakeReport:
    """Judge what waits, forms in the order in which they depend on each other; `form`: that one alone. `tell` hears
    how many files are judged, of how many, and what is done now.

    One process at a time; another one waits its turn. Raises BusyError after ten minutes of waiting, and AuthorError
    for a form whose files cannot be followed, when all others are judged.
    """
    report = IntakeReport()
    with locked(intake_lock(home), _WAIT_SECONDS), Vault(home) as vault:
        sweep_partial(home.lake)
        sweep_partial(home.reference)
        follow(home)
        aside.retry_after_upgrade(home.now())
        wrong: list[AuthorError] = []
        waits = waiting.by_form()
        watch = _Watch(tell, sum(len(found) for name, found in waits.items() if form in (None, name)))
        for name in contracts():
            if form in (None, name):
                try:
                    _judge_form(home, name, vault, report, watch)
                except AuthorError as error:  # of this form: the others are judged all the same
                    wrong.append(error)
        keep_obligations(home)
    if wrong:
        raise wrong[0]
    return report


def intake_lock(home: Home) -> Path:
    """The lock of whoever writes to the lake."""
    return home.restricted / ".intake.lock"


def _judge_form(home: Home, form: str, vault: Vault, report: IntakeReport, watch: _Watch) -> None:
    found = waiting.by_form().get(form, [])
    if not found:
        return
    report.forms.append(form)
    for batch in _micro_batches(found, one_of_a_node=form == JUDGED_AGAINST_ITSELF):
        _judge_contained(home, contracts()[form], batch, vault, report, watch)
        watch.done(len(batch), form)
        report.batches += 1
    if form in REGISTERS:
        follow(home)


def _judge_contained(
    home: Home,
    contract: Contract,
    batch: Sequence[Submission],
    vault: Vault,
    report: IntakeReport,
    watch: _Watch,
) -> None:
    """Judge a batch; if that raises, its halves, so that one file's trouble ends with that file.

    What a batch had done before it raised has no effect: verdicts are recorded last, all or none.
    """
    if not batch:
        return
    watch.step = "judge"
    try:
        _judge_batch(home, contract, batch, vault, report, watch)
    except Exception as error:
        if stops_everything(error):
            raise
        log.warning(
            "%s: %d files together: %s", contract.form, len(batch), type(error).__name__, exc_info=True
        )
        if len(batch) == 1:
            _set_aside(home, batch[0], watch.step, type(error).__name__, report)
            return
        left = [submission for submission in batch if submission.pk not in report.set_aside]
        half = max(1, len(left) // 2)
        for part in (left[:half], left[half:]):
            _judge_contained(home, contract, part, vault, report, watch)


def _set_aside(home: Home, submission: Submission, step: str, kind: str, report: IntakeReport) -> None:
    if aside.set_aside(submission.pk, step, kind, home.now()):
        report.set_aside[submission.pk] = kind
        log.error("submission %d is set aside: %s failed (%s)", submission.pk, step, kind)


def _micro_batches(found: Sequence[Submission], *, one_of_a_node: bool) -> Iterator[list[Submission]]:
    """The submissions in their order, cut so that neither their number nor their bytes grow too large.

    `one_of_a_node`: what a node submitted next is judged knowing what became of its submission before.
    """
    batch: list[Submission] = []
    size = 0
    for submission in found:
        own = submission.raw_file.size if submission.raw_file else 0
        is_next = any(_awaits(submission, each, one_of_a_node=one_of_a_node) for each in batch)
        if batch and (is_next or len(batch) >= _FILES or size + own > _BYTES):
            yield batch
            batch, size = [], 0
        batch.append(submission)
        size += own
    if batch:
        yield batch


def _awaits(submission: Submission, earlier: Submission, *, one_of_a_node: bool) -> bool:
    """Whether a submission is to be judged knowing what became of an earlier one."""
    mine, other = submission.scope, earlier.scope
    if mine.node_id != other.node_id:
        return False
    is_same_report = mine.period == other.period
    is_whole_beside_part = mine.WHOLE in (mine.part, other.part)
    return one_of_a_node or (is_same_report and (mine.pk == other.pk or is_whole_beside_part))


def _judge_batch(
    home: Home,
    contract: Contract,
    batch: Sequence[Submission],
    vault: Vault,
    report: IntakeReport,
    watch: _Watch,
) -> None:
    by_id = {submission.pk: submission for submission in batch}
    files = _present(home, batch, report)
    organisations = {found.scope.node.code for found in batch}
    known = surroundings_of(
        home,
        contract,
        organisations,
        {found.scope_id for found in batch},
        {period_of(found) for found in batch},
    )
    keys: dict[int, list[str | None]] = {}
    with judge(
        files,
        contract,
        known.reference,
        demo=home.settings.demo,
        scratch=home.judge,
        tell=watch.of_batch,
    ) as judged:
        for submission_id, kind in judged.failed.items():
            _set_aside(home, by_id[submission_id], watch.step, kind, report)
        reject_repeated(home, contract, judged, by_id, vault)
        secret = query_secret(home)
        for submission_id, verdict in judged.verdicts.items():
            keys[submission_id] = keys_of(verdict.findings, secret)
            write_findings(home.findings, submission_id, verdict, keys[submission_id])
            judged.further.write(submission_id, places_file(home.findings, submission_id))
            _take_explanations(home, by_id[submission_id], verdict, keys[submission_id])
        reach("intake:findings")
        watch.step = "land"
        batch_id = secrets.token_hex(12)
        _land(home, contract, by_id, judged, batch_id, vault)
    reach("intake:landed")
    watch.step = "record"
    means_id = ledger.keep_means(judged.means)
    judgements = {
        submission_id: _judgement(
            verdict,
            known,
            by_id[submission_id],
            batch_id,
            _answered(by_id[submission_id], keys[submission_id]),
            means_id,
            _removal(home, verdict, by_id[submission_id], batch_id),
        )
        for submission_id, verdict in judged.verdicts.items()
    }
    ledger.record_verdicts(judgements, home.now())
    reach("intake:recorded")
    for verdict in judged.verdicts.values():
        setattr(report, verdict.outcome, getattr(report, verdict.outcome) + 1)
        report.rows += verdict.rows_accepted


def _present(home: Home, batch: Sequence[Submission], report: IntakeReport) -> list[JudgeFile]:
    """The files to judge. One whose bytes are gone is our fault and is set aside, the others go on."""
    store = RawStore(home)
    files: list[JudgeFile] = []
    for submission in batch:
        path = store.path(submission.raw_file_id or "")
        if not path.is_file():
            _set_aside(home, submission, "read", "raw file missing", report)
            continue
        of = submission.scope
        scope = Scope(
            *(of.node.code, of.node.kind, period_of(submission)),
            is_whole=of.part == of.WHOLE,
            received_on=submission.received_at.astimezone(LOCAL_TIME).date(),
        )
        whole = winners.whole_beside(submission.scope)
        said = (Finding("part_beside_whole", params={"receipt": str(whole.pk)}),) if whole else ()
        files.append(JudgeFile(submission.pk, path, submission.file_name, scope, said))
    return files


def period_of(submission: Submission) -> Period:
    """The period a submission reports on, as the ledger has it."""
    scope = submission.scope
    return Period(scope.period_kind, scope.period, scope.period_start, scope.period_end)  # type: ignore[arg-type]


def _land(
    home: Home,
    contract: Contract,
    by_id: dict[int, Submission],
    judged: Judged,
    batch_id: str,
    vault: Vault,
) -> None:
    accepted = [
        Accepted(submission_id, period_of(by_id[submission_id]), verdict.rows_accepted)
        for submission_id, verdict in judged.verdicts.items()
        if verdict.outcome == "accepted"
    ]
    land(judged.con, contract, accepted, batch_id, Destination.of(home), vault)


def query_secret(home: Home) -> bytes:
    """What keys of queries are made under: the first secret, since they must outlive a change of secrets."""
    return secrets_in(home.keys, may_create=True)[0].key


def _take_explanations(
    home: Home, submission: Submission, verdict: Verdict, keys: Sequence[str | None]
) -> None:
    """Explanations that came with the file belong to those of its queries that they name; others are nobody's."""
    if not verdict.explanations:
        return
    asked = zip(tokens_of(verdict.findings), keys, strict=True)
    said = verdict.explanations
    given = {key: said[token] for token, key in asked if key and token and token in said}
    explanations.take(submission, given, home.now())


def _answered(submission: Submission, keys: Sequence[str | None]) -> int:
    """How many of a file's queries were explained for an earlier file of its scope."""
    if not any(keys):
        return 0
    known = explanations.explained_queries(submission.scope)
    return sum(key in known for key in keys)


def _removal(home: Home, verdict: Verdict, submission: Submission, batch_id: str) -> Removal | None:
    if verdict.outcome != "accepted":
        return None
    return removal_asking(home, submission, batch_id, verdict.rows_accepted)


def _judgement(
    verdict: Verdict,
    known: Surroundings,
    submission: Submission,
    batch_id: str,
    answered: int,
    means_id: str,
    removal: Removal | None,
) -> ledger.Judgement:
    versions = verdict.versions
    return ledger.Judgement(
        outcome=verdict.outcome,
        contract_version=versions["contract"],
        rules_version=str(versions["rules"]),
        reference=known.versions_for(submission.scope.node.code),
        rows_in=verdict.rows_in,
        rows_accepted=verdict.rows_accepted,
        rows_rejected=verdict.rows_rejected,
        rows_not_data=verdict.rows_not_data,
        errors=verdict.count("error"),
        queries=verdict.count("query"),
        queries_answered=answered,
        notes=verdict.count("note"),
        not_checked=verdict.not_checked,
        batch_id=batch_id if verdict.outcome == "accepted" else "",
        means_id=means_id,
        removal=removal,
        corrections=[each.model_dump(mode="json", by_alias=True) for each in verdict.corrections],
    )
