"""Commands about queries: what was asked about a file, and what its submitter answers.

A query is known by the number `bbaj queries` shows: its place among the queries of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from ingest.cli.decisions import ByOption, SubmissionArgument, refused
from ingest.cli.files import LanguageOption
from ingest.cli.session import node_named, open_ledger, operator
from ingest.cli.speech import Tongue, out, phrase, refuse
from ingest.home import Home
from ingest.schema.contract import Language

NumbersOption = Annotated[list[int] | None, typer.Option("--query", help="Which query; may be repeated.")]
CodeOption = Annotated[str | None, typer.Option("--code", help="All queries of this kind.")]
ExplanationOption = Annotated[str, typer.Option("--explanation", help="Why it is as it is.")]


@dataclass(frozen=True)
class _Query:
    """One question about a file, as its findings file has it."""

    number: int
    finding: dict[str, Any]
    mark: str


def _queries(home: Home, submission: int, language: Language) -> tuple[list[_Query], list[str | None]]:
    """The queries of a judged submission and the marks of all its findings."""
    from expectations.findings_file import read_findings

    try:
        content = read_findings(home.findings, submission)
    except FileNotFoundError:
        raise refuse("no_findings", language, submission=submission) from None
    if "marks" not in content:
        raise refuse("judged_before", language, submission=submission)
    asked = [
        (finding, mark) for finding, mark in zip(content["findings"], content["marks"], strict=True) if mark
    ]
    return [_Query(number, *each) for number, each in enumerate(asked, start=1)], content["marks"]


def queries(submission: SubmissionArgument, lang: LanguageOption = Tongue.kk) -> None:
    """What was asked about a file, and what was answered."""
    from ingest.ledger import explanations
    from ingest.ledger.records import Submission

    home, language = open_ledger(), lang.language
    found = Submission.objects.filter(pk=submission).select_related("scope").first()
    if found is None:
        raise refuse("no_submission", language, submission=submission)
    asked, _ = _queries(home, submission, language)
    given = explanations.explanations_of(found.scope)
    if not asked:
        out.print(phrase("no_queries", language, submission=submission))
        return
    table = Table(pad_edge=False)
    for heading in ("number", "place", "value", "what", "explanation"):
        table.add_column(phrase(heading, language), overflow="fold")
    for query in asked:
        finding = query.finding
        place = " ".join(str(part) for part in (finding["sheet"], finding["cell"] or finding["row"]) if part)
        cells = (str(query.number), place, finding["value"] or "", finding["message"][language])
        table.add_row(*(Text(cell) for cell in (*cells, given.get(query.mark, ""))))
    out.print(table)


def answer(
    submission: SubmissionArgument,
    by: ByOption,
    explanation: ExplanationOption,
    query: NumbersOption = None,
    code: CodeOption = None,
    lang: LanguageOption = Tongue.kk,
) -> None:
    """Explain what was asked. The answer holds for later files of the same report while the value stays."""
    from ingest.ledger import explanations

    home, language = open_ledger(), lang.language
    asked, marks = _queries(home, submission, language)
    wanted = {each.mark for each in asked if each.number in (query or ()) or each.finding["code"] == code}
    if not wanted or not explanation.strip():
        raise refuse("nothing_answered", language)
    with refused(submission, language):
        answered = explanations.explain(
            submission,
            marks,
            wanted,
            operator(),
            node_named(by, language),
            explanation=explanation.strip(),
            at=home.now(),
        )
    out.print(phrase("answered", language, answered=answered))


def add_to(app: typer.Typer) -> None:
    """Put this room's commands on the command line."""
    for command in (queries, answer):
        app.command()(command)
