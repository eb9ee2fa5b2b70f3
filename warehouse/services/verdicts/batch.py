"""One batch of intake: some submissions of one form, from the raw store to their recorded verdicts.

In: submissions that wait, and the vault. Out: findings files, lake files, verdicts in the ledger, and a `BatchResult`.
Whatever raises on the way leaves no verdict behind: they are recorded last, all or none, and files that no verdict
names count for nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from expectations.findings.findings_file import places_file, write_findings
from expectations.findings.queries import keys_of, tokens_of
from expectations.judging.judge import Judged, JudgeFile, Scope, judge
from expectations.verdict import Verdict
from ingest.home import Home
from ingest.ledger.decisions import winners
from ingest.ledger.decisions.removals import Removal
from ingest.ledger.receipts import explanations
from ingest.ledger.receipts import submissions as ledger
from ingest.ledger.records import Submission
from ingest.progress import Tell, tell_nobody
from ingest.receive.failpoint import reach
from ingest.receive.store import RawStore
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding
from ingest.schema.values.period import LOCAL_TIME
from ingest.settings.databases import Room
from warehouse.services.reference import Surroundings, surroundings_of
from warehouse.services.verdicts.batch_result import BatchResult
from warehouse.services.verdicts.parts import reject_repeated
from warehouse.services.verdicts.periods import period_of
from warehouse.services.verdicts.rows_removed import removal_asking
from warehouse.storage.keys.secret import secrets_in
from warehouse.storage.keys.vault import Vault
from warehouse.storage.lake.land import Accepted, Destination, land

__all__ = ["Batch"]


class Batch:
    """Submissions of one form that are dealt with together. `step` says with what: judge, land or record; `at` hears
    of each. `room`: what the database of judging may take."""

    def __init__(
        self,
        home: Home,
        contract: Contract,
        submissions: Sequence[Submission],
        vault: Vault,
        tell: Tell = tell_nobody,
        *,
        at: Callable[[str], None] | None = None,
        room: Room | None = None,
    ) -> None:
        self._at, self._room = at, room
        self._begin("judge")
        self._home, self._contract, self._vault, self._tell = home, contract, vault, tell
        self._by_id = {submission.pk: submission for submission in submissions}
        self._result = BatchResult()

    def _begin(self, step: str) -> None:
        self.step = step
        if self._at:
            self._at(step)

    def run(self) -> BatchResult:
        """Give every submission its verdict and land the rows of the accepted ones."""
        home, submissions = self._home, self._by_id.values()
        known = surroundings_of(
            home,
            self._contract,
            {found.scope.node.code for found in submissions},
            {found.scope_id for found in submissions},
            {period_of(found) for found in submissions},
        )
        batch_id = secrets.token_hex(12)
        with judge(
            self._present(),
            self._contract,
            known.reference,
            demo=home.settings.demo,
            scratch=home.judge,
            room=self._room,
            tell=self._tell,
        ) as judged:
            self._result.failed |= {number: ("judge", kind) for number, kind in judged.failed.items()}
            reject_repeated(home, self._contract, judged, self._by_id, self._vault)
            keys = self._write_findings(judged)
            reach("intake:findings")
            self._begin("land")
            self._land(judged, batch_id)
        reach("intake:landed")
        self._begin("record")
        self._record(judged, known, keys, batch_id)
        reach("intake:recorded")
        return self._result

    def _present(self) -> list[JudgeFile]:
        """The files to judge. One whose bytes are gone or altered is our fault, the others go on."""
        store = RawStore(self._home)
        files: list[JudgeFile] = []
        for submission in self._by_id.values():
            path = store.path(submission.raw_file_id or "")
            if problem := store.problem_of(submission.raw_file_id or ""):
                self._result.failed[submission.pk] = ("read", f"raw file {problem}")
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

    def _write_findings(self, judged: Judged) -> dict[int, list[str | None]]:
        """Keep what was found, and the explanations that came with the files; submission → keys of its queries."""
        secret = query_secret(self._home)
        keys: dict[int, list[str | None]] = {}
        for number, verdict in judged.verdicts.items():
            keys[number] = keys_of(verdict.findings, secret)
            write_findings(self._home.findings, number, verdict, keys[number])
            judged.further.write(number, places_file(self._home.findings, number))
            _take_explanations(self._home, self._by_id[number], verdict, keys[number])
        return keys

    def _land(self, judged: Judged, batch_id: str) -> None:
        accepted = [
            Accepted(number, period_of(self._by_id[number]), verdict.rows_accepted)
            for number, verdict in judged.verdicts.items()
            if verdict.outcome == "accepted"
        ]
        land(judged.con, self._contract, accepted, batch_id, Destination.of(self._home), self._vault)

    def _record(
        self, judged: Judged, known: Surroundings, keys: dict[int, list[str | None]], batch_id: str
    ) -> None:
        means_id = ledger.keep_means(judged.means)
        version_id = ledger.keep_reference(known.common)
        judgements = {
            number: _judgement(
                verdict,
                known,
                self._by_id[number],
                batch_id,
                _answered(self._by_id[number], keys[number]),
                (means_id, version_id),
                _removal(self._home, verdict, self._by_id[number], batch_id),
            )
            for number, verdict in judged.verdicts.items()
        }
        ledger.record_verdicts(judgements, self._home.now())
        for verdict in judged.verdicts.values():
            self._result.outcomes[verdict.outcome] += 1
            self._result.rows += verdict.rows_accepted


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
    kept: tuple[str, str],
    removal: Removal | None,
) -> ledger.Judgement:
    versions = verdict.versions
    means_id, reference_version_id = kept
    return ledger.Judgement(
        outcome=verdict.outcome,
        contract_version=versions["contract"],
        rules_version=str(versions["rules"]),
        reference=known.own_of(submission.scope.node.code),
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
        reference_version_id=reference_version_id,
        removal=removal,
        corrections=[each.model_dump(mode="json", by_alias=True) for each in verdict.corrections],
    )
