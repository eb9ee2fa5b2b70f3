"""Intake: every waiting submission gets its verdict, and the rows of the accepted ones land.

In: what waits in the ledger. Out: findings files, lake files, verdicts, a hierarchy and obligations that
follow from them, and an `IntakeReport`.

The order is findings → lake → verdict. Whoever dies on the way leaves submissions that still wait and files
that no verdict names; the next run judges them again and lands them under another `batch_id`.

No file keeps another waiting. Batches are judged in a process apart, within limits
(`warehouse.services.verdicts.judging`); one that raises there, or makes the process end, is cut in halves until the
file is found that does it. A file beyond its limits is rejected with a finding that says so; one at which the program
itself fails is set aside (`ingest.ledger.receipts.aside`), and tried again by itself where the cause may pass.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from expectations.judging.scratch import SCRATCH
from ingest.authored import AuthorError
from ingest.home import Home
from ingest.ledger.receipts import aside, waiting
from ingest.ledger.records import Submission, Verdict
from ingest.locks import locked
from ingest.progress import Step, Tell, tell_nobody
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from ingest.told import in_log
from warehouse.services.apart.parent import ApartError, BeyondError, EndedError, RaisedError
from warehouse.services.hierarchy.bringing_up import bring_up
from warehouse.services.hierarchy.registers import REGISTERS, follow, not_followed
from warehouse.services.verdicts.batch_result import BatchResult
from warehouse.services.verdicts.judging import judge_batch, reject_too_expensive, require_able
from warehouse.storage.files import sweep_partial

__all__ = ["IntakeReport", "judge_waiting"]

log = logging.getLogger(__name__)

# A micro-batch: large enough that starting a suite does not count, small enough for memory and for a retry.
_FILES = 400
_BYTES = 256 * 1024 * 1024
_WAIT_SECONDS = 600.0
# Nobody judges a batch for so long: what lies there is of a process that died.
_LEFT_BEHIND_SECONDS = 6 * 3600
_TRIES = 2
# What comes in while a round judges has its turn in the next one; whoever hands in without end waits for the next run.
_ROUNDS = 5


@dataclass
class IntakeReport:
    """What became of what waited. `rows` counts landed rows; `set_aside` are submissions without a verdict through
    a fault of ours, with its kind; `not_followed` registers in effect whose entries are not, likewise."""

    accepted: int = 0
    rejected: int = 0
    unreadable: int = 0
    rows: int = 0
    batches: int = 0
    forms: list[str] = field(default_factory=list)
    set_aside: dict[int, str] = field(default_factory=dict)
    not_followed: dict[int, str] = field(default_factory=dict)

    @property
    def judged(self) -> int:
        """How many verdicts were given."""
        return self.accepted + self.rejected + self.unreadable

    def add(self, result: BatchResult) -> None:
        """Count what became of a batch."""
        self.accepted += result.outcomes["accepted"]
        self.rejected += result.outcomes["rejected"]
        self.unreadable += result.outcomes["unreadable"]
        self.rows += result.rows


class _Watch:
    """Says how many of the files that waited have their verdict, whichever form they are of."""

    def __init__(self, tell: Tell) -> None:
        self._tell, self._total, self._done = tell, 0, 0

    def waits(self, files: int) -> None:
        """So many wait beside those that are done."""
        self._total = self._done + files

    def of_batch(self, within: Step) -> None:
        """The batch at work is so far."""
        self._tell(Step("judging", self._done, self._total, within.what, within))

    def done(self, files: int, form: str) -> None:
        """So many more are dealt with."""
        self._done += files
        # A file that is judged in parts may be counted twice: the whole is never less than what is done.
        self._total = max(self._total, self._done)
        self._tell(Step("judging", self._done, self._total, form))


def judge_waiting(home: Home, form: str | None = None, tell: Tell = tell_nobody) -> IntakeReport:
    """Judge what waits, forms in the order in which they depend on each other; `form`: that one alone. `tell` hears
    how many files are judged, of how many, and what is done now.

    One process at a time; another one waits its turn. Raises BusyError after ten minutes of waiting, and AuthorError
    for a form whose files cannot be followed, when all others are judged.
    """
    report = IntakeReport()
    with locked(intake_lock(home), _WAIT_SECONDS):
        sweep_partial(home.lake)
        _sweep_scratch(home)
        sweep_partial(home.reference)
        follow(home)
        aside.retry_after_upgrade(home.now())
        aside.retry_what_passed(home.now())
        wrong: dict[str, AuthorError] = {}
        watch = _Watch(tell)
        met: set[int] = set()
        for _ in range(_ROUNDS):
            round_ = _not_met(form, met)
            if not round_:
                break
            watch.waits(sum(map(len, round_.values())))
            for name, found in round_.items():
                try:
                    _judge_form(home, name, found, report, watch)
                except AuthorError as error:  # of this form: the others are judged all the same
                    wrong[name] = error
        bring_up(home)
        _settle_disputes(home)
        report.not_followed = {each.pk: fault.kind for each, fault in not_followed(home)}
    if wrong:
        raise next(iter(wrong.values()))
    return report


def _not_met(form: str | None, met: set[int]) -> dict[str, list[Submission]]:
    """What waits at this moment and was not met before, which `met` then knows, forms in judging order.

    All that a round judges was there before its first form had its turn. A form that took what came in meanwhile would
    judge an attendance whose list of learners came with it, and whose turn was over, as if there were no list.
    """
    found = {
        name: [each for each in waits if each.pk not in met]
        for name, waits in waiting.by_form().items()
        if form in (None, name) and name in contracts()
    }
    met.update(each.pk for waits in found.values() for each in waits)
    return {name: waits for name, waits in found.items() if waits}


def _settle_disputes(home: Home) -> None:
    """Close what persons asked to be put right where a later report did so. Nothing is looked at while nobody asks."""
    from ingest.ledger.persons.disputes import open_disputes

    if open_disputes():
        from warehouse.services.persons.disputes import settle_disputes

        settle_disputes(home)


def intake_lock(home: Home) -> Path:
    """The lock of whoever writes to the lake."""
    return home.restricted / ".intake.lock"


def _judge_form(
    home: Home, form: str, found: Sequence[Submission], report: IntakeReport, watch: _Watch
) -> None:
    from warehouse.services.reference import JUDGED_AGAINST_ITSELF

    numbers = [each.pk for each in found]
    waits = set(waiting.of(numbers))
    found = [each for each in found if each.pk in waits]  # what was withdrawn since the round began does not
    if not found:
        return
    if form not in report.forms:
        report.forms.append(form)
    for batch in _micro_batches(found, one_of_a_node=form == JUDGED_AGAINST_ITSELF):
        _judge_contained(home, contracts()[form], batch, report, watch)
        watch.done(len(batch), form)
        report.batches += 1
    if form in REGISTERS:
        follow(home)


def _judge_contained(
    home: Home,
    contract: Contract,
    batch: Sequence[Submission],
    report: IntakeReport,
    watch: _Watch,
    tries: int = 1,
) -> None:
    """Judge a batch; if that comes to no result, its halves, so that one file's trouble ends with that file."""
    try:
        result = judge_batch(home, contract, batch, watch.of_batch)
    except ApartError as error:
        where = f"\n{error.where}" if isinstance(error, RaisedError) else ""
        said = in_log("log_tried_in_parts", form=contract.form, files=len(batch), why=str(error))
        log.warning("%s%s", said, where)
        left = _still_waiting(batch, report)
        if len(batch) > 1:
            half = (len(left) + 1) // 2
            for part in (left[:half], left[half:]):
                if part:
                    _judge_contained(home, contract, part, report, watch)
        elif left:
            _judge_alone(home, contract, left[0], report, watch, error, tries)
        return
    report.add(result)
    for submission_id, (step, kind) in result.failed.items():
        _set_aside(home, submission_id, step, kind, report)


