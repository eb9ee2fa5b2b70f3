"""The command that tells all about one receipt: what it is, its verdict, what was asked and answered, who decided what.

In: the number of a receipt. Out: one page, or one document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ingest.cli.answers.reports import period_and_part
from ingest.cli.answers.verdicts import verdict_lines
from ingest.cli.commands.hand_in.queries import Query, paired_queries, query_parts
from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.options import ReceiptArgument
from ingest.cli.frame.speech import moment, phrase, refuse, word
from ingest.cli.session import form_label, name_of, reads_ledger
from ingest.home import Home
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of

if TYPE_CHECKING:
    from ingest.ledger.records import Submission, SubmissionEvent


@reads_ledger
def show(submission: ReceiptArgument) -> Answer:
    """All about a receipt: verdict, findings, queries and answers, decisions with their reasons."""
    from expectations.findings.findings_file import read_findings
    from ingest.ledger.receipts.explanations import explanations_of
    from ingest.ledger.records import Submission

    related = ("scope__node", "raw_file", "verdict", "actor", "on_behalf_of")
    found = Submission.objects.select_related(*related).filter(pk=submission).first()
    if found is None:
        raise refuse("no_submission", submission=submission)
    try:
        recorded = read_findings(Home.from_environment().findings, submission)
    except FileNotFoundError:
        recorded = {}
    events = list(found.events.select_related("actor", "on_behalf_of").order_by("pk"))
    given = explanations_of(found.scope)
    asked = paired_queries(recorded)
    facts = {
        **_head_facts(found),
        "verdict": _verdict_facts(recorded),
        "findings": recorded.get("findings", []),
        "queries": [
            {"number": each.number, **each.finding, "explanation": given.get(each.key)} for each in asked
        ],
        "events": [_event_facts(event) for event in events],
    }
    verdict = _verdict_parts(found, recorded, queries_follow=bool(asked))
    parts = [*_head(found), *verdict, *_query_parts(found.pk, asked, given)]
    return Answer(facts, [*parts, _events_sheet(events)])


def _head_facts(found: Submission) -> dict[str, Any]:
    scope = found.scope
    return {
        "receipt": found.pk,
        "form": scope.form,
        "node": scope.node.code,
        "period": scope.period,
        "part": scope.part,
        "state": found.state,
        "nil_return": found.is_nil_return,
        "file_name": found.file_name or None,
        "sha256": found.raw_file_id,
        "received_at": found.received_at,
        "channel": found.channel,
        "actor": found.actor.username,
        "on_behalf_of": found.on_behalf_of.code,
    }


def _head(found: Submission) -> Iterator[Line]:
    scope = found.scope
    state = word("submission_state", found.state)
    yield Line(phrase("receipt_head", submission=found.pk, state=state), style="bold")
    yield Line(
        f"{form_label(scope.form)} · {period_and_part(scope)} · {name_of(scope.node)} ({scope.node.code})"
    )
    if found.is_nil_return:
        yield Line(phrase("receipt_nil", received_at=moment(found.received_at)))
    else:
        facts = {"file": found.file_name or "—", "sha256": found.raw_file_id}
        yield Line(phrase("receipt_file", received_at=moment(found.received_at), **facts))


def _verdict_facts(recorded: dict[str, Any]) -> dict[str, Any] | None:
    counts = ("rows_in", "rows_accepted", "rows_rejected", "rows_not_data", "open_queries", "not_checked")
    if not recorded:
        return None
    return {"outcome": recorded["verdict"], **{name: recorded[name] for name in counts}}


def _verdict_parts(found: Submission, recorded: dict[str, Any], *, queries_follow: bool) -> Iterator[Part]:
    """The verdict with its findings; `queries_follow`: queries are shown with their answers, and not here as well."""
    from expectations.findings.causes import RecordedFinding

    if found.is_nil_return:
        return
    yield Line()
    if not recorded:
        yield Line(phrase("no_findings", submission=found.pk))
        return
    findings = [
        RecordedFinding.from_json(entry)
        for entry in recorded["findings"]
        if not (queries_follow and entry["severity"] == "query")
    ]
    contract = _contract(found.scope.form, recorded.get("versions", {}).get("contract"))
    rest = phrase("rest_of_receipt", submission=found.pk)
    yield from verdict_lines(recorded, findings, contract, rest, is_handed_in=True)


def _contract(form: str, version: int | None) -> Contract:
    """The contract it was judged by, or the one in force where that is no longer kept: only labels come from it."""
    try:
        return contract_of(form, version)
    except KeyError:
        return contract_of(form)


def _query_parts(submission: int, asked: list[Query], given: dict[str, str]) -> Sequence[Part]:
    if not asked:
        return ()
    return [Line(), Line(phrase("queries_and_answers"), style="bold"), *query_parts(submission, asked, given)]


def _event_facts(event: SubmissionEvent) -> dict[str, Any]:
    details = {name: value for name, value in event.details.items() if name not in ("queries", "marks")}
    return {
        "at": event.at,
        "kind": event.kind,
        "actor": event.actor.username,
        "by": event.on_behalf_of.code if event.on_behalf_of else None,
        "channel": event.channel,
        **details,
    }


def _actor(account: str) -> str:
    """Who acted: a person of the machine by the name there, the program itself in words."""
    from ingest.ledger.accounts import PIPELINE

    return phrase("the_system") if account == PIPELINE else account.removeprefix("cli:")


def _events_sheet(events: Sequence[SubmissionEvent]) -> Sheet:
    rows = [
        (
            moment(event.at),
            word("submission_event_kind", event.kind),
            _actor(event.actor.username) + (f" · {event.on_behalf_of.code}" if event.on_behalf_of else ""),
            str(event.details.get("reason") or event.details.get("explanation") or ""),
        )
        for event in events
    ]
    return Sheet("event", ("when_head", "what_happened", "who_acted", "reason_head"), rows, title="history")
