"""Commands about what people decide: approve, return, withdraw, report nothing; and who owes what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.table import Table

from ingest.cli.files import FormOption, LanguageOption, NodeOption, PartOption, PeriodOption, known_form
from ingest.cli.session import node_named, open_ledger, operator, scope_named
from ingest.cli.speech import Tongue, moment, out, phrase, refuse
from ingest.schema.codelist import codelist
from ingest.schema.contract import Language
from ingest.schema.load import contracts

_SHOWN = 30
"""Missing reports shown unless all are asked for."""
SubmissionArgument = Annotated[int, typer.Argument(help="The number of the submission's receipt.")]
ByOption = Annotated[str, typer.Option("--by", help="Which node decides, e.g. 113200000.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in words the submitter will read.")]


def _decide(decision: Callable[..., Any], submission: int, by: str, language: Language, **more: Any) -> None:
    """Carry a decision out and say the submission's new state, or why it may not be decided so."""
    home = open_ledger()
    with refused(submission, language):
        decided = decision(submission, operator(), node_named(by, language), at=home.now(), **more)
    state = _word("submission_state", decided.state, language)
    out.print(phrase("decided", language, submission=decided.pk, state=state))


@contextmanager
def refused(submission: int, language: Language) -> Iterator[None]:
    """Say in the asked language why the ledger refuses an act on a submission, and end."""
    from django.core.exceptions import ObjectDoesNotExist

    from ingest.ledger.refusals import RefusalError

    try:
        yield
    except ObjectDoesNotExist:
        raise refuse("no_submission", language, submission=submission) from None
    except RefusalError as refusal:
        raise refuse(f"refused_{refusal.code}", language, **_in_words(refusal.facts, language)) from None


def _in_words(facts: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """The facts of a refusal with codes replaced by the words of their dictionaries."""
    words = dict(facts)
    if "state" in words:
        words["state"] = _word("submission_state", words["state"], language)
    if "kinds" in words:
        words["kinds"] = ", ".join(_word("node_kind", kind, language) for kind in words["kinds"])
    if "form" in words:
        words["form"] = contracts()[words["form"]].labels.in_language(language)
    return words


def approve(submission: SubmissionArgument, by: ByOption, lang: LanguageOption = Tongue.kk) -> None:
    """Approve an accepted submission: from the next build on it counts officially."""
    from ingest.ledger import approvals

    _decide(approvals.approve, submission, by, lang.language)


def return_(
    submission: SubmissionArgument, by: ByOption, reason: ReasonOption, lang: LanguageOption = Tongue.kk
) -> None:
    """Send a submission back to its submitter for rework."""
    from ingest.ledger import approvals

    _decide(approvals.return_, submission, by, lang.language, reason=reason)


def withdraw(
    submission: SubmissionArgument, by: ByOption, reason: ReasonOption, lang: LanguageOption = Tongue.kk
) -> None:
    """Take one's own submission back."""
    from ingest.ledger import approvals

    _decide(approvals.withdraw, submission, by, lang.language, reason=reason)


def nil(
    form: FormOption,
    node: NodeOption,
    period: PeriodOption,
    part: PartOption = "whole",
    lang: LanguageOption = Tongue.kk,
) -> None:
    """Say that there is nothing to report for a period: an answer, not silence."""
    from ingest.ledger.submissions import Handover
    from ingest.receive.receipt import receive_nil

    home = open_ledger()
    scope = scope_named(home, form, node, period, part, lang.language)
    receipt = receive_nil(scope, Handover(home.now(), "cli", operator()))
    name = "nil_duplicate" if receipt.is_duplicate else "nil_receipt"
    out.print(phrase(name, lang.language, submission_id=receipt.submission_id))


def status(
    form: Annotated[str | None, typer.Option("--form", help="Only this form.")] = None,
    node: Annotated[str | None, typer.Option("--node", help="Only this node and those below it.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every missing report, not the first thirty.")] = False,
    lang: LanguageOption = Tongue.kk,
) -> None:
    """Who owes which report and what became of it; the newest submissions; what is published."""
    from ingest.cli.overview import missing_reports, newest_submissions, obligations_by_status
    from ingest.ledger.publications import current

    open_ledger()
    if form:
        known_form(form, lang.language)
    language = lang.language
    below = node_named(node, language) if node else None
    _show_obligations(obligations_by_status(form, below), language)
    _show_missing(missing_reports(form, below), language, most=None if every else _SHOWN)
    _show_submissions(newest_submissions(form, below), language)
    shown = current()
    name = "published" if shown else "nothing_published"
    facts = {"number": shown.number, "data_as_of": moment(shown.data_as_of)} if shown else {}
    out.print(phrase(name, language, **facts))


def _show_obligations(counted: dict[tuple[str, str], dict[str, int]], language: Language) -> None:
    table = Table(title=phrase("obligations", language), title_justify="left")
    for heading in ("form", "period", "state"):
        table.add_column(phrase(heading, language), overflow="fold")
    for (form, period), counts in sorted(counted.items()):
        # In the order of the dictionary, and only what there is: seven columns of dots tell nobody anything.
        said = [
            f"{entry.labels.in_language(language)}: {counts[entry.code]}"
            for entry in codelist("obligation_status").codes
            if counts.get(entry.code)
        ]
        table.add_row(contracts()[form].labels.in_language(language), period, "\n".join(said))
    out.print(table)


def _show_missing(missing: Sequence[Any], language: Language, most: int | None) -> None:
    if not missing:
        return
    table = Table(title=phrase("unanswered", language), title_justify="left")
    for heading in ("who", "node_code", "form", "period", "due_head"):
        table.add_column(
            phrase(heading, language), overflow="fold", no_wrap=heading in ("node_code", "period")
        )
    for found in missing[:most]:
        name = found.node.name_ru if language == "ru" else found.node.name_kk
        form = contracts()[found.form].labels.in_language(language)
        table.add_row(name, found.node.code, form, found.period, moment(found.due_at))
    out.print(table)
    if most is not None and len(missing) > most:
        out.print(phrase("more_unanswered", language, count=len(missing) - most))


def _show_submissions(rows: list[dict[str, Any]], language: Language) -> None:
    table = Table(title=phrase("newest", language), title_justify="left")
    for heading in ("receipt_no", "form", "node", "period", "state", "rows_head", "errors_head"):
        table.add_column(phrase(heading, language), overflow="fold", no_wrap=heading in ("node", "period"))
    for row in rows:
        table.add_row(
            str(row["id"]),
            contracts()[row["form"]].labels.in_language(language),
            row["node"],
            row["period"] + ("" if row["part"] == "whole" else f" · {row['part']}"),
            _word("submission_state", row["state"], language),
            str(row["rows"]),
            str(row["errors"]),
        )
    out.print(table)


def _word(name: str, code: str, language: Language) -> str:
    return codelist(name).by_code[code].labels.in_language(language)


def add_to(app: typer.Typer) -> None:
    """Put this room's commands on the command line."""
    app.command("return")(return_)
    for command in (approve, withdraw, nil, status):
        app.command()(command)
