"""Commands about queries: what was asked about a file, and what its submitter answers.

A query is known by the number `bbaj queries` shows: its place among the queries of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.answers.verdicts import place_said
from ingest.cli.frame.answer import Answer, Line, Sheet
from ingest.cli.frame.language import language
from ingest.cli.frame.options import ByOption, ReceiptArgument
from ingest.cli.frame.speech import phrase, refuse
from ingest.cli.session import node_named, open_existing, operator, reads_ledger, refusals_in_words
from ingest.home import Home

if TYPE_CHECKING:
    from ingest.ledger.records import Submission


@dataclass(frozen=True)
class Query:
    """One question about a file, as its findings file has it."""

    number: int
    finding: dict[str, Any]
    key: str

    @property
    def place(self) -> str:
        """Sheet and cell, or row."""
        finding = self.finding
        return place_said(finding["sheet"], finding["cell"], finding["row"])


def queries_of(home: Home, submission: int) -> tuple[list[Query], list[str | None]]:
    """The queries of a judged submission and the keys of all its findings. Raises RefusedError."""
    from expectations.findings.findings_file import read_findings

    try:
        content = read_findings(home.findings, submission)
    except FileNotFoundError:
        raise refuse("no_findings", submission=submission) from None
    if "query_keys" not in content:
        raise refuse("judged_before", submission=submission)
    return paired_queries(content), content["query_keys"]


def paired_queries(content: dict[str, Any]) -> list[Query]:
    """The queries of a findings file with their numbers and keys; none where it was judged before there were any."""
    pairs = zip(content.get("findings", ()), content.get("query_keys", ()), strict=False)
    asked = [(finding, key) for finding, key in pairs if key]
    return [Query(number, *each) for number, each in enumerate(asked, start=1)]


@reads_ledger
def queries(submission: ReceiptArgument) -> Answer:
    """What was asked about a file, and what was answered."""
    from ingest.ledger.receipts import explanations

    found = _require_receipt(submission)
    asked, _ = queries_of(Home.from_environment(), submission)
    given = explanations.explanations_of(found.scope)
    # What nobody has explained yet comes first.
    asked.sort(key=lambda query: query.key in given)
    facts = [
        {"number": query.number, **query.finding, "explanation": given.get(query.key)} for query in asked
    ]
    return Answer({"receipt": submission, "queries": facts}, query_parts(submission, asked, given))


def _require_receipt(number: int) -> Submission:
    """The submission of that number. Raises RefusedError."""
    from ingest.ledger.records import Submission

    found = Submission.objects.filter(pk=number).select_related("scope").first()
    if found is None:
        raise refuse("no_submission", submission=number)
    return found


def query_parts(submission: int, asked: list[Query], given: dict[str, str]) -> list[Line | Sheet]:
    """The queries of a submission with the explanations given, or the line that there are none."""
    if not asked:
        return [Line(phrase("no_queries", submission=submission))]
    rows = [
        (
            query.number,
            query.place,
            query.finding["value"] or "",
            query.finding["message"][language()],
            given.get(query.key, ""),
        )
        for query in asked
    ]
    return [Sheet("query", ("number", "place", "value", "what", "explanation"), rows)]


def answer(
    submission: ReceiptArgument,
    by: ByOption,
    explanation: Annotated[str, typer.Option("--explanation")],
    query: Annotated[list[int] | None, typer.Option("--query", min=1)] = None,
    code: Annotated[str | None, typer.Option("--code")] = None,
) -> Answer:
    """Explain what was asked. The answer holds for later files of the same report while the value stays."""
    from ingest.ledger.receipts import explanations

    home = open_existing()
    _require_receipt(submission)
    asked, keys = queries_of(home, submission)
    known: set[object] = {each.number for each in asked} | {each.finding["code"] for each in asked}
    if missing := [str(name) for name in (*(query or ()), code) if name is not None and name not in known]:
        raise refuse("no_such_query", receipt=submission, wanted=", ".join(missing))
    wanted = {each.key for each in asked if each.number in (query or ()) or each.finding["code"] == code}
    if not wanted or not explanation.strip():
        raise refuse("nothing_answered")
    with refusals_in_words(submission):
        answered = explanations.explain(
            submission,
            keys,
            wanted,
            operator(),
            node_named(by),
            explanation=explanation.strip(),
            at=home.now(),
        )
    facts = {"receipt": submission, "answered": answered}
    return Answer(facts, [Line(phrase("answered", answered=answered))])
