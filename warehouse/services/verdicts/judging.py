"""Judging a batch where it may die of it: in a process apart, within limits.

In: submissions of one form that wait. Out: what became of them, or an `ApartError` that says at which step it failed
and why, with nothing decided. Whatever a batch does to the process that judges it, who asked goes on; and who asked
loads nothing of what judges, which the process apart has loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from traceback import format_tb

from ingest import ledger
from ingest.blame import lacked_memory, stops_everything
from ingest.home import Home
from ingest.ledger.receipts import submissions as verdicts
from ingest.ledger.records import Submission
from ingest.locks import locked
from ingest.progress import Tell
from ingest.receive.store import RawStore
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from ingest.settings.databases import Room
from warehouse.services.apart import parent
from warehouse.services.apart.child import Spoken
from warehouse.services.apart.limits import Limits, limits_for
from warehouse.services.apart.messages import Job
from warehouse.services.apart.parent import BeyondError, EndedError, RaisedError
from warehouse.services.apart.template import UnableError
from warehouse.services.verdicts.batch_result import BatchResult

TOO_EXPENSIVE = "too_expensive_to_judge"
_WAIT_SECONDS = 120.0


def judge_batch(home: Home, contract: Contract, submissions: Sequence[Submission], tell: Tell) -> BatchResult:
    """Give every submission its verdict and land the rows of the accepted ones.

    Raises ApartError where that came to no result, and what would stop every batch alike.
    """
    limits = _limits(home, submissions)
    numbers = [submission.pk for submission in submissions]
    if parent.can_be_apart():
        result: BatchResult = _ask("judge_here", (home.root.absolute(), contract.form, numbers), limits, tell)
        return result
    from warehouse.services.verdicts.batch import Batch
    from warehouse.storage.keys.vault import Vault

    with Vault(home) as vault:
        work = Batch(home, contract, submissions, vault, tell)
        try:
            return work.run()
        except Exception as error:
            if stops_everything(error):
                raise
            kind = type(error).__name__
            if lacked_memory(error):
                raise BeyondError(work.step, kind) from error
            raise RaisedError(work.step, kind, "".join(format_tb(error.__traceback__))) from error


def judge_here(spoken: Spoken, root: Path, form: str, numbers: Sequence[int], limits: Limits) -> BatchResult:
    """The same in this very process, which is apart."""
    from warehouse.services.verdicts.batch import Batch
    from warehouse.storage.keys.vault import Vault

    home = Home(root)
    ledger.setup(home)
    found = Submission.objects.select_related("scope__node", "raw_file").in_bulk(numbers)
    submissions = [found[number] for number in numbers]
    room = Room(limits.database, limits.spilled, limits.threads)
    # Should the asker be gone while this goes on, the next one waits for its end.
    with locked(home.restricted / ".judging.lock", _WAIT_SECONDS), Vault(home) as vault:
        contract = contracts()[form]
        return Batch(home, contract, submissions, vault, spoken.tell, at=spoken.at, room=room).run()


def reject_too_expensive(home: Home, contract: Contract, submission: Submission) -> None:
    """The verdict on a file whose judging goes beyond what one of its size may cost."""
    from expectations.findings.findings_file import places_file, write_findings
    from expectations.suite import rules_version
    from expectations.verdict import Verdict
    from ingest.schema.forms.means import means_of
    from ingest.schema.texts.finding import Finding

    versions = {"contract": contract.version, "rules": rules_version(contract), "reference": {}}
    verdict = Verdict.on([Finding(TOO_EXPENSIVE)], rows_in=0, rows_not_data=0, versions=versions)
    places_file(home.findings, submission.pk).unlink(missing_ok=True)
    write_findings(home.findings, submission.pk, verdict, [None])
    judgement = verdicts.Judgement(
        outcome=verdict.outcome,
        contract_version=contract.version,
        rules_version=str(versions["rules"]),
        errors=verdict.count("error"),
        means_id=verdicts.keep_means(means_of(contract)),
    )
    verdicts.record_verdicts({submission.pk: judgement}, home.now())


def require_able(home: Home) -> None:
    """Make sure that a process apart can do anything at all. Raises UnableError: then no file is to blame."""
    try:
        _ask("do_nothing", (home.root.absolute(),), limits_for(()), lambda step: None)
    except (EndedError, BeyondError) as error:
        raise UnableError(f"a process apart cannot do anything: {error.kind}").of("unable_apart") from error


def do_nothing(spoken: Spoken, root: Path, limits: Limits) -> None:
    """What any process apart is able to do."""
    ledger.setup(Home(root))
    Submission.objects.first()


def _ask(work: str, args: tuple[object, ...], limits: Limits, tell: Tell) -> BatchResult:
    job = Job(f"{__name__}:{work}", (*args, limits), limits, parent.installation_environment())
    result: BatchResult = parent.ask(job, tell)
    return result


def _limits(home: Home, submissions: Sequence[Submission]) -> Limits:
    store = RawStore(home)
    return limits_for(store.path(each.raw_file_id) for each in submissions if each.raw_file_id)
