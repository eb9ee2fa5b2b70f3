"""The command that says what awaits one node.

In: the node's code. Out: reports it may approve, its own that came back or ask for words, what is overdue and due.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ingest.cli.answers.contradictions import contradiction_facts, contradiction_lines
from ingest.cli.answers.reports import period_and_part, report_facts, report_parts
from ingest.cli.commands.person.correct import dispute_facts, dispute_parts
from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.options import ByOption
from ingest.cli.frame.speech import moment, phrase, word
from ingest.cli.session import form_and_code, name_of, node_named, reads_ledger
from ingest.home import Home

if TYPE_CHECKING:
    from ingest.ledger.inbox import Waiting


@reads_ledger
def inbox(by: ByOption) -> Answer:
    """What awaits a node: reports to approve, its own to correct and explain, what is overdue and due."""
    from ingest.ledger import inbox as box
    from ingest.ledger.nodes import within

    node, now = node_named(by), Home.from_environment().now()
    approve, correct, explain = box.to_approve(node), box.to_correct(node), box.to_explain(node)
    overdue, due = box.overdue(node, now), box.due(node, now)
    contradicting = contradiction_facts(within(node, "scope__node"))
    facts = {
        "node": node.code,
        "to_approve": [_facts(each) for each in approve],
        "to_correct": [_facts(each) for each in correct],
        "to_explain": [_facts(each) for each in explain],
        "corrections_asked": dispute_facts({node.code}),
        "contradictions": contradicting,
        "overdue": [report_facts(each, now) for each in overdue],
        "due": [report_facts(each, now) for each in due],
    }
    parts: list[Part] = [Line(phrase("inbox_of", name=name_of(node), code=node.code), style="bold")]
    disputed = dispute_parts({node.code})
    contrary = contradiction_lines(contradicting)
    if not any((approve, correct, explain, overdue, due, disputed, contrary)):
        return Answer(facts, [*parts, Line(phrase("nothing_awaits"))])
    parts += [
        _correct_sheet(correct),
        *disputed,
        *contrary,
        _queries_sheet("to_explain", "inbox_explain", explain),
    ]
    parts += report_parts("overdue", "inbox_overdue", overdue, now)
    parts += [_queries_sheet("to_approve", "inbox_approve", approve)]
    return Answer(facts, [*parts, *report_parts("due", "inbox_due", due, now)])


def _facts(waiting: Waiting) -> dict[str, Any]:
    submission, scope = waiting.submission, waiting.submission.scope
    verdict = getattr(submission, "verdict", None)
    return {
        "receipt": submission.pk,
        "form": scope.form,
        "node": scope.node.code,
        "period": scope.period,
        "part": scope.part,
        "state": submission.state,
        "received_at": submission.received_at,
        "rows": verdict.rows_accepted if verdict else None,
        "errors": verdict.errors if verdict else None,
        "open_queries": waiting.open_queries,
        "reason": waiting.reason or None,
    }


def _correct_sheet(found: Sequence[Waiting]) -> Sheet:
    rows = [
        (
            each.submission.pk,
            form_and_code(each.submission.scope.form),
            period_and_part(each.submission.scope),
            word("submission_state", each.submission.state),
            each.reason or phrase("see_receipt", submission=each.submission.pk),
        )
        for each in found
    ]
    headings = ("receipt_no", "form", "period", "state", "reason_head")
    return Sheet("to_correct", headings, rows, title="inbox_correct", whole=("period",))


def _queries_sheet(name: str, title: str, found: Sequence[Waiting]) -> Sheet:
    rows = [
        (
            each.submission.pk,
            form_and_code(each.submission.scope.form),
            name_of(each.submission.scope.node),
            each.submission.scope.node.code,
            period_and_part(each.submission.scope),
            moment(each.submission.received_at),
            each.open_queries,
        )
        for each in found
    ]
    headings = ("receipt_no", "form", "who", "node_code", "period", "received_head", "queries_head")
    return Sheet(name, headings, rows, title=title, whole=("node_code", "period"))