def _still_waiting(batch: Sequence[Submission], report: IntakeReport) -> list[Submission]:
    """Those of the batch that have no verdict; the others are counted: it was recorded before the process ended."""
    numbers = [submission.pk for submission in batch]
    states = dict(Submission.objects.filter(pk__in=numbers).values_list("pk", "state"))
    left = [each for each in batch if states.get(each.pk) == Submission.State.RECEIVED]
    done = set(numbers) - {each.pk for each in left}
    for outcome, rows in Verdict.objects.filter(submission_id__in=done).values_list(
        "outcome", "rows_accepted"
    ):
        report.add(BatchResult(Counter([outcome]), rows))
    return left


def _judge_alone(
    home: Home,
    contract: Contract,
    submission: Submission,
    report: IntakeReport,
    watch: _Watch,
    error: ApartError,
    tries: int,
) -> None:
    """What becomes of the one file that did it: rejected where its limits were too narrow for it, else set aside."""
    if isinstance(error, BeyondError) and error.at == "judge":
        reject_too_expensive(home, contract, submission)
        report.add(BatchResult(Counter(["rejected"])))
        log.error("%s", in_log("log_too_expensive", receipt=submission.pk, kind=error.kind))
        return
    if isinstance(error, EndedError):
        # Somebody, or a machine without memory, may have ended the process: that says nothing about the file.
        if tries < _TRIES:
            _judge_contained(home, contract, [submission], report, watch, tries + 1)
            return
        require_able(home)
    _set_aside(home, submission.pk, error.at or "judge", error.kind, report)


def _sweep_scratch(home: Home) -> None:
    """Remove what processes that died left of their batches."""
    for folder in home.judge.glob(f"{SCRATCH}*"):
        if time.time() - folder.stat().st_mtime > _LEFT_BEHIND_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _set_aside(home: Home, submission_id: int, step: str, kind: str, report: IntakeReport) -> None:
    if aside.set_aside(submission_id, step, kind, home.now()):
        report.set_aside[submission_id] = kind
        said = in_log("log_set_aside", receipt=submission_id, step=in_log(f"step_{step}"), kind=kind)
        log.error("%s", said)


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
